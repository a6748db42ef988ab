/** Rules as documents say them, what a form starts a new one with, and what one rule makes of another. */
import type { Unit } from "../../../../../src/client/settings.ts";
import { durationMs, isoDuration } from "../../../words/duration.ts";
import {
  AS_LIMITS_ALLOW,
  type Origin,
  originWords,
  type Stage,
  TWICE_THE_MAXIMUM,
} from "../../../words/rule.ts";

export const NEW_STAGE: Stage = { approvers: [], required: 1, decideBy: "P1D", escalation: null };

/** What is said in one document: what is not among its keys is inherited. */
export type Override = Readonly<Record<string, unknown>>;

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
    found.set("maximumTotal", { value: isoDuration(2 * longest), from: TWICE_THE_MAXIMUM });
  const usual = durationMs(String(found.get("defaultDuration")?.value ?? ""));
  const fitting = Math.min(Math.max(usual, said("minimumDuration")), longest);
  if (fitting !== usual) found.set("defaultDuration", { value: isoDuration(fitting), from: AS_LIMITS_ALLOW });
  return found;
}

export const SHORT_PAUSE = "PT15M";

/** What "set here" begins with: what is in force, or where that is nothing, something small. */
export function beginWith(unit: Unit, inherited: unknown): unknown {
  if (unit === "pause" && typeof inherited !== "string") return SHORT_PAUSE;
  return inherited;
}
