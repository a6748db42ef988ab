/** What people may ask for no more after a change of configuration: pure, by the books before it and after it. */
import { type Application, eligibilitiesOf } from "../domain/application.ts";
import type { Eligibility } from "../domain/eligibility.ts";
import type { ObjectId, TenantId } from "../domain/ids.ts";
import { identityIncludes, type PrincipalRef } from "../domain/principal.ts";
import { scopeCovers, scopeKey } from "../domain/scope.ts";
import { covers, type Instant, isOver } from "../domain/time.ts";
import type { Books } from "./book/books.ts";
import type { BookKind } from "./book/contents.ts";
import type { BothBooks, ChangedRow } from "./dependents.ts";

const MOVES_ELIGIBILITIES: ReadonlySet<BookKind> = new Set([
  "principal",
  "members",
  "eligibility",
  "application",
]);

/** Whether a change of these can take from somebody what they may ask for. */
export function canTakeEligibilities(changed: readonly ChangedRow[]): boolean {
  return changed.some(({ kind }) => MOVES_ELIGIBILITIES.has(kind));
}

/** Somebody who may ask for less than before. */
export interface LostEligibility extends Pick<Eligibility, "tenantId" | "roleDefinitionId" | "scope"> {
  readonly principal: PrincipalRef;
  /** Until when they still may; null: not any more. */
  readonly until: Instant | null;
}

/**
 * What these people of `home` may ask for no more, at their own organisation's places and, through its offers, at its
 * customers': whichever way they came to it, and only where nothing else still lets them.
 */
export function eligibilitiesLost(
  { before, after }: BothBooks,
  home: TenantId,
  people: ReadonlySet<ObjectId>,
  now: Instant,
): readonly LostEligibility[] {
  const [had, have] = [mayAskIn(before, home), mayAskIn(after, home)];
  return [...people].sort().flatMap((objectId) => {
    const then = have(objectId);
    const lost = new Map<string, LostEligibility>();
    for (const one of had(objectId)) {
      if (one.endsAt !== null && isOver(one, now)) continue;
      const startsAt = Math.max(one.startsAt, now) as Instant;
      const same = then.filter(
        (other) =>
          other.tenantId === one.tenantId &&
          other.roleDefinitionId === one.roleDefinitionId &&
          scopeCovers(other.scope, one.scope) &&
          other.startsAt <= startsAt &&
          !isOver(other, startsAt),
      );
      if (same.some((other) => covers(other, { startsAt, endsAt: one.endsAt }))) continue;
      const until = same.reduce<Instant | null>((latest, { endsAt }) => latestOf(latest, endsAt), null);
      const { tenantId, roleDefinitionId, scope } = one;
      const key = `${tenantId} ${roleDefinitionId} ${scopeKey(scope)}`;
      lost.set(key, { principal: { tenantId: home, objectId }, tenantId, roleDefinitionId, scope, until });
    }
    return [...lost.values()];
  });
}

function latestOf(a: Instant | null, b: Instant | null): Instant | null {
  return a === null || (b !== null && b > a) ? b : a;
}

/** Of a living person or workload of `home`, every eligibility at any of the loaded books' places. */
function mayAskIn(books: Books, home: TenantId): (objectId: ObjectId) => readonly Eligibility[] {
  const all = books.loaded
    .filter(({ tenant }) => tenant.closedAt === null)
    .flatMap((book) => [...book.eligibilities, ...book.applications.flatMap(atItsOwnScope)]);
  const held = Map.groupBy(all, ({ principal }) => principal.objectId);
  return (objectId) => {
    const identity = books.of(home).identity(objectId);
    if (identity === null || identity.principal.deletedAt !== null) return [];
    if (identity.principal.kind === "group") return [];
    const ids = [objectId, ...identity.groups.map((group) => group.objectId)];
    return ids.flatMap((id) => held.get(id) ?? []).filter((one) => identityIncludes(identity, one.principal));
  };
}

/** Who may ask for an application may ask for what it manages: one place, as people see it. */
function atItsOwnScope(application: Application): Eligibility[] {
  return eligibilitiesOf(application).filter(({ scope }) => scope === application.scope);
}
