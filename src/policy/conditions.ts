/**
 * Conditions in Cedar: who may activate what, from where and when. Cedar skips a policy that errors, a `forbid` too,
 * so here any error is a denial.
 */
import { createRequire } from "node:module";
import type { RoleDefinitionId } from "../domain/ids.ts";
import { type PrincipalRef, principalKey } from "../domain/principal.ts";
import { type Condition, conditionText } from "../domain/role-settings.ts";
import type { Scope } from "../domain/scope.ts";
import type { SessionFacts } from "../domain/session.ts";
import { hasSecondFactor } from "../domain/session.ts";
import { type Instant, localTime } from "../domain/time.ts";

type Cedar = typeof import("@cedar-policy/cedar-wasm/nodejs");

export interface ConditionInput {
  readonly requester: PrincipalRef;
  readonly roleDefinitionId: RoleDefinitionId;
  readonly scope: Scope;
  readonly purpose: string | null;
  readonly emergency: boolean;
  readonly session: SessionFacts;
  /** Of every condition that names none of its own. */
  readonly timeZone: string;
  readonly now: Instant;
}

export type ConditionAnswer =
  | { readonly permitted: true }
  | { readonly permitted: false; readonly because: string };

const MAX_CONDITION_LENGTH = 16_384;
let loaded: Cedar | undefined;

/** Each is a policy set of its own and must permit. */
export function evaluateConditions(conditions: readonly Condition[], input: ConditionInput): ConditionAnswer {
  for (const one of conditions) {
    const timeZone = typeof one === "string" ? input.timeZone : one.timeZone;
    const answer = evaluateOne(conditionText(one), { ...input, timeZone });
    if (!answer.permitted) return answer;
  }
  return { permitted: true };
}

/** A sentence with line and column for text that is not a Cedar policy set; null when it is. */
export function conditionFault(text: string): string | null {
  if (text.length > MAX_CONDITION_LENGTH) return `a condition has at most ${MAX_CONDITION_LENGTH} characters`;
  const answer = parse(text);
  if (answer === null) return "it is nested too deeply to be read";
  if (answer.type === "success") return null;
  const [error] = answer.errors;
  const offset = error?.sourceLocations?.[0]?.start ?? 0;
  // Cedar counts bytes of UTF-8.
  const before = Buffer.from(text).subarray(0, offset).toString("utf8").split("\n");
  const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  return `${place}: ${error?.message ?? "not a cedar policy set"}${error?.help ? `; ${error.help}` : ""}`;
}

function parse(text: string) {
  try {
    return onCedar((cedar) => cedar.checkParsePolicySet({ staticPolicies: text }));
  } catch {
    return null;
  }
}

function evaluateOne(text: string, input: ConditionInput): ConditionAnswer {
  try {
    const call: Parameters<Cedar["isAuthorized"]>[0] = {
      principal: { type: "User", id: principalKey(input.requester) },
      action: { type: "Action", id: "activate" },
      resource: { type: "Role", id: `${input.scope.toLowerCase()}|${input.roleDefinitionId}` },
      context: contextOf(input),
      policies: { staticPolicies: text },
      entities: [],
    };
    const answer = onCedar((cedar) => cedar.isAuthorized(call));
    if (answer.type === "failure")
      return forbidden(`the condition could not be evaluated: ${answer.errors[0]?.message}`);
    const [error] = answer.response.diagnostics.errors;
    if (error !== undefined) return forbidden(`the condition failed to evaluate: ${error.error.message}`);
    if (answer.response.decision === "allow") return { permitted: true };
    const named = answer.response.diagnostics.reason.map(policyWords).join(", ");
    return forbidden(named === "" ? "no policy of the condition permits it" : `forbidden by ${named}`);
  } catch (cause) {
    return forbidden(
      `the condition failed to evaluate: ${cause instanceof Error ? cause.message : "unknown error"}`,
    );
  }
}

/** The engine counts policies from zero; people count them from one. */
function policyWords(id: string): string {
  const at = /^policy(\d+)$/.exec(id)?.[1];
  return at === undefined ? id : `policy ${Number(at) + 1} of the condition`;
}

function contextOf({ session, purpose, emergency, now, scope, timeZone }: ConditionInput) {
  const date = new Date(now);
  const local = localTime(now, timeZone);
  return {
    mfa: hasSecondFactor(session),
    amr: [...session.amr],
    acrs: [...session.acrs],
    via: session.via,
    scope: scope.toLowerCase(),
    emergency,
    utcHour: date.getUTCHours(),
    utcWeekday: date.getUTCDay(),
    localDate: local.date,
    localTime: local.minutes,
    weekday: local.weekday,
    // A socket for both families writes an IPv4 address as one of IPv6, which Cedar does not read.
    ...(session.ip === null
      ? {}
      : { ip: { __extn: { fn: "ip", arg: session.ip.replace(/^::ffff:(?=\d+\.)/i, "") } } }),
    ...(purpose === null ? {} : { purpose }),
  };
}

function forbidden(because: string): ConditionAnswer {
  return { permitted: false, because };
}

/**
 * INVARIANT: no text keeps the engine from reading the next one. What runs out of its stack leaves an instance broken
 * for good, for every tenant: it is thrown away, and the next call gets a new one.
 */
function onCedar<T>(work: (cedar: Cedar) => T): T {
  // Loaded when the first condition is met: most installations have none, and the engine is 4 MB.
  loaded ??= load();
  try {
    return work(loaded);
  } catch (error) {
    loaded = undefined;
    throw error;
  }
}

function load(): Cedar {
  const require = createRequire(import.meta.url);
  const entry = require.resolve("@cedar-policy/cedar-wasm/nodejs");
  delete require.cache[entry];
  return require(entry) as Cedar;
}
