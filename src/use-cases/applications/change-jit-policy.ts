/** The consumer changes the terms of a managed application's JIT access; whether there is any was chosen at deployment. */
import type { Application, JitPolicy } from "../../domain/application.ts";
import type { ApplicationId, TenantId } from "../../domain/ids.ts";
import { NOT_PLAIN } from "../../domain/plain-text.ts";
import { accept, type Outcome, type Rejection, reject } from "../../domain/rejection.ts";
import { mayChangeJitPolicy, mustStillAct } from "../../policy/authority.ts";
import { changedFields } from "../apply/changed-fields.ts";
import { escapePointer, rejectAll } from "../apply/faults.ts";
import { type JitPolicySpec, jitPolicyOf, jitPolicySchema, jitPolicyWords } from "../apply/jit-spec.ts";
import { resolvingIn } from "../apply/resolving.ts";
import { fieldWords } from "../apply/settings-override.ts";
import { notPlainIn } from "../apply/storable-text.ts";
import { booksBefore, recordAcknowledged, refusalOf, touchedIn } from "../apply/touched.ts";
import type { Caller, Deps, Tx } from "../ports.ts";
import { type Alongside, nothingAlongside } from "../surface-resources.ts";
import { offerFacts, policyFacts, recordApplication } from "./deploy-application.ts";
import { policyChanges } from "./policy-changes.ts";
import type { Deploying } from "./standing-access.ts";

export interface ChangeJitPolicyInput {
  readonly applicationId: ApplicationId;
  /** The whole policy as a document would write it under `jit`; what is left out takes its default. */
  readonly policy: unknown;
  /** The versions the change may have been made on (If-Match); null to change whatever is there. */
  readonly expectedVersion: readonly number[] | null;
  /** Ids of what the change may leave to nobody. */
  readonly acknowledge?: readonly string[];
}

export async function changeJitPolicy(
  deps: Deps,
  caller: Caller,
  input: ChangeJitPolicyInput,
  also: Alongside<Application> = nothingAlongside,
): Promise<Outcome<Application>> {
  const spec = parsePolicy(input.policy);
  if (!spec.ok) return spec;
  const { tenantId } = caller.ref;
  const outcome = await deps.store
    .inTenant(tenantId, async (tx) => {
      await tx.takeTurns([tenantId], []);
      const there = mustStillAct(await tx.directory.identity(caller.ref));
      if (!there.ok) return there;
      const before = await booksBefore(tx, [{ id: tenantId }]);
      const found = await findApplication(tx, caller, input.applicationId);
      if (!found.ok) return found;
      const version = requireVersion(found.value, input.expectedVersion);
      if (!version.ok) return version;
      const policy = await resolvePolicy(tx, found.value, spec.value);
      if (!policy.ok) return policy;
      const free = await also.check(tx);
      if (!free.ok) return free;
      const now = deps.clock.now();
      const at: Deploying = { tx, caller, now, ids: deps.ids, correlationId: deps.ids.next() };
      const { application } = await storePolicy(at, found.value, policy.value);
      const touched = await touchedIn(tx, before, { now, dryRun: false });
      const rejection = refusalOf(touched.touched, input.acknowledge ?? []);
      if (rejection !== null) throw new Refused(rejection);
      await recordAcknowledged(tx, touched, at);
      await also.write(tx, application);
      return accept(application);
    })
    .catch(rejectionOf);
  if (outcome.ok) deps.store.wake();
  return outcome;
}

/** The application as it would be with another policy; refused as the change would be. */
export async function withPolicy(
  tx: Tx,
  caller: Caller,
  { applicationId, policy: given }: Pick<ChangeJitPolicyInput, "applicationId" | "policy">,
): Promise<Outcome<Application>> {
  const spec = parsePolicy(given);
  if (!spec.ok) return spec;
  const found = await findApplication(tx, caller, applicationId);
  if (!found.ok || !found.value.jitAccess.enabled) return found;
  const policy = await resolvePolicy(tx, found.value, spec.value);
  return policy.ok ? accept(withTerms(found.value, policy.value)) : policy;
}

function withTerms(application: Application, policy: JitPolicy): Application {
  const { jitAccess } = application;
  const policyVersion = jitAccess.enabled ? jitAccess.policyVersion + 1 : 1;
  const version = application.version + 1;
  return { ...application, version, jitAccess: { enabled: true, policy, policyVersion } };
}

/** Takes back what was stored before it was refused. */
class Refused extends Error {
  override readonly name = "Refused";
  readonly rejection: Rejection;
  constructor(rejection: Rejection) {
    super(rejection.code);
    this.rejection = rejection;
  }
}

function rejectionOf(error: unknown): Outcome<never> {
  if (error instanceof Refused) return { ok: false, rejection: error.rejection };
  throw error;
}

/** A policy as a document would write it, to change a part of it. */
export async function readPolicyWords(
  { store }: Deps,
  tenantId: TenantId,
  policy: JitPolicy,
): Promise<Record<string, unknown>> {
  return store.inTenant(tenantId, (tx) => jitPolicyWords(tx, policy));
}

/** Stores another policy and says so in both logs; a policy that is the same changes nothing. */
export async function storePolicy(
  at: Deploying,
  application: Application,
  policy: JitPolicy,
): Promise<{ application: Application; fields: string[] }> {
  const { jitAccess } = application;
  if (!jitAccess.enabled) return { application, fields: [] };
  const fields = changedFields(fieldWords({ ...jitAccess.policy }), fieldWords({ ...policy }));
  if (fields.length === 0) return { application, fields };
  const next = withTerms(application, policy);
  await at.tx.applications.save(next);
  const { name, scope } = next;
  const facts = { name, scope, offer: await offerFacts(at, next), fields, jit: policyFacts(next) };
  const own = { changes: policyChanges(jitAccess.policy, policy) };
  await recordApplication(at, next, { type: "application.policy_changed", facts, own });
  return { application: next, fields };
}

function parsePolicy(given: unknown): Outcome<JitPolicySpec> {
  if (typeof given === "object" && given !== null && "enabled" in given) {
    const { enabled, ...rest } = given;
    if (enabled === true) return parsePolicy(rest);
    return reject(
      "jit_access_is_fixed",
      "JIT access is chosen at deployment and is never switched on or off later",
      {
        path: "/enabled",
      },
    );
  }
  const hidden = notPlainIn(typeof given === "object" ? { ...given } : {});
  if (hidden !== null) {
    const path = hidden.map((part) => `/${escapePointer(part)}`).join("");
    return reject("invalid_input", NOT_PLAIN, { path });
  }
  const parsed = jitPolicySchema.safeParse(given);
  if (parsed.success) return accept(parsed.data);
  const [issue] = parsed.error.issues;
  const keys = issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  const path = [...(issue?.path ?? []), ...keys].map((part) => `/${escapePointer(String(part))}`).join("");
  return reject("invalid_input", issue?.message ?? "this is not a JIT policy", { path });
}

async function findApplication(tx: Tx, caller: Caller, id: ApplicationId): Promise<Outcome<Application>> {
  const application = await tx.applications.find(id);
  // INVARIANT I11: the terms are the consumer's; INVARIANT I12: for everybody else there is nothing to change.
  if (
    application === null ||
    application.tenantId !== caller.ref.tenantId ||
    application.deletedAt !== null
  ) {
    return reject("not_found", `there is no application \`${id}\` of your organisation`);
  }
  const allowed = mayChangeJitPolicy(await tx.books([]), caller, application);
  if (!allowed.ok) return allowed;
  if (!application.jitAccess.enabled) {
    const message =
      "JIT access was declined when this was deployed; to choose again, delete it and deploy it anew";
    return reject("jit_access_is_fixed", message);
  }
  return accept(application);
}

function requireVersion(application: Application, expected: readonly number[] | null): Outcome<void> {
  const version = application.jitAccess.enabled ? application.jitAccess.policyVersion : 0;
  if (expected?.includes(version) !== false) return accept(undefined);
  return reject(
    "version_conflict",
    `the policy is at version ${version}, and no longer what you looked at; look at it again, then change it`,
  );
}

async function resolvePolicy(
  tx: Tx,
  application: Application,
  spec: JitPolicySpec,
): Promise<Outcome<JitPolicy>> {
  const { context, faults } = await resolvingIn(tx);
  const policy = await jitPolicyOf(context, "", spec, application.owners);
  return policy === null ? rejectAll(faults) : accept(policy);
}
