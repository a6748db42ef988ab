/** Target: a real system in which grants become real. Its secrets go in and never come out. */
import { z } from "zod";
import { asId, type TargetId } from "../../../domain/ids.ts";
import type { JsonObject, TargetDefinition } from "../../../domain/target-binding.ts";
import { changedFields } from "../changed-fields.ts";
import { defineKind, type Found, inTurn, named, type Place, type Put, pageOf, type Work } from "../kind.ts";
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
  task: (spec) => ({ put: (work, place) => putTarget(work, spec, place) }),
  async find(tx, name) {
    return named(await tx.targets.list(), name);
  },
  remove: removeTarget,
  async read(tx, page) {
    return inTurn(pageOf(await tx.targets.list(), page), async ({ id, name, kind, config }) => ({
      id,
      name,
      spec: { kind, config },
    }));
  },
});

async function putTarget(work: Work, spec: Spec, place: Place): Promise<Put | null> {
  const { tx, tenant, deps } = work;
  const id = asId<TargetId>(place.id);
  const current = place.isNew ? null : await tx.targets.find(id);
  if (!isPossible(work, spec, current)) return null;
  const stored = await openSecrets(work, id);
  const secrets: Secrets = { ...stored, ...spec.secrets };
  if (!isValid(work, spec, secrets)) return null;
  const fields = changedFields(current === null ? null : { kind: current.kind, config: current.config }, {
    kind: spec.kind,
    config: spec.config,
  });
  if (fields.length > 0 && !givesAgain(work, spec, stored)) return null;
  const rekeyed = changedFields(stored, secrets);
  fields.push(...rekeyed.map((name) => `secrets.${name}`));
  if (fields.length === 0) return { fields };
  const target: TargetDefinition = {
    id,
    tenantId: tenant.id,
    name: current?.name ?? work.name,
    kind: spec.kind,
    config: spec.config,
    version: (current?.version ?? 0) + 1,
  };
  const sealed = rekeyed.length === 0 ? null : deps.secrets.sealTarget(tenant.id, id, secrets);
  await tx.targets.save(target, sealed);
  return { fields };
}

function isPossible(work: Work, spec: Spec, current: TargetDefinition | null): boolean {
  const { targetKinds } = work.deps;
  if (!targetKinds.names.includes(spec.kind)) {
    work.fault(
      "/spec/kind",
      `there is no kind of target \`${spec.kind}\`; known are ${targetKinds.names.join(", ")}`,
    );
    return false;
  }
  if (current !== null && current.kind !== spec.kind) {
    work.fault("/spec/kind", "a target keeps its kind; make another one under another name");
    return false;
  }
  const secretNames = targetKinds.secretsOf(spec.kind);
  const inClear = Object.keys(spec.config).find((name) => secretNames.includes(name));
  if (inClear !== undefined) {
    work.fault(
      `/spec/config/${inClear}`,
      `\`${inClear}\` is a secret: put it under \`secrets\`, by reference`,
    );
    return false;
  }
  const unknown = Object.keys(spec.secrets).find((name) => !secretNames.includes(name));
  if (unknown !== undefined) {
    work.fault(
      "/spec/secrets",
      `a target of kind \`${spec.kind}\` has no secret \`${unknown}\`; it has ${secretNames.join(", ")}`,
    );
    return false;
  }
  return true;
}

/** Write-only means that nobody gets a secret out by pointing its target at a server of their own. */
function givesAgain(work: Work, spec: Spec, stored: Secrets): boolean {
  const missing = Object.keys(stored).find((name) => !Object.hasOwn(spec.secrets, name));
  if (missing === undefined) return true;
  work.fault(
    `/spec/secrets/${missing}`,
    "a target that is changed needs its secrets again: they were given for what it was before",
  );
  return false;
}

function isValid(work: Work, spec: Spec, secrets: Secrets): boolean {
  const whole: JsonObject = { ...spec.config, ...secrets };
  const faults = work.deps.targetKinds.configFaults(spec.kind, whole);
  for (const { path, message } of faults) {
    const [, first = ""] = path.split("/");
    const isSecret = work.deps.targetKinds.secretsOf(spec.kind).includes(first);
    work.fault(`/spec/${isSecret ? "secrets" : "config"}${path}`, message);
  }
  return faults.length === 0;
}

async function openSecrets({ tx, deps, tenant }: Work, id: TargetId): Promise<Secrets> {
  const sealed = await tx.targets.sealedSecrets(id);
  return sealed === null ? {} : deps.secrets.openTarget(tenant.id, id, sealed);
}

async function removeTarget(work: Work, found: Found): Promise<boolean> {
  const id = asId<TargetId>(found.id);
  const binding = (await work.tx.targets.bindings()).find(({ targetId }) => targetId === id);
  if (binding !== undefined) {
    work.fault(
      "",
      `the binding \`${binding.name}\` still names the target \`${found.name}\`; remove it first`,
      "target_in_use",
    );
    return false;
  }
  if (await work.tx.targets.isInUse(id)) {
    const message = `the target \`${found.name}\` may still hold access that was not seen to be gone; end those grants, wait until they have ended, then remove it`;
    work.fault("", message, "target_in_use");
    return false;
  }
  await work.tx.targets.remove(id);
  return false;
}
