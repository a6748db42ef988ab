/** What asking for more time on a live grant would bring: the same answer as any preview, and the new end. */
import { accept, type Outcome } from "../../domain/rejection.ts";
import type { Instant } from "../../domain/time.ts";
import { extendedEnd } from "../../policy/rules/time.ts";
import { isParty, noSuchGrant } from "../find-request.ts";
import type { Caller, EffectDeps } from "../ports.ts";
import { describePrepared, type Previewed } from "../requests/preview-request.ts";
import { type ExtendInput, prepareExtension } from "./extend-grant.ts";

export interface PreviewedExtension extends Previewed {
  /** Were it approved now. */
  readonly newEnd: Instant;
}

export async function previewExtension(
  deps: EffectDeps,
  caller: Caller,
  input: ExtendInput,
): Promise<Outcome<PreviewedExtension>> {
  const tenantId = await deps.store.routes.tenantOfGrant(input.grantId);
  if (tenantId === null) return noSuchGrant(input.grantId);
  return deps.store.inTenant(tenantId, async (tx) => {
    const grant = await tx.grant(input.grantId);
    if (grant === null || !isParty(caller, grant)) return noSuchGrant(input.grantId);
    const now = deps.clock.now();
    const prepared = await prepareExtension(tx, caller, grant, input, now);
    if (!prepared.ok) return prepared;
    const { decision, settings, facts, current } = prepared.value;
    const ofRole = facts.held.filter((one) => one.roleDefinitionId === grant.roleDefinitionId);
    const newEnd = extendedEnd(current, ofRole, { ...settings, ...decision, now });
    const window = { ...current, endsAt: newEnd };
    const shown = { ...prepared.value, decision: { ...decision, window } };
    return accept({ ...(await describePrepared(tx, deps, caller, shown)), newEnd });
  });
}
