/** What a grant becomes in targets: one entitlement for each binding it meets and each principal that holds it. */
import type { Entitlement, Grant } from "./grant.ts";
import type { PrincipalRef } from "./principal.ts";
import { type Binding, bindingServes } from "./target-binding.ts";

/** `members`: the beneficiary itself, or each current member of a beneficiary that is a group. */
export function planEntitlements(
  grant: Pick<Grant, "kind" | "roleDefinitionId" | "scope" | "managedScope" | "endsAt">,
  bindings: readonly Binding[],
  members: readonly PrincipalRef[],
): Entitlement[] {
  const standing = grant.kind === "standing";
  const serving = bindings.filter((binding) => bindingServes(binding, { ...grant, standing }));
  return serving.flatMap((binding) =>
    members.map((member) => planned(binding, member, standing ? null : grant.endsAt)),
  );
}

/** Without a deadline nothing is wanted yet: standing access is made real when its holder asks for a log-in. */
function planned(binding: Binding, member: PrincipalRef, expiresAt: Grant["endsAt"]): Entitlement {
  return {
    bindingId: binding.id,
    targetId: binding.targetId,
    member: { tenantId: member.tenantId, objectId: member.objectId },
    required: binding.required && expiresAt !== null,
    entitlement: binding.entitlement,
    state: "planned",
    wanted: expiresAt === null ? null : { generation: 1, expiresAt },
    handle: null,
    enforcedUntil: null,
    generation: 0,
    attempts: 0,
    retryAt: null,
    lastError: null,
    fault: null,
    secretClaimedAt: null,
    everClaimed: false,
  };
}
