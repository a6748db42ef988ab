/** What of a JIT policy changed, from what to what: a private fact of the consumer, whose approvers and conditions it names. */
import type { JitPolicy } from "../../domain/application.ts";
import type { Json, JsonObject } from "../../domain/target-binding.ts";
import { formatDuration, UTC } from "../../domain/time.ts";
import { changedFields } from "../apply/changed-fields.ts";
import { fieldWords } from "../apply/settings-override.ts";

// An entry has a bound: of what could pass it, the beginning is kept and how much there was.
const MOST_APPROVERS = 100;
const MOST_CONDITION_CHARS = 100;

/** With nothing before, every field is told: that is how a deployment began. */
export function policyChanges(before: JitPolicy | null, after: JitPolicy): JsonObject[] {
  const was = before === null ? null : valuesOf(before);
  const is = valuesOf(after);
  const fields =
    before === null ? Object.keys(is) : changedFields(fieldWords({ ...before }), fieldWords({ ...after }));
  return fields.map((field) => ({ field, from: was?.[field] ?? null, to: is[field] ?? null }));
}

function valuesOf(policy: JitPolicy): Readonly<Record<string, Json>> {
  const { approvers, decideByMs, maximumDurationMs, minimumDurationMs, conditions, ticket, ...plain } =
    policy;
  return {
    mode: plain.mode,
    approvers: {
      count: approvers.length,
      ids: approvers.slice(0, MOST_APPROVERS).map(({ objectId }) => objectId),
    },
    required: plain.required,
    decideBy: formatDuration(decideByMs),
    maximumDuration: formatDuration(maximumDurationMs),
    minimumDuration: formatDuration(minimumDurationMs),
    justificationRequired: plain.justificationRequired,
    ticket: { required: ticket.required, patterns: [...ticket.patterns] },
    mfaRequired: plain.mfaRequired,
    conditions: conditions.map((one) =>
      typeof one === "string" ? beginning(one) : `${beginning(one.text)} (${one.timeZone})`,
    ),
    timeZone: plain.timeZone ?? UTC,
    approverJustification: plain.approverJustification,
    emergencyAllowed: plain.emergencyAllowed,
  };
}

/** By whole characters: half of a pair has no canonical form. */
function beginning(text: string): string {
  const characters = [...text];
  return characters.length <= MOST_CONDITION_CHARS
    ? text
    : `${characters.slice(0, MOST_CONDITION_CHARS).join("")}…`;
}
