/** The output `jitAccessPolicy`: what the consumer chose about just-in-time access, in either of its spellings. */
import { parseDuration } from "../domain/time.ts";
import { JIT_SPELLINGS } from "./evaluate/jit-control.ts";
import { isList, isObject, type Json, type JsonObject, own, ownText } from "./json.ts";
import { JIT_OUTPUT } from "./ui-definition.ts";

/** Microsoft.Solutions 2021-07-01, ApplicationJitAccessPolicy. */
export interface JitAccessPolicy {
  readonly jitAccessEnabled: boolean;
  readonly jitApprovalMode: JitApprovalMode;
  readonly jitApprovers: readonly JitApprover[];
  /** ISO 8601, of a fixed length. */
  readonly maximumJitAccessDuration: string;
}

export type JitApprovalMode = "AutoApprove" | "ManualApprove";

export interface JitApprover {
  readonly id: string;
  readonly type: "user" | "group";
  readonly displayName: string;
}

export const JIT_FAULT_CODES = [
  "contradiction",
  "invalid_approver",
  "invalid_approval_mode",
  "invalid_duration",
  "invalid_enabled",
  "no_value",
] as const;
export type JitFaultCode = (typeof JIT_FAULT_CODES)[number];

export interface JitFault {
  readonly code: JitFaultCode;
  /** JSON pointer within the outputs. */
  readonly path: string;
  readonly message: string;
}

export type JitOutput =
  | { readonly ok: true; readonly policy: JitAccessPolicy | null }
  | { readonly ok: false; readonly fault: JitFault };

const MAX_APPROVERS = 100;
const MAX_APPROVER_TEXT = 256;
const DEFAULT_DURATION = "PT8H";

/** Takes evaluated outputs; null where none of them is called `jitAccessPolicy`. */
export function jitAccessPolicyOf(outputs: JsonObject): JitOutput {
  const output = own(outputs, JIT_OUTPUT);
  if (output === undefined) return { ok: true, policy: null };
  if (!isObject(output))
    return refuse(
      "no_value",
      "",
      "`jitAccessPolicy` has no value; let the JIT control be visible and give its value",
    );
  const contradiction = JIT_SPELLINGS.find(([first, second]) => contradict(output, first, second));
  if (contradiction !== undefined)
    return refuse(
      "contradiction",
      `/${contradiction[0]}`,
      `\`${contradiction[0]}\` and \`${contradiction[1]}\` say different things; give one of them`,
    );
  return policyIn(output);
}

function contradict(output: JsonObject, first: string, second: string): boolean {
  const [a, b] = [own(output, first), own(output, second)];
  return a !== undefined && b !== undefined && JSON.stringify(a) !== JSON.stringify(b);
}

function policyIn(output: JsonObject): JitOutput {
  const [enabledAs, modeAs, approversAs, durationAs] = JIT_SPELLINGS.map(([first, second]) =>
    own(output, first) === undefined && own(output, second) !== undefined ? second : first,
  ) as [string, string, string, string];
  const enabled = flagOf(own(output, enabledAs));
  if (enabled === null)
    return refuse("invalid_enabled", `/${enabledAs}`, `\`${enabledAs}\` must be true or false`);
  const mode = modeOf(own(output, modeAs), enabled);
  if (mode === null)
    return refuse(
      "invalid_approval_mode",
      `/${modeAs}`,
      `\`${modeAs}\` must be AutoApprove or ManualApprove`,
    );
  const duration = own(output, durationAs) ?? (enabled ? null : DEFAULT_DURATION);
  if (typeof duration !== "string" || parseDuration(duration) === null)
    return refuse(
      "invalid_duration",
      `/${durationAs}`,
      `\`${durationAs}\` must be an ISO 8601 duration of a fixed length, such as PT8H`,
    );
  const approvers = approversOf(own(output, approversAs) ?? [], approversAs);
  if ("code" in approvers) return { ok: false, fault: approvers };
  const policy = {
    jitAccessEnabled: enabled,
    jitApprovalMode: mode,
    jitApprovers: approvers,
    maximumJitAccessDuration: duration,
  };
  return { ok: true, policy };
}

/** Texts that were put together by `concat` have no booleans. */
function flagOf(value: Json | undefined): boolean | null {
  if (typeof value === "boolean") return value;
  const lower = typeof value === "string" && value.length < 8 ? value.toLowerCase() : "";
  return lower === "true" ? true : lower === "false" ? false : null;
}

/** Where JIT access is declined nobody need have chosen how it would be approved. */
function modeOf(value: Json | undefined, enabled: boolean): JitApprovalMode | null {
  const lower = typeof value === "string" && value.length < 32 ? value.toLowerCase() : value;
  switch (lower) {
    case "autoapprove":
      return "AutoApprove";
    case "manualapprove":
      return "ManualApprove";
    case undefined:
    case null:
    case "":
    case "notspecified":
      return enabled ? null : "AutoApprove";
    default:
      return null;
  }
}

function approversOf(value: Json, name: string): readonly JitApprover[] | JitFault {
  if (!isList(value) || value.length > MAX_APPROVERS)
    return fault("invalid_approver", `/${name}`, `\`${name}\` must be a list of at most ${MAX_APPROVERS}`);
  const approvers: JitApprover[] = [];
  for (const [at, one] of value.entries()) {
    const approver = isObject(one) ? approverOf(one) : null;
    if (approver === null)
      return fault(
        "invalid_approver",
        `/${name}/${at}`,
        "an approver has an `id`, a `type` that is user or group, and a `displayName`",
      );
    approvers.push(approver);
  }
  return approvers;
}

function approverOf(value: JsonObject): JitApprover | null {
  const id = ownText(value, "id");
  const type = (ownText(value, "type") ?? "user").slice(0, 8).toLowerCase();
  const displayName = own(value, "displayName") ?? "";
  if (id === null || id === "" || id.length > MAX_APPROVER_TEXT) return null;
  if (type !== "user" && type !== "group") return null;
  if (typeof displayName !== "string" || displayName.length > MAX_APPROVER_TEXT) return null;
  return { id, type, displayName };
}

function refuse(code: JitFaultCode, path: string, message: string): JitOutput {
  return { ok: false, fault: fault(code, path, message) };
}

function fault(code: JitFaultCode, path: string, message: string): JitFault {
  return { code, path: `/${JIT_OUTPUT}${path}`, message };
}
