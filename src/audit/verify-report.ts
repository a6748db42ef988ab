/** What verification answers: its steps, its faults by closed code, and the bound on how many are listed. */
import type { ChainHead } from "./chain.ts";

export type FaultCode =
  | "edited_entry"
  | "removed_entry"
  | "reordered_entry"
  | "broken_link"
  | "cut_tail"
  | "foreign_entry"
  | "head_mismatch";

export type VerifyStep = "tenant" | "leaves" | "numbering" | "links" | "storedHead" | "savedHead";

export interface Fault {
  readonly code: FaultCode;
  readonly step: VerifyStep;
  /** Null for a row without a number yet. */
  readonly sequence: number | null;
  /** The entry's id as the row states it; null when it states none. */
  readonly id: string | null;
  readonly message: string;
}

export interface StepResult {
  readonly step: VerifyStep;
  /** How many rows (or heads) the step looked at; 0 for a head that was not given. */
  readonly checked: number;
  readonly faults: number;
}

export interface VerifyReport {
  readonly ok: boolean;
  /** Entries that are part of the chain. */
  readonly entries: number;
  /** Where the rows end, null when none is numbered. Worth saving only when `ok`. */
  readonly head: ChainHead | null;
  /** Entries not linked yet: their leaves are checked, their order and number are not protected so far. */
  readonly unsequenced: number;
  readonly steps: readonly StepResult[];
  /** All faults found, of which `faults` lists the first MAX_LISTED_FAULTS. */
  readonly faultCount: number;
  readonly faults: readonly Fault[];
}

export const MAX_LISTED_FAULTS = 100;

const STEPS: readonly VerifyStep[] = ["tenant", "leaves", "numbering", "links", "storedHead", "savedHead"];

/** Collects what the steps find; memory stays bounded however bad the rows are. */
export class Findings {
  readonly listed: Fault[] = [];
  #total = 0;
  readonly #checked = new Map<VerifyStep, number>();
  readonly #faults = new Map<VerifyStep, number>();

  looked(step: VerifyStep): void {
    this.#checked.set(step, (this.#checked.get(step) ?? 0) + 1);
  }

  /** Whether the fault was still listed. */
  add(fault: Fault): boolean {
    this.#total += 1;
    this.#faults.set(fault.step, (this.#faults.get(fault.step) ?? 0) + 1);
    if (this.listed.length >= MAX_LISTED_FAULTS) return false;
    this.listed.push(fault);
    return true;
  }

  /** A better name for a fault that is listed already. */
  rename(index: number, code: FaultCode, message: string): void {
    const fault = this.listed[index];
    if (fault !== undefined) this.listed[index] = { ...fault, code, message };
  }

  report(chain: Pick<VerifyReport, "entries" | "head" | "unsequenced">): VerifyReport {
    const steps = STEPS.map((step) => ({
      step,
      checked: this.#checked.get(step) ?? 0,
      faults: this.#faults.get(step) ?? 0,
    }));
    return { ok: this.#total === 0, ...chain, steps, faultCount: this.#total, faults: this.listed };
  }
}
