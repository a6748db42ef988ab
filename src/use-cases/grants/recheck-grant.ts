/** After a change of eligibility, group, settings or binding: grants that have lost their ground are revoked (I3). */
import { type EndCause, type Grant, isOpen } from "../../domain/grant.ts";
import type { GrantId, TenantId } from "../../domain/ids.ts";
import { type Instant, isOver } from "../../domain/time.ts";
import type { Books } from "../../policy/book/books.ts";
import { joined, nextGrant, type Rows, rowOf } from "../../policy/decisions/change.ts";
import { closeGrants } from "../../policy/decisions/end.ts";
import * as ground from "../../policy/decisions/ground.ts";
import type { GroundedGrant, OpenGrants } from "../batches.ts";
import type { Deps } from "../ports.ts";

/** What becomes of a grant: the cause to end it for, or itself, the same where nothing changed. */
export function groundToday(
  books: Books,
  { grant, request }: OpenGrants["found"][number],
  now: Instant,
): EndCause | Grant {
  if (!isOpen(grant)) return grant;
  if (isOver(grant, now)) return "expired";
  const cause = ground.causeToEnd(books, grant, request, now);
  if (cause !== null) return cause;
  if (ground.hasLostEntitlement(books, grant)) return "entitlement_lost";
  return ground.withNewChances(books, ground.followMembers(books, grant));
}

/** Nothing is written for one that keeps its ground. All of them or, where they keep moving, none: resolves to whether. */
export async function recheckGrants(
  deps: Deps,
  tenantId: TenantId,
  ids: readonly GrantId[],
): Promise<boolean> {
  const stored = await deps.decisions(deps.clock).batches.onGround(tenantId, ids, recheck);
  return stored !== null;
}

export async function recheckGrant(deps: Deps, tenantId: TenantId, id: GrantId): Promise<void> {
  if (!(await recheckGrants(deps, tenantId, [id]))) throw new Error("it moved at every try");
}

function recheck(books: Books, found: readonly GroundedGrant[], now: Instant): Rows {
  const looked = found.map((one) => ({ ...one, today: groundToday(books, one, now) }));
  const closing = closeGrants(
    looked.flatMap(({ today, ...one }) => (typeof today === "string" ? [{ ...one, cause: today }] : [])),
    now,
  );
  const closed = new Set(closing.grants.map(({ grant }) => grant.id));
  const followed = looked.flatMap(({ grant, today }) =>
    typeof today === "string" || today === grant || closed.has(grant.id)
      ? []
      : [rowOf(nextGrant(today), now)],
  );
  return joined(closing, { requests: [], grants: followed, events: [] });
}
