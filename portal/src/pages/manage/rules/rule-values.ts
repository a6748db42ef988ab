/** Rules as documents say them, what a form starts a new one with, and what one rule makes of another. */
import type { Unit } from "../../../../../src/client/settings.ts";
import { durationMs, isoDuration } from "../../../words/duration.ts";

/** The text alone goes by the time zone of the document. */
export type Condition = string | { readonly text: string; readonly timeZone: string };

export interface Ticket {
  readonly required: boolean;
  readonly patterns: readonly string[];
}
export interface Stage {
  readonly approvers: readonly string[];
  readonly required: number;
  readonly decideBy: string;
  readonly escalation: { readonly after: string; readonly to: readonly string[] } | null;
}
export type Approval =
  | { readonly mode: "automatic"; readonly notified?: readonly string[] }
  | { readonly mode: "manual"; readonly stages: readonly Stage[] };
export interface Emergency {
  readonly allowed: boolean;
  readonly maximumDuration?: string;
}
export interface Assigning {
  readonly justificationRequired: boolean;
  readonly mfaRequired: boolean;
  readonly maximumDuration?: string | null;
}

export interface MailRule {
  readonly level: "all" | "critical" | "none";
  readonly defaults: boolean;
  readonly recipients: readonly string[];
}
export const OPERATIONS = ["eligible", "assigned", "activated"] as const;
export const SIDES = ["administrators", "requester", "approvers"] as const;
export type Operation = (typeof OPERATIONS)[number];
export type Side = (typeof SIDES)[number];
export type MailRules = { readonly [O in Operation]: { readonly [S in Side]: MailRule } };

export const NEW_STAGE: Stage = { approvers: [], required: 1, decideBy: "P1D", escalation: null };

/** What is said in one document: what is not among its keys is inherited. */
export type Override = Readonly<Record<string, unknown>>;

interface Origin {
  readonly kind: "roleSettings" | "tier" | "builtIn" | "application" | "together";
  readonly name: string;
}
export interface Inherited {
  readonly value: unknown;
  /** In words: "from tier critical". */
  readonly from: string;
}

interface FieldInForce {
  readonly field: string;
  readonly value: unknown;
  readonly from: Origin;
}

function originWords({ kind, name }: Origin): string {
  switch (kind) {
    case "roleSettings":
      return `from the settings “${name}”`;
    case "tier":
      return `from tier ${name}`;
    case "builtIn":
      return `built into tier ${name}`;
    case "application":
      return `from the JIT policy of ${name}`;
    case "together":
      return `from the JIT policy of ${name} and what is set for the places it lies in`;
  }
}

/** What every field is where the document says nothing. */
export function inheritedFrom(
  fields: readonly FieldInForce[],
  override: Override,
): ReadonlyMap<string, Inherited> {
  const found = new Map<string, Inherited>(
    fields.map(({ field, value, from }) => [field, { value, from: originWords(from) }]),
  );
  // As the server fills them: twice the maximum, and a default between minimum and maximum.
  const said = (field: string) => durationMs(String(override[field] ?? found.get(field)?.value ?? ""));
  const longest = said("maximumDuration");
  if (override.maximumDuration !== undefined)
    found.set("maximumTotal", { value: isoDuration(2 * longest), from: "twice the maximum" });
  const usual = durationMs(String(found.get("defaultDuration")?.value ?? ""));
  const fitting = Math.min(Math.max(usual, said("minimumDuration")), longest);
  if (fitting !== usual)
    found.set("defaultDuration", { value: isoDuration(fitting), from: "as far as the limits allow" });
  return found;
}

export const SHORT_PAUSE = "PT15M";

/** What "set here" begins with: what is in force, or where that is nothing, something small. */
export function beginWith(unit: Unit, inherited: unknown): unknown {
  if (unit === "pause" && typeof inherited !== "string") return SHORT_PAUSE;
  return inherited;
}
