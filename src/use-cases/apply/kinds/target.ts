/** Target: a real system in which grants become real. Its secrets go in and never come out. */
import { z } from "zod";
import { asId, type TargetId } from "../../../domain/ids.ts";
import type { JsonObject, TargetDefinition } from "../../../domain/target-binding.ts";
import { changedFields } from "../changed-fields.ts";
import {
  type DocumentContext,
  defineKind,
  few,
  type NamedObject,
  type ObjectIdentity,
  type PutResult,
} from "../kind.ts";
import { jsonObjectSchema, secretSchema } from "../spec-parts.ts";

const schema = z.strictObject({
  kind: z.string().min(1).max(64),
  config: jsonObjectSchema.describe("as the kind's own schema has it, without secrets"),
  secrets: z
    .record(z.string().min(1).max(64), secretSchema)
    .default({})
    .describe("write-only; what is left out stays as it is, while `config` stays as it is"),
});
type Spec = z.output<typeof schema>;
type Secrets = Readonly<Record<string, string>>;

export const targetKind = defineKind<Spec>({
  kind: "Target",
  schema,
  steps: (spec) => ({ put: (context, identity) => putTarget(context, spec, identity) }),
  ...few(
    (tx) => tx.targets.list(),
    (_tx, { kind, config }) => ({ kind, config }),
  ),
  remove: removeTarget,
});

async function putTarget(
  context: DocumentContext,
  spec: Spec,
  identity: ObjectIdentity,
): Promise<PutResult | null> {
  const { tx, tenant, deps } = context;
  const id = asId<TargetId>(identity.id);
  const current = identity.isNew ? null : await tx.targets.find(id);
  if (!isPossible(context, spec, current)) return null;
  const stored = await openSecrets(context, id);
  const secrets: Secrets = { ...stored, ...spec.secrets };
  if (!isValid(context, spec, secrets)) return null;
  const fields = changedFields(current === null ? null : { kind: current.kind, config: current.config }, {
    kind: spec.kind,
    config: spec.config,
  });
  if (fields.length > 0 && !givesAgain(context, spec, stored)) return null;
  const rekeyed = changedFields(stored, secrets);
  fields.push(...rekeyed.map((name) => `secrets.${name}`));
  if (fields.length === 0) return { fields };
  const target: TargetDefinition = {
    id,
    tenantId: tenant.id,
    name: current?.name ?? context.name,
    kind: spec.kind,
    config: spec.config,
    version: (current?.version ?? 0) + 1,
  };
  const sealed = rekeyed.length === 0 ? null : deps.secrets.sealTarget(tenant.id, id, secrets);
  await tx.targets.save(target, sealed);
  return { fields };
}

function isPossible(context: DocumentContext, spec: Spec, current: TargetDefinition | null): boolean {
  const { targetKinds } = context.deps;
  if (!targetKinds.names.includes(spec.kind)) {
    context.fault(
      "/spec/kind",
      `there is no kind of target \`${spec.kind}\`; known are ${targetKinds.names.join(", ")}`,
    );
    return false;
  }
  if (current !== null && current.kind !== spec.kind) {
    context.fault("/spec/kind", "a target keeps its kind; make another one under another name");
    return false;
  }
  const secretNames = targetKinds.secretsOf(spec.kind);
  const inClear = Object.keys(spec.config).find((name) => secretNames.includes(name));
  if (inClear !== undefined) {
    context.fault(
      `/spec/config/${inClear}`,
      `\`${inClear}\` is a secret: put it under \`secrets\`, by reference`,
    );
    return false;
  }
  const unknown = Object.keys(spec.secrets).find((name) => !secretNames.includes(name));
  if (unknown !== undefined) {
    context.fault(
      "/spec/secrets",
      `a target of kind \`${spec.kind}\` has no secret \`${unknown}\`; it has ${secretNames.join(", ")}`,
    );
    return false;
  }
  return true;
}

/** Write-only means that nobody gets a secret out by pointing its target at a server of their own. */
function givesAgain(context: DocumentContext, spec: Spec, stored: Secrets): boolean {
  const missing = Object.keys(stored).find((name) => !Object.hasOwn(spec.secrets, name));
  if (missing === undefined) return true;
  context.fault(
    `/spec/secrets/${missing}`,
    "a target that is changed needs its secrets again: they were given for what it was before",
  );
  return false;
}

function isValid(context: DocumentContext, spec: Spec, secrets: Secrets): boolean {
  const whole: JsonObject = { ...spec.config, ...secrets };
  const faults = context.deps.targetKinds.configFaults(spec.kind, whole);
  for (const { path, message } of faults) {
    const [, first = ""] = path.split("/");
    const isSecret = context.deps.targetKinds.secretsOf(spec.kind).includes(first);
    context.fault(`/spec/${isSecret ? "secrets" : "config"}${path}`, message);
  }
  return faults.length === 0;
}

async function openSecrets({ tx, deps, tenant }: DocumentContext, id: TargetId): Promise<Secrets> {
  const sealed = await tx.targets.sealedSecrets(id);
  return sealed === null ? {} : deps.secrets.openTarget(tenant.id, id, sealed);
}

async function removeTarget(context: DocumentContext, object: NamedObject): Promise<undefined> {
  const { targets } = context.tx;
  const id = asId<TargetId>(object.id);
  const binding = (await targets.bindings()).find(({ targetId }) => targetId === id);
  const holds = (message: string) => void context.fault("", message, "target_in_use");
  if (binding !== undefined)
    holds(`the binding \`${binding.name}\` still names the target \`${object.name}\`; remove it first`);
  else if (await targets.isInUse(id))
    holds(
      `the target \`${object.name}\` may still hold access that was not seen to be gone; end those grants, wait until they have ended, then remove it`,
    );
  else await targets.remove(id);
}
