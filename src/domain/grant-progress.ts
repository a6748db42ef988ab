/** What a grant needs next, and what it becomes: the worker asks here and never decides by itself. */
import { type EndCause, type Entitlement, type Grant, type GrantState, isOpen } from "./grant.ts";
import type { PrincipalRef } from "./principal.ts";
import { isBlocked } from "./retrying.ts";
import { ENTITLEMENT_MOVES, GRANT_MOVES, requireMove, requireTogether, WrongStep } from "./states.ts";
import { earliest, type Instant, isOver } from "./time.ts";

export type Step =
  | { readonly do: "wait"; readonly until: Instant | null }
  | { readonly do: "open" }
  | { readonly do: "expire" }
  | { readonly do: "provision"; readonly entitlement: Entitlement }
  | { readonly do: "lapse"; readonly entitlement: Entitlement }
  | { readonly do: "unconfirm"; readonly entitlement: Entitlement }
  | { readonly do: "pass" }
  | { readonly do: "remove"; readonly entitlement: Entitlement }
  | { readonly do: "finish" };

/** Whether somebody has more access after it than before. Whatever takes away comes first. */
export function isGiving(step: Step): boolean {
  return step.do === "open" || step.do === "provision" || step.do === "pass";
}

/** The one next step at `now`. Level-triggered: it looks at how things are, never at what happened. */
export function nextStep(grant: Grant, now: Instant): Step {
  switch (grant.state.name) {
    case "ended":
      return { do: "wait", until: null };
    case "deprovisioning":
      return nextRemoval(grant.entitlements, now) ?? { do: "finish" };
    case "scheduled":
    case "provisioning":
    case "active":
      if (isOver(grant, now)) return { do: "expire" };
      if (now < grant.startsAt) return { do: "wait", until: grant.startsAt };
      if (grant.state.name === "scheduled") return { do: "open" };
      return nextOpening(grant, now);
  }
}

/** When the worker must look again: the grant's place in the queue of due work. */
export function dueAt(grant: Grant, now: Instant): Instant | null {
  const step = nextStep(grant, now);
  return step.do === "wait" ? step.until : now;
}

/** Each step below throws `WrongStep` for a grant that is not where it begins. */
function moved(grant: Grant, state: GrantState): Grant {
  requireMove("a grant", GRANT_MOVES, grant.state.name, state.name);
  requireTogether(state.name, grant.entitlements);
  return { ...grant, state };
}

export function begin(grant: Grant): Grant {
  if (grant.entitlements.length > 0) return moved(grant, { name: "provisioning" });
  // Where no binding applies the gate is passed at the start: one that is added later does not shut it.
  return moved({ ...grant, gatePassedAt: grant.gatePassedAt ?? grant.startsAt }, { name: "active" });
}

export function passGate(grant: Grant, now: Instant): Grant {
  return moved({ ...grant, gatePassedAt: grant.gatePassedAt ?? now }, { name: "active" });
}

/** From here on the grant is not live, whatever its targets still hold. */
export function close(grant: Grant, cause: EndCause, now: Instant, by: PrincipalRef | null): Grant {
  const entitlements = grant.entitlements.map((entitlement) => leaving(entitlement));
  const closing = moved({ ...grant, entitlements }, { name: "deprovisioning", cause, since: now, by });
  return nextStep(closing, now).do === "finish" ? finish(closing, now) : closing;
}

/** As it is at `now`: begun at its start and closed at its end, whether or not the worker has looked since. */
export function grantAt(grant: Grant, now: Instant): Grant {
  if (!isOpen(grant)) return grant;
  if (grant.endsAt !== null && isOver(grant, now)) return close(grant, "expired", grant.endsAt, null);
  return grant.state.name === "scheduled" && now >= grant.startsAt ? begin(grant) : grant;
}

export function finish(grant: Grant, now: Instant): Grant {
  if (grant.state.name !== "deprovisioning") throw new WrongStep("a grant", grant.state.name, "ended");
  const { cause, by } = grant.state;
  return moved(grant, { name: "ended", cause, at: now, by });
}

/** INVARIANT I8: only an approved extension moves an end, and never to an earlier instant than is set. */
export function extendTo(grant: Grant, endsAt: Instant): Grant {
  if (!isOpen(grant)) throw new WrongStep("a grant", grant.state.name, "longer");
  if (grant.endsAt === null || endsAt <= grant.endsAt) return grant;
  // Whoever left the group that holds it stays out: only what is still wanted is wanted for longer.
  const entitlements = grant.entitlements.map((entitlement) =>
    isWanted(entitlement) ? wantUntil(entitlement, endsAt) : entitlement,
  );
  return { ...grant, endsAt, entitlements };
}

/** Asks the target for a (new) deadline. */
export function wantUntil(entitlement: Entitlement, expiresAt: Instant): Entitlement {
  const generation = (entitlement.wanted?.generation ?? entitlement.generation) + 1;
  const state = entitlement.state === "absent" ? "planned" : entitlement.state;
  return { ...entitlement, state, wanted: { generation, expiresAt }, retryAt: null, fault: null };
}

/** @throws WrongStep where its state cannot follow, or cannot stand in a grant that is where this one is */
export function withEntitlement(grant: Grant, changed: Entitlement): Grant {
  requireTogether(grant.state.name, [changed]);
  const entitlements = grant.entitlements.map((entitlement) => {
    if (!sameEntitlement(entitlement, changed)) return entitlement;
    requireMove("an entitlement", ENTITLEMENT_MOVES, entitlement.state, changed.state);
    return changed;
  });
  return { ...grant, entitlements };
}

/**
 * INVARIANT I20: its target does not hold it any more, or holds it so that nobody gets in with it. It is made again, and
 * a grant that requires it is not live before it is confirmed.
 */
export function unconfirmed(grant: Grant, held: Entitlement): Grant {
  const next = withEntitlement(grant, { ...held, state: "planned" });
  if (!held.required || grant.state.name !== "active") return next;
  return moved(next, { name: "provisioning" });
}

export function sameEntitlement(a: Entitlement, b: Entitlement): boolean {
  return (
    a.bindingId === b.bindingId &&
    a.member.objectId === b.member.objectId &&
    a.member.tenantId === b.member.tenantId
  );
}

function nextOpening(grant: Grant, now: Instant): Step {
  const over = grant.entitlements.find((entitlement) => hasLapsed(entitlement, now));
  if (over !== undefined) return { do: "lapse", entitlement: over };
  const removal = nextRemoval(
    grant.entitlements.filter((entitlement) => entitlement.state === "leaving"),
    now,
  );
  if (removal?.do === "remove") return removal;
  const outlived = grant.entitlements.find((entitlement) => isOutlived(entitlement, now));
  if (outlived !== undefined) return { do: "unconfirm", entitlement: outlived };
  const behind = grant.entitlements.filter((entitlement) => isBehind(entitlement) && !isBlocked(entitlement));
  const ready = behind.find((entitlement) => entitlement.retryAt === null || entitlement.retryAt <= now);
  if (ready !== undefined) return { do: "provision", entitlement: ready };
  const confirmed = !grant.entitlements.some(({ required, state }) => required && state === "planned");
  if (grant.state.name === "provisioning" && confirmed) return { do: "pass" };
  return { do: "wait", until: nextLook(grant, behind, removal) };
}

function isWanted({ state }: Entitlement): boolean {
  return state === "planned" || state === "present";
}

/** Whether the target has yet to be brought to what is wanted of it. */
export function isBehind(entitlement: Entitlement): boolean {
  const { state, wanted, generation } = entitlement;
  if (wanted === null || !isWanted(entitlement)) return false;
  return state === "planned" || generation < wanted.generation;
}

/** Its later end never came to be, and the one that its target holds has passed: nobody gets in any more. */
function isOutlived(entitlement: Entitlement, now: Instant): boolean {
  const { state, enforcedUntil } = entitlement;
  return state === "present" && isBehind(entitlement) && enforcedUntil !== null && enforcedUntil <= now;
}

/** A log-in of standing access has an end of its own, before the grant's. */
function hasLapsed(entitlement: Entitlement, now: Instant): boolean {
  return isWanted(entitlement) && entitlement.wanted !== null && now >= entitlement.wanted.expiresAt;
}

/** Removal is retried without limit, until the target was seen without it. */
function nextRemoval(entitlements: readonly Entitlement[], now: Instant): Step | null {
  const left = entitlements.filter((entitlement) => entitlement.state === "leaving");
  if (left.length === 0) return null;
  const ready = left.find((entitlement) => entitlement.retryAt === null || entitlement.retryAt <= now);
  if (ready !== undefined) return { do: "remove", entitlement: ready };
  return { do: "wait", until: soonest(left) };
}

function nextLook(grant: Grant, behind: readonly Entitlement[], removal: Step | null): Instant | null {
  const ends = grant.entitlements.flatMap((held) =>
    held.state === "present"
      ? [held.wanted?.expiresAt ?? null, isBehind(held) ? held.enforcedUntil : null]
      : [],
  );
  const instants = [soonest(behind), removal?.do === "wait" ? removal.until : null, grant.endsAt, ...ends];
  const known = instants.filter((at) => at !== null);
  const [first, ...rest] = known;
  return first === undefined ? null : earliest(first, ...rest);
}

function soonest(entitlements: readonly Entitlement[]): Instant | null {
  const [first, ...rest] = entitlements.map((entitlement) => entitlement.retryAt).filter((at) => at !== null);
  return first === undefined ? null : earliest(first, ...rest);
}

export function leaving(entitlement: Entitlement): Entitlement {
  if (entitlement.state === "absent") return entitlement;
  const { lastError, handle } = entitlement;
  const unopened = entitlement.state === "planned" && lastError !== null ? { unopened: lastError } : {};
  // Without a handle no effect was ever begun, so there is nothing to look for.
  const state = handle === null ? "absent" : "leaving";
  return { ...entitlement, ...unopened, state, attempts: 0, retryAt: null, lastError: null, fault: null };
}
