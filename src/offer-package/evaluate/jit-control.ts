/** The value of a JitConfigurator: in the names of an ApplicationJitAccessPolicy and in the control's own, both in use. */
import { isObject, type Json, type JsonObject, own } from "../json.ts";

/** The policy's name, then the control's. */
export const JIT_SPELLINGS = [
  ["jitAccessEnabled", "jitEnabled"],
  ["jitApprovalMode", "jitApprovalMode"],
  ["jitApprovers", "approvers"],
  ["maximumJitAccessDuration", "maxAccessDuration"],
] as const;

export const JIT_CONTROL_DEFAULT: Json = withBothSpellings({
  jitAccessEnabled: true,
  jitApprovalMode: "AutoApprove",
  jitApprovers: [],
  maximumJitAccessDuration: "PT8H",
});

/** Publishers read either name of a property, whichever a form gave. */
export function withBothSpellings(value: Json): Json {
  if (!isObject(value)) return value;
  const added: Record<string, Json> = {};
  for (const [first, second] of JIT_SPELLINGS) {
    copy(value, first, second, added);
    copy(value, second, first, added);
  }
  return { ...value, ...added };
}

function copy(from: JsonObject, name: string, other: string, to: Record<string, Json>): void {
  const value = own(from, name);
  if (value !== undefined && own(from, other) === undefined) to[other] = value;
}
