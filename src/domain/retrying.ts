/** What failed in a target: when it is tried again, who is told, and what it waits for. */
import type { Entitlement } from "./grant.ts";
import type { Fault, FaultKind } from "./target-fault.ts";
import { addMs, type Instant, MINUTE_MS, SECOND_MS } from "./time.ts";

interface Pace {
  readonly firstMs: number;
  readonly lastMs: number;
}

const SOON: Pace = { firstMs: SECOND_MS, lastMs: MINUTE_MS };
/** Somebody has to act in the target, who need not tell us. */
const SLOWLY: Pace = { firstMs: 5 * SECOND_MS, lastMs: 10 * MINUTE_MS };

/** Null: not before its target has changed. */
const OPENING: Readonly<Record<FaultKind, Pace | null>> = {
  retryable: SOON,
  conflict: SLOWLY,
  forbidden: SLOWLY,
  permanent: null,
};
/** Taking away is tried for as long as anything may be left: an end is never given up. */
const REMOVAL: Readonly<Record<FaultKind, Pace>> = {
  retryable: SOON,
  conflict: SLOWLY,
  forbidden: SLOWLY,
  permanent: SLOWLY,
};

const ALARM_EVERY_ATTEMPTS = 10;

/** After an attempt that failed. */
export function failed(
  entitlement: Entitlement,
  { kind, ambiguous, message, targetVersion }: Fault,
  now: Instant,
): Entitlement {
  const attempts = entitlement.attempts + 1;
  const fault = { kind, ambiguous, targetVersion };
  const tried = { ...entitlement, attempts, lastError: message, fault };
  const pace = paceOf(tried);
  return { ...tried, retryAt: pace === null ? null : addMs(now, delayMs(pace, attempts)) };
}

/** INVARIANT: whoever is concerned hears of a fault when it begins, when it becomes another, and from time to time. */
export function isToBeTold(before: Entitlement, after: Entitlement): boolean {
  return after.attempts % ALARM_EVERY_ATTEMPTS === 1 || before.fault?.kind !== after.fault?.kind;
}

/** Not tried again by itself. */
export function isBlocked(entitlement: Entitlement): boolean {
  return entitlement.fault != null && paceOf(entitlement) === null;
}

/** Something changed: what failed before is tried at once, and told anew if it fails again. */
export function withNewChance(entitlement: Entitlement): Entitlement {
  return { ...entitlement, attempts: 0, retryAt: null, fault: null };
}

/** Whether it failed under another version of its target than this one. */
export function failedBefore({ state, fault }: Entitlement, targetVersion: number | undefined): boolean {
  return state !== "absent" && fault != null && fault.targetVersion !== (targetVersion ?? null);
}

function paceOf({ state, fault }: Entitlement): Pace | null {
  if (fault == null) return SOON;
  if (state === "leaving") return REMOVAL[fault.kind];
  // What may have been made is looked for again, whatever kept us from seeing it.
  return fault.ambiguous ? (OPENING[fault.kind] ?? SLOWLY) : OPENING[fault.kind];
}

function delayMs({ firstMs, lastMs }: Pace, attempts: number): number {
  return Math.min(firstMs * 2 ** Math.min(attempts - 1, 10), lastMs);
}
