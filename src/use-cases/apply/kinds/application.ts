/** Application: an offer as one consumer runs it. Whether access is just in time is chosen once, at deployment. */
import type { Application } from "../../../domain/application.ts";
import { type ApplicationId, asId } from "../../../domain/ids.ts";
import { subscriptionOf } from "../../../domain/scope.ts";
import { withdrawApplication } from "../../applications/deploy-application.ts";
import type { Tx } from "../../ports.ts";
import { deployingOf, deployOrChange } from "../application-change.ts";
import { type ApplicationSpec, applicationSchema } from "../application-spec.ts";
import { jitPolicyWords, pointlessFields } from "../jit-spec.ts";
import { defineKind, few } from "../kind.ts";
import { principalWords } from "../references.ts";

export const applicationKind = defineKind<ApplicationSpec>({
  kind: "Application",
  schema: applicationSchema,
  steps: (spec, given) => ({
    async put(context, identity) {
      const jit = typeof given === "object" && given !== null && "jit" in given ? given.jit : undefined;
      const [pointless] = pointlessFields(jit);
      if (pointless !== undefined) {
        return context.fault(
          `/spec/jit/${pointless}`,
          "JIT access is declined here, so there is nothing to set; remove this",
        );
      }
      return deployOrChange(context, spec, identity);
    },
  }),
  ...few((tx) => tx.applications.own(), specOf),
  async remove(context, object) {
    const application = await context.tx.applications.find(asId<ApplicationId>(object.id));
    if (application === null) return undefined;
    await withdrawApplication(deployingOf(context), application);
    await context.tx.resources.bury("application", application.id, context.now);
    return "recorded";
  },
});

async function specOf(tx: Tx, application: Application): Promise<Record<string, unknown>> {
  const { jitAccess } = application;
  const publisher = await tx.tenants.find(application.publisherTenantId);
  const offer = await tx.applications.offer(application.publisherTenantId, application.offerId);
  const subscription = (await tx.tenants.subscriptions()).find(
    ({ id }) => id === subscriptionOf(application.scope),
  );
  const jit = jitAccess.enabled
    ? { enabled: true, ...(await jitPolicyWords(tx, jitAccess.policy)) }
    : { enabled: false, acknowledgePermanentAccess: application.name };
  return {
    publisher: publisher?.name ?? application.publisherTenantId,
    offer: offer?.offer.name ?? application.offerId,
    version: application.offerVersion,
    subscription: subscription?.name ?? subscriptionOf(application.scope),
    resourceGroup: resourceGroupOf(application.scope),
    managedResourceGroup: resourceGroupOf(application.managedScope),
    owners: await principalWords(tx, application.owners),
    jit,
  };
}

function resourceGroupOf(scope: string): string {
  return scope.split("/")[4] ?? "";
}
