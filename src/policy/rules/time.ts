/** How long, and how far ahead. */
import {
  addMs,
  DAY_MS,
  describeDuration,
  earliest,
  formatInstant,
  type Instant,
  latest,
  overlaps,
  type Window,
} from "../../domain/time.ts";
import type { GivingRule, Rule, RuleInput } from "../activation.ts";
import { type BoundTarget, heldEnd } from "../target-limits.ts";
import { satisfied, unsatisfied } from "./outcome.ts";

const MAX_AHEAD_MS = 90 * DAY_MS;
// A start this little in the past is a slow network, not a mistake; later than that "now" must be said plainly.
const LATE_START_MS = 60_000;

export const expirationRule: Rule = (input) => {
  const { ask, durationMs, now } = input;
  const maximumMs = maximumFor(input);
  if (!(durationMs > 0)) return unsatisfied("ExpirationRule", "say for how long you need it", "duration");
  if (durationMs > maximumMs) {
    const asked = describeDuration(durationMs);
    return unsatisfied(
      "ExpirationRule",
      `${asked} is more than the maximum of ${describeDuration(maximumMs)}`,
      "duration",
    );
  }
  if (ask.startAt !== null && ask.startAt > now + MAX_AHEAD_MS) {
    return unsatisfied(
      "ExpirationRule",
      `a start at most ${describeDuration(MAX_AHEAD_MS)} ahead is allowed`,
      "startAt",
    );
  }
  if (ask.startAt !== null && ask.startAt < now - LATE_START_MS) {
    return unsatisfied(
      "ExpirationRule",
      "the start lies in the past; leave it out to start when approved",
      "startAt",
    );
  }
  return chainFault(input) ?? satisfied("ExpirationRule", `at most ${describeDuration(maximumMs)}`);
};

/** Of what is given without a request. */
export const givenExpiration: GivingRule = ({ maximumDurationMs: maximumMs }, { window }) => {
  if (maximumMs === null) return satisfied("ExpirationRule", "it may lack an end");
  const { startsAt, endsAt } = window;
  const longest = describeDuration(maximumMs);
  if (endsAt === null)
    return unsatisfied("ExpirationRule", `it needs an end, at most ${longest} after its start`);
  if (endsAt - startsAt <= maximumMs) return satisfied("ExpirationRule", `at most ${longest}`);
  const asked = describeDuration(endsAt - startsAt);
  return unsatisfied("ExpirationRule", `${asked} is more than the maximum of ${longest}`);
};

export const minimumRule: Rule = ({ settings, durationMs }) => {
  const minimum = describeDuration(settings.minimumDurationMs);
  if (durationMs >= settings.minimumDurationMs)
    return satisfied("ActiveDurationTooShort", `at least ${minimum}`);
  return unsatisfied(
    "ActiveDurationTooShort",
    `${describeDuration(durationMs)} is less than the minimum of ${minimum}`,
    "duration",
  );
};

export const overlapRule: Rule = ({ ask, facts, window }) => {
  const clash = facts.held.find(
    (held) =>
      held.grantId !== ask.extending?.id &&
      ask.roleDefinitionIds.includes(held.roleDefinitionId) &&
      overlaps(held, window),
  );
  if (clash === undefined) return satisfied("RoleAssignmentExists", "no overlapping access");
  const until = clash.endsAt === null ? "without an end" : `until ${formatInstant(clash.endsAt)}`;
  return unsatisfied("RoleAssignmentExists", `the role is already held ${until} (grant ${clash.grantId})`);
};

export const pendingRule: Rule = ({ ask, facts, window }) => {
  const clash = facts.pending.find(
    (pending) => ask.roleDefinitionIds.includes(pending.roleDefinitionId) && overlaps(pending, window),
  );
  if (clash === undefined)
    return satisfied("PendingRoleAssignmentRequest", "no pending request for the same");
  return unsatisfied(
    "PendingRoleAssignmentRequest",
    `request ${clash.requestId} for the same is still pending`,
  );
};

function maximumFor({ ask, settings }: RuleInput): number {
  if (!ask.emergency) return settings.maximumDurationMs;
  return Math.min(settings.emergency.maximumDurationMs, settings.maximumDurationMs);
}

/** Back-to-back windows of one role count together, so that a chain of asks is no way around the maximum. */
function chainFault(input: RuleInput) {
  const { ask, settings, facts, window, now } = input;
  for (const roleDefinitionId of ask.roleDefinitionIds) {
    const held = facts.held.filter((one) => one.roleDefinitionId === roleDefinitionId);
    const latestEnd = addMs(chainStart(held, ask.extending ?? window), settings.maximumTotalMs);
    if (ask.extending === null && chainEnd(held, window) > latestEnd) return tooLong(settings.maximumTotalMs);
    if (ask.extending !== null && (ask.extending.endsAt ?? now) >= latestEnd)
      return tooLong(settings.maximumTotalMs);
  }
  return null;
}

/** Where the chain of windows of one role that touch each other, and end with this one, began. */
export function chainStart(held: readonly Window[], window: Window): Instant {
  const previous = held.find((one) => one.endsAt === window.startsAt && one.startsAt < window.startsAt);
  return previous === undefined ? window.startsAt : chainStart(held, previous);
}

export interface Extension {
  readonly durationMs: number;
  readonly maximumTotalMs: number;
  readonly now: Instant;
  /** That it is held in. */
  readonly targets: readonly BoundTarget[];
}

/** INVARIANT I8: decision + duration, never earlier than the end set now, at most the chain's start + the total; rounded as its targets do. */
export function extendedEnd(
  grant: Window & { readonly endsAt: Instant },
  heldOfRole: readonly Window[],
  { durationMs, maximumTotalMs, now, targets }: Extension,
): Instant {
  const last = lastEnd(grant, heldOfRole, maximumTotalMs);
  return latest(grant.endsAt, heldEnd(earliest(addMs(now, durationMs), last), targets));
}

/** However much is asked for, what extends a window goes no further than the chain's start + the total. */
export function lastEnd(window: Window, heldOfRole: readonly Window[], maximumTotalMs: number): Instant {
  return addMs(chainStart(heldOfRole, window), maximumTotalMs);
}

/** Windows that were asked for earlier may follow as well; one without an end is no part of a chain. */
function chainEnd(held: readonly Window[], window: Window & { readonly endsAt: Instant }): Instant {
  for (const next of held) {
    const { startsAt, endsAt } = next;
    if (startsAt === window.endsAt && endsAt !== null && endsAt > startsAt)
      return chainEnd(held, { startsAt, endsAt });
  }
  return window.endsAt;
}

function tooLong(totalMs: number) {
  const total = describeDuration(totalMs);
  return unsatisfied(
    "ExpirationRule",
    `extensions and back-to-back windows may last ${total} in all`,
    "duration",
  );
}
