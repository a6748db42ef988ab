/** Whether a grant that was rightly given still stands, and what it should hold in targets today. */
import type { AccessRequest } from "../../domain/access-request.ts";
import {
  type EndCause,
  type Entitlement,
  followsFromDeployment,
  type Grant,
  wasLive,
} from "../../domain/grant.ts";
import { leaving, sameEntitlement } from "../../domain/grant-progress.ts";
import { isLockedOut, samePrincipal } from "../../domain/principal.ts";
import { failedBefore, withNewChance } from "../../domain/retrying.ts";
import type { SourcedSettings } from "../../domain/role-settings.ts";
import type { Instant } from "../../domain/time.ts";
import type { Books } from "../book/books.ts";
import { lostGround } from "../lost-ground.ts";
import { strictest } from "../strictest.ts";
import { askOf, gather } from "./gather.ts";
import { entitlementsFor } from "./settle.ts";

/** As much of a request as a live grant stands on: what it was made under and who approved it does not matter any more. */
export type Asked = Omit<AccessRequest, "madeUnder" | "stages" | "approvals">;

/** After a change of eligibility, group, settings or binding; null where it keeps its ground (I3). */
export function causeToEnd(books: Books, grant: Grant, request: Asked | null, now: Instant): EndCause | null {
  return causeFor(books, grant, { request, madeUnder: null, now });
}

/** At a scheduled start the settings are looked at as well: those of then and of now, rule by rule the stricter (I3). */
export function causeNotToStart(
  books: Books,
  grant: Grant,
  request: AccessRequest | null,
  now: Instant,
): EndCause | null {
  return causeFor(books, grant, { request, madeUnder: request?.madeUnder ?? [], now });
}

interface GroundAsked {
  readonly request: Asked | null;
  /** The settings that it was asked for under, where it would start; null where it stands. */
  readonly madeUnder: readonly SourcedSettings[] | null;
  readonly now: Instant;
}

function causeFor(books: Books, grant: Grant, { request, madeUnder, now }: GroundAsked): EndCause | null {
  for (const id of [grant.tenantId, grant.beneficiary.tenantId])
    if (!books.has(id) || books.of(id).tenant.closedAt !== null) return "eligibility_lost";
  const beneficiary = books.identity(grant.beneficiary);
  if (beneficiary === null || beneficiary.principal.deletedAt !== null) return "eligibility_lost";
  const requester = books.has(grant.requester.tenantId) ? books.identity(grant.requester) : null;
  if ([beneficiary, requester].some((one) => one !== null && isLockedOut(one.principal)))
    // What was chosen at deployment nobody could give again: it stays, and holds nothing (`followMembers`).
    return followsFromDeployment(grant) ? null : "locked_out";
  // Standing access stands on the deployment or on an administrator's word, not on an eligibility.
  if (request === null) return null;
  const roleDefinitionIds = [grant.roleDefinitionId];
  const question = { ...request, home: grant.tenantId, roleDefinitionIds };
  const gathered = gather(books, question, []);
  if (!gathered.ok) return "eligibility_lost";
  const { facts, inForce } = gathered.value;
  const rules = [...(madeUnder ?? []), ...inForce];
  const ask = { ...askOf(request, { ...request.terms, roleDefinitionIds }), extending: null };
  const window = { startsAt: grant.startsAt, endsAt: grant.endsAt ?? now };
  const settings = strictest(rules.map((one) => one.settings));
  const durationMs = window.endsAt - window.startsAt;
  return lostGround(madeUnder === null ? "live" : "start", { ask, settings, facts, now, durationMs, window });
}

/**
 * INVARIANT I20: whether a binding was taken away, and none took its place, by which somebody holds what the grant
 * requires. Who left the group that holds it loses their part, and that is no loss of the grant's.
 */
export function hasLostEntitlement(books: Books, grant: Grant): boolean {
  if (!wasLive(grant)) return false;
  const wanted = entitlementsFor(books, grant);
  return grant.entitlements.some(
    (held) =>
      held.required &&
      (held.state === "planned" || held.state === "present") &&
      !books.of(grant.tenantId).bindings.some(({ id }) => id === held.bindingId) &&
      !wanted.some(({ member, required }) => required && samePrincipal(member, held.member)),
  );
}

/** What failed under another configuration of its target is tried again at once. The same grant where nothing did. */
export function withNewChances(books: Books, grant: Grant): Grant {
  const versionOf = ({ targetId }: Entitlement) => books.of(grant.tenantId).target(targetId)?.version;
  if (!grant.entitlements.some((held) => failedBefore(held, versionOf(held)))) return grant;
  const entitlements = grant.entitlements.map((held) =>
    failedBefore(held, versionOf(held)) ? withNewChance(held) : held,
  );
  return { ...grant, entitlements };
}

/**
 * A grant to a group is an entitlement per current member: who joined gets one, who left loses it. The same grant where
 * nothing changed.
 */
export function followMembers(books: Books, grant: Grant): Grant {
  const wanted = entitlementsFor(books, grant);
  const kept = grant.entitlements.map((held) =>
    wanted.some((one) => sameEntitlement(one, held)) || held.state === "leaving" || held.state === "absent"
      ? held
      : leaving(held),
  );
  const added = wanted.filter(
    (one) => !grant.entitlements.some((held) => sameEntitlement(one, held) && held.state !== "absent"),
  );
  if (added.length === 0 && kept.every((held, index) => held === grant.entitlements[index])) return grant;
  const rest = kept.filter((held) => !added.some((one) => sameEntitlement(one, held)));
  // What is added after the start does not close the gate again: once passed it stays passed.
  return { ...grant, entitlements: [...rest, ...added] };
}
