/** After a change of policy every open grant and pending request that it concerns is looked at again; only what changes is stored. */
import { setImmediate as breathe } from "node:timers/promises";
import type { GrantId, TenantId } from "../domain/ids.ts";
import type { OpenGrants } from "../use-cases/batches.ts";
import { groundToday, recheckGrant, recheckGrants } from "../use-cases/grants/recheck-grant.ts";
import { retryRemovals } from "../use-cases/grants/try-again.ts";
import { lookAtPending } from "../use-cases/requests/look-at-pending.ts";
import type { DueWork, WorkerOptions } from "./worker.ts";

const PAGE = 500;
// Conditions take their time, and others in the process have something to do as well.
const AT_A_STRETCH = 50;

type Looking = Pick<WorkerOptions, "deps" | "onError"> & { readonly due: Pick<DueWork, "lookedAtAgain"> };

/**
 * `version`: of the tenant's policy, read before any grant is. One that fails keeps no other waiting; resolves to
 * whether none did.
 */
export async function lookAgain(looking: Looking, tenantId: TenantId, version: number): Promise<boolean> {
  const { deps, due } = looking;
  const { batches } = deps.decisions(deps.clock);
  const read = (after: GrantId | null): Promise<OpenGrants> => batches.openGrants(tenantId, after, PAGE);
  let allStood = true;
  for (let reading: Promise<OpenGrants> | null = read(null); reading !== null; ) {
    const page: OpenGrants = await reading;
    const last = page.found.length === PAGE ? page.found.at(-1) : undefined;
    // The database reads on while this page is decided.
    reading = last === undefined ? null : read(last.grant.id);
    reading?.catch(() => {});
    allStood = (await lookAt(looking, page)) && allStood;
  }
  // What has ended is taken out of its targets at once where these have changed.
  await retryRemovals(deps, tenantId);
  allStood = (await lookAtPending(deps, tenantId, looking.onError)) && allStood;
  if (allStood) await due.lookedAtAgain(tenantId, version);
  return allStood;
}

async function lookAt(looking: Looking, { books, found }: OpenGrants): Promise<boolean> {
  const { deps, onError } = looking;
  const moved = new Map<TenantId, GrantId[]>();
  let isWhole = true;
  for (const [index, one] of found.entries()) {
    if (index % AT_A_STRETCH === AT_A_STRETCH - 1) await breathe();
    const { id, tenantId } = one.grant;
    try {
      if (groundToday(books, one, deps.clock.now()) === one.grant) continue;
      moved.set(tenantId, [...(moved.get(tenantId) ?? []), id]);
    } catch (error) {
      isWhole = false;
      onError(`grant ${id}`, error);
    }
  }
  for (const [tenantId, ids] of moved) isWhole = (await store(looking, tenantId, ids)) && isWhole;
  return isWhole;
}

async function store(
  { deps, onError }: Looking,
  tenantId: TenantId,
  ids: readonly GrantId[],
): Promise<boolean> {
  const together = await recheckGrants(deps, tenantId, ids).catch((error: unknown) => {
    onError("a batch of re-checks", error);
    return false;
  });
  if (together) return true;
  let isWhole = true;
  for (const id of ids) {
    await recheckGrant(deps, tenantId, id).catch((error: unknown) => {
      isWhole = false;
      onError(`grant ${id}`, error);
    });
  }
  return isWhole;
}
