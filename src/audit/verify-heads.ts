/** Compares where the rows of a chain end with the heads that were kept of it. */
import type { TenantId } from "../domain/ids.ts";
import type { ChainHead } from "./chain.ts";
import { read32Bytes } from "./hash.ts";
import type { FaultCode, Findings, VerifyStep } from "./verify-report.ts";

export interface ChainEnd {
  readonly tenantId: TenantId;
  /** The last number among the rows, 0 when there is none. */
  readonly sequence: number;
  /** The last link; null when a fault already found leaves it unknown. */
  readonly link: Buffer | null;
  /** The link of the entry that the saved head names; null when no row bears that number. */
  readonly linkAtSaved: Buffer | null;
}

/** @param head what the store keeps as head, null when it keeps none */
export function compareStoredHead(findings: Findings, end: ChainEnd, head: ChainHead | null): void {
  findings.looked("storedHead");
  if (head === null) {
    if (end.sequence > 0) report("head_mismatch", 0, "no head is stored for these entries");
  } else if (head.tenantId !== end.tenantId) {
    report("head_mismatch", head.sequence, "the stored head is another tenant's");
  } else if (head.sequence > end.sequence) {
    report(
      "cut_tail",
      head.sequence,
      `the stored head is entry ${head.sequence}, the rows end at ${end.sequence}`,
    );
  } else if (head.sequence !== end.sequence || !isLinkOf(head, end.link)) {
    const message = `the stored head (entry ${head.sequence}) is not the last link (entry ${end.sequence})`;
    report("head_mismatch", head.sequence, message);
  }

  function report(code: FaultCode, sequence: number, message: string): void {
    addHeadFault(findings, { step: "storedHead", code, sequence, message });
  }
}

/** @param head kept outside the store, from an earlier report that was ok */
export function compareSavedHead(findings: Findings, end: ChainEnd, head: ChainHead): void {
  findings.looked("savedHead");
  if (head.tenantId !== end.tenantId) {
    report("head_mismatch", "the saved head is another tenant's, give the one of this tenant");
  } else if (head.sequence > end.sequence) {
    report("cut_tail", `the saved head is entry ${head.sequence}, the rows end at ${end.sequence}`);
  } else if (!isLinkOf(head, end.linkAtSaved)) {
    report(
      "head_mismatch",
      `entry ${head.sequence} no longer bears the saved head's link: the past was rewritten`,
    );
  }

  function report(code: FaultCode, message: string): void {
    addHeadFault(findings, { step: "savedHead", code, sequence: head.sequence, message });
  }
}

interface HeadFault {
  readonly step: VerifyStep;
  readonly code: FaultCode;
  readonly sequence: number;
  readonly message: string;
}

function addHeadFault(findings: Findings, { step, code, sequence, message }: HeadFault): void {
  findings.add({ code, step, sequence, id: null, message });
}

function isLinkOf(head: ChainHead, link: Buffer | null): boolean {
  return link !== null && (read32Bytes(head.linkHash)?.equals(link) ?? false);
}
