/** One Application document: a new deployment, or a change of what may still change. */
import type { Application, JitAccess } from "../../domain/application.ts";
import { type ApplicationId, asId } from "../../domain/ids.ts";
import type { PrincipalRef } from "../../domain/principal.ts";
import { applicationScope, resourceGroupScope, sameScope, scopeCovers } from "../../domain/scope.ts";
import { storePolicy } from "../applications/change-jit-policy.ts";
import { acceptVersion, deployApplication } from "../applications/deploy-application.ts";
import type { Deploying } from "../applications/standing-access.ts";
import type { ApplicationSpec } from "./application-spec.ts";
import { changedFields } from "./changed-fields.ts";
import { type JitSpec, jitPolicyOf } from "./jit-spec.ts";
import type { DocumentContext, ObjectIdentity, PutResult } from "./kind.ts";
import { type Accepted, resolveAccepted } from "./offer-acceptance.ts";
import { resolvePrincipals, resolveScope, roleWord } from "./references.ts";

/** What the context of one document gives to those who deploy and withdraw. */
export function deployingOf({ tx, caller, now, deps, correlationId }: DocumentContext): Deploying {
  return { tx, caller, now, ids: deps.ids, correlationId };
}

/** What a document asks for, with every name resolved. */
interface Wanted {
  readonly accepted: Accepted;
  readonly scope: Application["scope"];
  readonly managedScope: Application["scope"];
  readonly owners: readonly PrincipalRef[];
}

export async function deployOrChange(
  context: DocumentContext,
  spec: ApplicationSpec,
  identity: ObjectIdentity,
): Promise<PutResult | null> {
  const current = identity.isNew
    ? null
    : await context.tx.applications.find(asId<ApplicationId>(identity.id));
  const wanted = await resolveWanted(context, spec, current);
  if (wanted === null) return null;
  return current === null ? deploy(context, spec, identity, wanted) : change(context, spec, current, wanted);
}

async function resolveWanted(
  context: DocumentContext,
  spec: ApplicationSpec,
  current: Application | null,
): Promise<Wanted | null> {
  const accepted = await resolveAccepted(context, spec, current);
  const root = await resolveScope(context, "/spec/subscription", `/subscriptions/${spec.subscription}`);
  const owners = await resolvePrincipals(context, "/spec/owners", spec.owners, ["user", "group"]);
  if (accepted === null || root === null || owners === null) return null;
  const [, , id = ""] = root.split("/");
  const scope = applicationScope(asId(id), spec.resourceGroup, current?.name ?? context.name);
  return { accepted, scope, managedScope: resourceGroupScope(asId(id), spec.managedResourceGroup), owners };
}

async function deploy(
  context: DocumentContext,
  spec: ApplicationSpec,
  identity: ObjectIdentity,
  wanted: Wanted,
): Promise<PutResult | null> {
  const { tx, tenant, now } = context;
  const { accepted, scope, managedScope, owners } = wanted;
  if (!(await isFree(context, wanted))) return null;
  const jitAccess = await chooseJit(context, spec.jit, wanted);
  if (jitAccess === null) return null;
  const earlier = (await tx.applications.deleted(context.name)).at(-1) ?? null;
  const application: Application = {
    id: asId<ApplicationId>(identity.id),
    tenantId: tenant.id,
    publisherTenantId: accepted.publisher.id,
    name: context.name,
    scope,
    managedScope,
    offerId: accepted.offer.id,
    offerVersion: accepted.version.version,
    authorizations: accepted.version.authorizations,
    roles: accepted.version.roles,
    owners,
    jitAccess,
    version: 1,
    deployedAt: now,
    deletedAt: null,
  };
  await deployApplication(deployingOf(context), application, earlier);
  const notes = [await standingNote(context, application, accepted)];
  if (earlier !== null)
    notes.push(`an earlier application of this name (${earlier.id}) was deleted; this is another one`);
  return { fields: [], note: notes.join("; "), recorded: true };
}

/** INVARIANT I9: this is the one place where JIT access is chosen. */
async function chooseJit(
  context: DocumentContext,
  jit: JitSpec,
  { accepted, owners }: Wanted,
): Promise<JitAccess | null> {
  if (!jit.enabled || !accepted.version.jitOffered) return declineJit(context, jit, accepted);
  const policy = await jitPolicyOf(context, "/spec/jit", jit, owners);
  return policy === null ? null : { enabled: true, policy, policyVersion: 1 };
}

function declineJit(context: DocumentContext, jit: JitSpec, accepted: Accepted): JitAccess | null {
  const { displayName } = accepted.publisher;
  const consequence = `${displayName} will hold its roles on \`${context.name}\` permanently`;
  if (jit.enabled) {
    const message = `the offer \`${accepted.offer.name}\` does not offer JIT access, so ${consequence}; to accept that, set \`jit: {enabled: false, acknowledgePermanentAccess: ${context.name}}\``;
    return context.fault("/spec/jit/enabled", message, "acknowledgement_required");
  }
  if (jit.acknowledgePermanentAccess !== context.name) {
    const message = `with JIT access declined ${consequence}; to accept that, set \`acknowledgePermanentAccess: ${context.name}\``;
    return context.fault("/spec/jit/acknowledgePermanentAccess", message, "acknowledgement_required");
  }
  return { enabled: false, acknowledgedBy: context.caller.ref, acknowledgedAt: context.now };
}

/** One application for each place: requests find theirs by scope, so no two may lie within each other. */
async function isFree(context: DocumentContext, { scope, managedScope }: Wanted): Promise<boolean> {
  if (scopeCovers(managedScope, scope)) {
    context.fault(
      "/spec/managedResourceGroup",
      "the managed resource group must be another than the application's own",
    );
    return false;
  }
  for (const other of await context.tx.applications.own()) {
    const theirs = [other.scope, other.managedScope];
    const overlap = theirs.find(
      (one) => scopeCovers(one, scope) || scopeCovers(managedScope, one) || scopeCovers(one, managedScope),
    );
    if (overlap === undefined) continue;
    context.fault(
      "/spec/managedResourceGroup",
      `it would overlap with the application \`${other.name}\`; give each its own resource groups`,
    );
    return false;
  }
  return true;
}

async function change(
  context: DocumentContext,
  spec: ApplicationSpec,
  current: Application,
  wanted: Wanted,
): Promise<PutResult | null> {
  if (!isSamePlace(context, current, wanted) || !isSameChoice(context, spec.jit, current)) return null;
  const { version } = wanted.accepted;
  if (current.jitAccess.enabled && !version.jitOffered) {
    const message = `version ${version.version} of the offer no longer offers JIT access, and this application has it; keep the version, or delete the application and deploy it again`;
    return context.fault("/spec/version", message, "jit_access_is_fixed");
  }
  const fields = [
    ...changedFields({ owners: current.owners }, { owners: wanted.owners }),
    ...(version.version === current.offerVersion ? [] : ["version"]),
  ];
  let next: Application = { ...current, owners: wanted.owners, version: current.version + 1 };
  if (version.version !== current.offerVersion) {
    const { authorizations, roles } = version;
    next = { ...next, offerVersion: version.version, authorizations, roles };
    await acceptVersion(deployingOf(context), next);
  } else if (fields.length > 0) {
    await context.tx.applications.save(next);
  }
  const policy = await changePolicy(context, spec.jit, fields.length > 0 ? next : current, wanted.owners);
  if (policy === null) return null;
  // An event of its own tells of a new version or policy; new owners are an ordinary change.
  const recorded = fields.includes("owners") ? {} : { recorded: true as const };
  return { fields: [...fields, ...policy.map((field) => `jit.${field}`)], ...recorded };
}

async function changePolicy(
  context: DocumentContext,
  jit: JitSpec,
  application: Application,
  owners: readonly PrincipalRef[],
): Promise<string[] | null> {
  if (!application.jitAccess.enabled) return [];
  const policy = await jitPolicyOf(context, "/spec/jit", jit, owners);
  if (policy === null) return null;
  return (await storePolicy(deployingOf(context), application, policy)).fields;
}

function isSamePlace(
  context: DocumentContext,
  current: Application,
  { accepted, scope, managedScope }: Wanted,
): boolean {
  const moved: [string, boolean][] = [
    ["/spec/publisher", accepted.publisher.id !== current.publisherTenantId],
    ["/spec/offer", accepted.offer.id !== current.offerId],
    ["/spec/resourceGroup", !sameScope(scope, current.scope)],
    ["/spec/managedResourceGroup", !sameScope(managedScope, current.managedScope)],
  ];
  const [first] = moved.find(([, differs]) => differs) ?? [];
  if (first === undefined) return true;
  context.fault(first, "this is fixed when an application is deployed; delete it and deploy another one");
  return false;
}

/** INVARIANT I9: never switched on or off afterwards. */
function isSameChoice(context: DocumentContext, jit: JitSpec, current: Application): boolean {
  if (jit.enabled === current.jitAccess.enabled) return true;
  const chosen = current.jitAccess.enabled ? "enabled" : "declined";
  context.fault(
    "/spec/jit/enabled",
    `JIT access was ${chosen} when \`${current.name}\` was deployed and stays so; to choose again, delete the application and deploy it anew`,
    "jit_access_is_fixed",
  );
  return false;
}

/** INVARIANT I10: said in plain words, before (a dry run) and after. */
async function standingNote(
  context: DocumentContext,
  application: Application,
  { publisher }: Accepted,
): Promise<string> {
  if (application.jitAccess.enabled)
    return `${publisher.displayName} may always read it, and asks for anything more`;
  const names = new Set<string>();
  for (const { roleDefinitionId } of application.authorizations) {
    const pinned = application.roles.find(({ id }) => id === roleDefinitionId)?.name;
    names.add(pinned ?? (await roleWord(context.tx, roleDefinitionId)));
  }
  return `JIT access is declined: ${publisher.displayName} holds ${[...names].join(", ")} permanently`;
}
