/** PUT and PATCH of a managed application: a deployment, or a change of what may still change. Translation only. */
import { isDeepStrictEqual } from "node:util";
import type { Application } from "../../../domain/application.ts";
import { asId, isGuid, type ObjectId } from "../../../domain/ids.ts";
import { accept, type Outcome, reject } from "../../../domain/rejection.ts";
import { sameScope, subscriptionOf } from "../../../domain/scope.ts";
import type { JsonObject } from "../../../domain/target-binding.ts";
import { mayAsOwner, mayChangeBeyondPolicy } from "../../../policy/authority.ts";
import { changeJitPolicy, readPolicyWords } from "../../../use-cases/applications/change-jit-policy.ts";
import { type ApplyReport, applyConfiguration } from "../../../use-cases/apply/apply-configuration.ts";
import { digestOf } from "../../../use-cases/apply/digest.ts";
import type { OnlyIf } from "../../../use-cases/apply/documents.ts";
import { readConfiguration } from "../../../use-cases/apply/read-configuration.ts";
import type { SurfaceResource } from "../../../use-cases/ports.ts";
import { type Precondition, provided } from "../../../use-cases/precondition.ts";
import { keeping, type NewResource } from "../../../use-cases/surface-resources.ts";
import { tagResource } from "../../../use-cases/tag-resource.ts";
import { deployedOf, findOffered, type Offered } from "../../../use-cases/views/read-definitions.ts";
import { findIdentity } from "../../../use-cases/views/read-directory.ts";
import { same } from "../../odata/address.ts";
import { nameIn } from "../../odata/operation.ts";
import { scopeOfId } from "../arm-path.ts";
import type { ArmCall } from "../surface.ts";
import type { KeptApplication } from "./application-json.ts";
import {
  type ApplicationBody,
  type JitAccessPolicy,
  jitSpecOf,
  keptApplication,
  policyChanges,
} from "./application-words.ts";
import { definitionIdOf, offerBehind, offerSeenBehind } from "./definition-ids.ts";
import { type FoundApplication, scopeIn } from "./find-application.ts";

/** Deploys it. Who may is the use case's business: an administrator of the tenant that owns the subscription. */
export async function deployFrom(
  call: ArmCall,
  body: ApplicationBody,
  precondition: Precondition | null,
): Promise<Outcome<unknown>> {
  const { deps, caller } = call;
  const name = nameIn(call, "applicationName");
  const subscription = subscriptionOf(call.scope);
  const owner = subscription === null ? null : await deps.store.routes.tenantOfSubscription(subscription);
  if (owner !== caller.ref.tenantId || subscription === null) {
    return reject("not_found", "there is no subscription of that id that you can deploy into");
  }
  const { managedResourceGroupId, applicationDefinitionId, jitAccessPolicy } = body.properties ?? {};
  const managed = managedResourceGroupId == null ? null : scopeOfId(managedResourceGroupId);
  const [, , , , managedResourceGroup, ...more] = managed?.split("/") ?? [];
  if (
    managed === null ||
    managedResourceGroup === undefined ||
    more.length > 0 ||
    subscriptionOf(managed) !== subscription
  ) {
    return reject("invalid_input", "give the id of a resource group of the same subscription", {
      path: "/properties/managedResourceGroupId",
    });
  }
  const offer =
    applicationDefinitionId == null ? null : await offerSeenBehind(deps, caller, applicationDefinitionId);
  if (offer === null) return noDefinition();
  const offered = await findOffered(deps, caller.ref.tenantId, offer.publisher, offer.offer);
  const sound = await requireSound(call, body, offered);
  if (!sound.ok) return sound;
  const chosen = requireChoice(jitAccessPolicy ?? null, offered, name);
  if (!chosen.ok) return chosen;
  const spec = {
    ...offer,
    ...versionOf(body),
    subscription,
    resourceGroup: nameIn(call, "resourceGroupName"),
    managedResourceGroup,
    // Whoever deploys it answers for it, until its owners are named.
    owners: caller.kind === "user" ? [caller.ref.objectId] : [],
    jit: jitSpecOf(jitAccessPolicy, name),
  };
  const declared = offered?.parameters ?? null;
  const made = newResource(call, body, declared);
  return applied(call, { kind: "Application", name, spec }, { made, resource: null, precondition });
}

/**
 * INVARIANT I9: what is chosen for as long as the application exists is never assumed. Left out, the policy is the default
 * one where the definition offers JIT access, and refused where it does not.
 */
function requireChoice(policy: JitAccessPolicy | null, offered: Offered | null, name: string): Outcome<void> {
  // An offer that is not there is refused by whoever deploys it.
  if (offered === null || policy?.jitAccessEnabled === false) return accept(undefined);
  if (policy === null ? offered.saysJit : offered.jitOffered) return accept(undefined);
  return reject(
    "acknowledgement_required",
    `the definition does not offer JIT access, so say what you choose in \`jitAccessPolicy.jitAccessEnabled\`: with \`false\` its publisher holds its roles on \`${name}\` permanently; for \`true\` ask the publisher to offer it`,
    { path: "/properties/jitAccessPolicy/jitAccessEnabled" },
  );
}

/** What names something that is there must name it as it is. */
async function requireSound(
  call: ArmCall,
  { plan, properties }: ApplicationBody,
  offered: Offered | null,
): Promise<Outcome<void>> {
  if (plan != null && offered !== null) {
    const { name, tenantId } = offered.offer;
    const wrong = (["name", "product", "publisher"] as const).find(
      (field) => plan[field] != null && !same(plan[field], field === "publisher" ? tenantId : name),
    );
    if (wrong !== undefined)
      return reject(
        "invalid_input",
        "the plan is that of the offer, as listAllowedUpgradePlans has it; leave it out, or give its version alone",
        { path: `/plan/${wrong}` },
      );
  }
  for (const [index, { id, type }] of (properties?.jitAccessPolicy?.jitApprovers ?? []).entries()) {
    if (!isGuid(id) || type == null) continue;
    const ref = { tenantId: call.caller.ref.tenantId, objectId: asId<ObjectId>(id.toLowerCase()) };
    const found = await findIdentity(call.deps, ref);
    if (found !== null && found.principal.kind !== type)
      return reject("invalid_input", `\`${id}\` is no ${type}; leave the type out, or say what it is`, {
        path: `/properties/jitAccessPolicy/jitApprovers/${index}/type`,
      });
  }
  return accept(undefined);
}

/** What the consumer may change of what is there: the JIT policy's settings, the accepted version, and the surface's own. */
export async function changeFrom(
  call: ArmCall,
  body: ApplicationBody,
  found: FoundApplication,
  precondition: Precondition | null,
): Promise<Outcome<unknown>> {
  const { application, resource } = found;
  const sentence = "only the consumer of a managed application changes it";
  const allowed = mayAsOwner(call.caller, application.tenantId, sentence);
  if (!allowed.ok) return allowed;
  const fixed = await requireSame(call, body, application);
  if (!fixed.ok) return fixed;
  const { publisherTenantId: publisher, offerId: offer } = application;
  const offered = await findOffered(call.deps, call.caller.ref.tenantId, publisher, offer);
  const sound = await requireSound(call, body, offered);
  if (!sound.ok) return sound;
  const made = newResource(call, body, offered?.parameters ?? null, resource);
  const keep = { made, resource, precondition };
  const version = versionOf(body).version;
  if (version !== undefined && version !== application.offerVersion)
    return acceptVersion(call, body, application.name, { ...keep, version });
  const policy = body.properties?.jitAccessPolicy ?? null;
  if (policy !== null && application.jitAccess.enabled) return changePolicy(call, policy, application, keep);
  return keepOnly(call, application, keep);
}

/** INVARIANT I9: chosen at deployment. Everything else that a deployment fixes is told apart from what may change. */
async function requireSame(
  call: ArmCall,
  body: ApplicationBody,
  application: Application,
): Promise<Outcome<void>> {
  const { managedResourceGroupId, applicationDefinitionId, jitAccessPolicy } = body.properties ?? {};
  if (jitAccessPolicy != null && jitAccessPolicy.jitAccessEnabled !== application.jitAccess.enabled) {
    const was = application.jitAccess.enabled ? "enabled" : "declined";
    return reject(
      "jit_access_is_fixed",
      `jitAccessEnabled cannot change: JIT access was ${was} when \`${application.name}\` was deployed; to choose again, delete it and deploy it anew`,
      { path: "/properties/jitAccessPolicy/jitAccessEnabled" },
    );
  }
  const managed = managedResourceGroupId == null ? null : scopeOfId(managedResourceGroupId);
  if (managed !== null && !sameScope(managed, application.managedScope))
    return fixedAtDeployment("managedResourceGroupId");
  if (applicationDefinitionId == null) return accept(undefined);
  const current = definitionIdOf(await deployedOf(call.deps, application));
  const offer = await offerBehind(call.deps, applicationDefinitionId);
  const isSame =
    applicationDefinitionId.toLowerCase() === current.toLowerCase() || offer?.offer === application.offerId;
  return isSame ? accept(undefined) : fixedAtDeployment("applicationDefinitionId");
}

/** What the surface keeps beside a change, what it kept before, and on what its client made that depend. */
interface Keep {
  readonly made: NewResource;
  readonly resource: SurfaceResource | null;
  readonly precondition: Precondition | null;
}

async function changePolicy(call: ArmCall, policy: JitAccessPolicy, application: Application, keep: Keep) {
  const { deps, caller } = call;
  const { made, resource, precondition } = keep;
  const { jitAccess } = application;
  if (!jitAccess.enabled) return keepOnly(call, application, keep);
  // Owners set the policy; what else the resource carries is the administrators'.
  const beyond = mayChangeBeyondPolicy(caller, application);
  if (!beyond.ok && saysMore(made, resource)) return beyond;
  const words = await readPolicyWords(deps, application.tenantId, jitAccess.policy);
  const also = keeping<Application>(call, made, ({ id }) => ({ subjectId: id }), resource);
  const input = {
    applicationId: application.id,
    policy: { ...words, ...policyChanges(policy) },
    expectedVersion: [jitAccess.policyVersion],
  };
  return call.queued(() => changeJitPolicy(deps, caller, input, provided(precondition, also)));
}

/** A newer version of the offer: its roles and principals take effect when the consumer says so here. */
async function acceptVersion(
  call: ArmCall,
  body: ApplicationBody,
  name: string,
  { version, ...keep }: Keep & { readonly version: number },
) {
  const read = await readConfiguration(call.deps, call.caller, { kind: "Application", name });
  const [document] = read.ok ? read.value : [];
  if (!read.ok || document === undefined) return read;
  const policy = body.properties?.jitAccessPolicy;
  const jit = {
    ...(document.spec.jit as object),
    ...(policy?.jitAccessEnabled ? policyChanges(policy) : {}),
  };
  const next = { kind: "Application", name, spec: { ...document.spec, version, jit } };
  return applied(call, next, keep, [digestOf(document.spec)]);
}

async function keepOnly(call: ArmCall, application: Application, { made, resource, precondition }: Keep) {
  const touch = { by: call.caller.ref, kind: call.caller.kind, at: application.deployedAt };
  return tagResource(call.deps, call.caller, {
    resource: resource ?? { ...made, subjectId: application.id, version: 0, created: touch, changed: touch },
    maker: null,
    tags: made.tags,
    kept: made.kept,
    precondition,
  });
}

async function applied(
  call: ArmCall,
  document: { kind: string; name: string; spec: unknown },
  { made, resource, precondition }: Keep,
  onlyIf?: OnlyIf,
): Promise<Outcome<unknown>> {
  const subjectOf = (report: ApplyReport) => ({ subjectId: report.changes[0]?.id ?? "" });
  const also = provided(precondition, keeping<ApplyReport>(call, made, subjectOf, resource));
  const input = { documents: [document], dryRun: false, prune: false, remember: false, onlyIf };
  return call.queued(() => applyConfiguration(call.deps, call.caller, input, also));
}

/** Whether it changes what the resource carries beside the deployment's own words. */
function saysMore(made: NewResource, before: SurfaceResource | null): boolean {
  // Every PUT has to have a kind and a location, and nothing stands on them.
  const said = ({ kind, location, ...more }: JsonObject) => more;
  return !isDeepStrictEqual([made.tags, said(made.kept)], [before?.tags ?? {}, said(before?.kept ?? {})]);
}

function newResource(
  call: ArmCall,
  body: ApplicationBody,
  declared: JsonObject | null,
  before: SurfaceResource | null = null,
): NewResource {
  return {
    kind: "application",
    tenantId: call.caller.ref.tenantId,
    otherTenantId: before?.otherTenantId ?? null,
    id: before?.id ?? scopeIn(call) ?? "",
    tags: body.tags ?? before?.tags ?? {},
    kept: keptApplication(body, (before?.kept ?? {}) as KeptApplication, declared),
  };
}

/** Azure's plans carry the version as text; ours is the offer's version. */
function versionOf({ plan }: ApplicationBody): { version?: number } {
  return plan?.version == null ? {} : { version: Number(plan.version) };
}

function noDefinition() {
  return reject(
    "not_found",
    "there is no application definition of that id that you can see; ask its publisher",
    {
      path: "/properties/applicationDefinitionId",
    },
  );
}

function fixedAtDeployment(property: string) {
  return reject(
    "jit_access_is_fixed",
    `${property} is fixed when an application is deployed; delete it and deploy another one`,
    { path: `/properties/${property}` },
  );
}
