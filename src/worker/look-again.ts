/** After a change of policy every open grant that it concerns is looked at again, and nothing is written for one that stands. */
import type { GrantId, TenantId } from "../domain/ids.ts";
import { recheckGrant } from "../use-cases/grants/recheck-grant.ts";
import type { DueWork, WorkerOptions } from "./worker.ts";

const BATCH = 500;

/** `version`: of the tenant's policy, read before any grant is. One that fails keeps no other waiting, and is tried again. */
export async function lookAgain(
  {
    deps,
    due,
    onError,
  }: Pick<WorkerOptions, "deps" | "onError"> & {
    readonly due: Pick<DueWork, "openGrantsConcerning" | "lookedAtAgain">;
  },
  tenantId: TenantId,
  version: number,
): Promise<void> {
  let failed = false;
  for (let after: GrantId | null = null, more = true; more; ) {
    const page: readonly { readonly tenantId: TenantId; readonly id: GrantId }[] =
      await due.openGrantsConcerning(tenantId, after, BATCH);
    for (const one of page) {
      try {
        await recheckGrant(deps, one.tenantId, one.id);
      } catch (error) {
        failed = true;
        onError(`grant ${one.id}`, error);
      }
    }
    after = page.at(-1)?.id ?? null;
    more = page.length === BATCH;
  }
  if (!failed) await due.lookedAtAgain(tenantId, version);
}
