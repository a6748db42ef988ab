/** The storm's path: many grants that live by the clock alone are ended at once, with what hangs on them. */
import { nextStep } from "../../domain/grant-progress.ts";
import type { GrantId, TenantId } from "../../domain/ids.ts";
import type { Instant } from "../../domain/time.ts";
import { closeGrants } from "../../policy/decisions/end.ts";
import type { HungGrant } from "../batches.ts";
import type { EffectDeps } from "../ports.ts";

// While the database stores one part, the next is sealed.
const PART = 125;

/** Resolves to the ids that were dealt with; the others are moved one at a time, as one that starts does (I3). */
export async function advancePlainGrants(
  deps: EffectDeps,
  tenantId: TenantId,
  ids: readonly GrantId[],
): Promise<ReadonlySet<GrantId>> {
  const parts: GrantId[][] = [];
  for (let from = 0; from < ids.length; from += PART) parts.push(ids.slice(from, from + PART));
  const ended = await Promise.all(parts.map((part) => endPart(deps, tenantId, part)));
  return new Set(ended.flat());
}

async function endPart(deps: EffectDeps, tenantId: TenantId, ids: readonly GrantId[]): Promise<GrantId[]> {
  const stored = await deps
    .decisions(deps.clock)
    .batches.onGrants(tenantId, ids, (found, now) => closeGrants(found.flatMap(overBy(now)), now));
  const wanted = new Set(ids);
  const closed = (stored?.grants ?? []).flatMap(({ grant }) => (wanted.has(grant.id) ? [grant] : []));
  for (const { state, endsAt } of closed)
    if (state.name === "ended" && endsAt !== null) deps.onExpired?.(state.at - endsAt);
  return closed.map(({ id }) => id);
}

const overBy =
  (now: Instant) =>
  ({ grant, hanging }: HungGrant) =>
    grant.entitlements.length === 0 && nextStep(grant, now).do === "expire"
      ? [{ grant, hanging, cause: "expired" as const }]
      : [];
