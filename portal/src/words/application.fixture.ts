/** An application as the API answers it, for tests of words. */
import type { ApplicationInFull } from "./application.ts";

export function applicationWith(more: object = {}): ApplicationInFull {
  return {
    id: "a",
    name: "orders",
    side: "consumer",
    publisher: { tenantId: "f", name: "Fabrikam" },
    consumer: { tenantId: "c", name: "Contoso" },
    scope: "/subscriptions/s/resourceGroups/apps/providers/Microsoft.Solutions/applications/orders",
    managedScope: "/subscriptions/s/resourceGroups/orders-managed",
    offerId: "o",
    offerName: "Orders platform",
    offerVersion: 1,
    roles: [{ id: "r", name: "Contributor" }],
    jitEnabled: true,
    deployedAt: "2026-10-31T01:20:00Z",
    own: { owners: [{ displayName: "Carol Castillo" }], approvers: [], mayManage: true, declined: null },
    jitPolicy: {
      mode: "manual",
      maximumDuration: "PT4H",
      minimumDuration: "PT5M",
      decideBy: "P1D",
      required: 1,
      approvers: { count: 2, names: ["Carol Castillo", "Casey Chen"] },
      justificationRequired: true,
      mfaRequired: false,
      emergencyAllowed: false,
      version: 1,
    },
    ...more,
  } as unknown as ApplicationInFull;
}

export const DECLINED = { jitEnabled: false, jitPolicy: null };
