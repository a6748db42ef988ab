/**
 * What its targets have yet to confirm of a grant, and why: the one place that says so, in words for people. Every
 * surface shows these, so that nothing is called open or gone anywhere before its target was seen to be so.
 */
import { type Entitlement, endReasonOf, type Grant } from "./grant.ts";
import { grantAt } from "./grant-progress.ts";
import type { TargetId } from "./ids.ts";
import { isBlocked } from "./retrying.ts";
import type { FaultKind } from "./target-fault.ts";
import { formatInstant, type Instant, latest } from "./time.ts";

export const UNCONFIRMED = ["opening", "held", "end", "never"] as const;

export interface Unconfirmed {
  /**
   * `opening`: it is to be there and was not read back. `held`: it is live, and its target cannot be looked into.
   * `end`: it is over and was not seen to be gone. `never`: it ran out before its target confirmed it, and is gone.
   */
  readonly of: (typeof UNCONFIRMED)[number];
  /** Lower case, without a full stop; instants as RFC 3339. */
  readonly sentence: string;
  /** What the last attempt met; null while none has failed. */
  readonly reason: string | null;
  /** Of an end: until when a target itself may let somebody in with what is left; null where it holds no end. */
  readonly openUntil: Instant | null;
}

/** Who has to do something before it is as it should be, by the kind of fault. */
const TO_DO: Readonly<Record<FaultKind, string>> = {
  retryable: "Curfew goes on trying",
  forbidden: "its owner has to let Curfew in; Curfew goes on trying",
  conflict: "somebody changed it there by hand and has to put it right; Curfew goes on trying",
  permanent: "somebody has to put that right; Curfew goes on trying",
};
const WAITS = "it is tried again once somebody has put that right";

/** As of `now`, whether or not the worker has looked; null where all is confirmed, or nothing has begun. */
export function unconfirmedOf(
  stored: Grant,
  now: Instant,
  labelOf: (id: TargetId) => string,
): Unconfirmed | null {
  const grant = grantAt(stored, now);
  const never = endReasonOf(grant) === "never_live" ? neverWords(grant, labelOf) : null;
  switch (grant.state.name) {
    case "scheduled":
      return null;
    case "provisioning":
      return saidOf("opening", grant.entitlements.filter(isAwaited), labelOf);
    case "active":
      return saidOf(
        "held",
        grant.entitlements.filter(({ fault }) => fault != null),
        labelOf,
      );
    case "deprovisioning": {
      const left = grant.entitlements.filter(isLeaving);
      const said = saidOf("end", left, labelOf);
      if (said === null) return null;
      const openUntil = left.some(({ enforcedUntil }) => enforcedUntil === null) ? null : latestOf(left);
      const sentence = [never, said.sentence, stillOpen(openUntil, now)].filter((part) => part !== null);
      return { ...said, openUntil, sentence: sentence.join("; ") };
    }
    case "ended":
      return never === null
        ? null
        : { of: "never", sentence: never, reason: unopenedIn(grant), openUntil: null };
  }
}

/** Whether it is worth asking for the same again: a target kept it from opening, for all or part of its time. */
export function wasKeptFromOpening(unconfirmed: Unconfirmed | null, grant: Grant): boolean {
  if (grant.requestId === null || unconfirmed === null) return false;
  if (endReasonOf(grant) === "never_live") return true;
  return unconfirmed.of === "opening" && unconfirmed.reason !== null;
}

/** Over, and not seen to be gone from each of its targets. */
export function isLeft(stored: Grant, now: Instant): boolean {
  const { state, entitlements } = grantAt(stored, now);
  return state.name === "deprovisioning" && entitlements.some(isLeaving);
}

function isLeaving({ state }: Entitlement): boolean {
  return state === "leaving";
}

function isAwaited({ state, required, fault }: Entitlement): boolean {
  return fault != null || (required && state === "planned");
}

const PHRASES: Readonly<Record<Entitlement["state"], string>> = {
  planned: "not open in",
  present: "not confirmed in",
  leaving: "not confirmed gone from",
  absent: "not confirmed in",
};

function saidOf(
  of: Unconfirmed["of"],
  some: readonly Entitlement[],
  labelOf: (id: TargetId) => string,
): Unconfirmed | null {
  if (some.length === 0) return null;
  const said = new Set(some.map((held) => wordsOf(held, labelOf(held.targetId))));
  const reason = some.find(({ lastError }) => lastError !== null)?.lastError ?? null;
  return { of, sentence: [...said].join("; "), reason, openUntil: null };
}

function wordsOf(held: Entitlement, label: string): string {
  const { state, fault, lastError } = held;
  const phrase = `${PHRASES[state]} ${label}`;
  if (lastError === null) return `${phrase} yet`;
  const next = isBlocked(held) ? WAITS : TO_DO[fault?.kind ?? "retryable"];
  return `${phrase}: ${lastError}; ${next}`;
}

function neverWords(grant: Grant, labelOf: (id: TargetId) => string): string {
  const required = grant.entitlements.filter((held) => held.required);
  const labels = [...new Set(required.map(({ targetId }) => labelOf(targetId)))].join(" and ");
  const reason = unopenedIn(grant);
  return `never live: ${labels} did not confirm it before its end${reason === null ? "" : ` (${reason})`}`;
}

/** Why what was never there was never there. */
export function unopenedIn({ entitlements }: Grant): string | null {
  return entitlements.find(({ unopened }) => unopened != null)?.unopened ?? null;
}

/** What a target that holds the end itself lets in with what is left. */
function stillOpen(openUntil: Instant | null, now: Instant): string {
  if (openUntil === null) return "it may be used there until then";
  return openUntil > now
    ? `its log-in may be open there until ${formatInstant(openUntil)}`
    : "new log-ins are refused there, and sessions may still be open";
}

function latestOf(held: readonly Entitlement[]): Instant | null {
  const [first, ...rest] = held.map(({ enforcedUntil }) => enforcedUntil).filter((at) => at !== null);
  return first === undefined ? null : latest(first, ...rest);
}
