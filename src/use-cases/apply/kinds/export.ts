/** Export: a system that a tenant's events are sent to. Its secrets go in and never come out. */
import { z } from "zod";
import {
  type ExportId,
  type ExportSink,
  MOST_EXPORTS,
  SECRET_OVERLAP_MS,
} from "../../../domain/export-sink.ts";
import { asId } from "../../../domain/ids.ts";
import type { JsonObject } from "../../../domain/target-binding.ts";
import { addMs, formatInstant } from "../../../domain/time.ts";
import { changedFields } from "../changed-fields.ts";
import { type DocumentContext, defineKind, few, type ObjectIdentity, type PutResult } from "../kind.ts";
import { jsonObjectSchema, secretSchema } from "../spec-parts.ts";

const schema = z.strictObject({
  kind: z.string().min(1).max(64),
  config: jsonObjectSchema.describe("as the kind's own schema has it, without secrets"),
  secrets: z
    .record(z.string().min(1).max(64), secretSchema)
    .default({})
    .describe("write-only; what is left out stays as it is, while `config` stays as it is"),
  from: z
    .enum(["now", "beginning"])
    .default("now")
    .describe("where a new one begins: with what happens from now on, or with the first entry of the log"),
});
type Spec = z.output<typeof schema>;
type Secrets = Readonly<Record<string, string>>;

export const exportKind = defineKind<Spec>({
  kind: "Export",
  schema,
  steps: (spec) => ({ put: (context, identity) => putExport(context, spec, identity) }),
  ...few(
    (tx) => tx.exports.list(),
    (_tx, { kind, config }) => ({ kind, config }),
  ),
  async remove({ tx }, object) {
    await tx.exports.remove(asId<ExportId>(object.id));
    return undefined;
  },
});

async function putExport(
  context: DocumentContext,
  spec: Spec,
  identity: ObjectIdentity,
): Promise<PutResult | null> {
  const { tx, tenant, deps, now } = context;
  const id = asId<ExportId>(identity.id);
  const current = identity.isNew ? null : await tx.exports.find(id);
  if (!isPossible(context, spec, current)) return null;
  if (current === null && (await tx.exports.list()).length >= MOST_EXPORTS) {
    context.fault("", `a tenant has ${MOST_EXPORTS} exports at the most; remove one first`);
    return null;
  }
  const sealed = await tx.exports.sealedSecrets(id);
  const stored = sealed === null ? {} : deps.secrets.openExport(tenant.id, id, sealed);
  const fields = changedFields(current === null ? null : { kind: current.kind, config: current.config }, {
    kind: spec.kind,
    config: spec.config,
  });
  if (fields.length > 0 && !givesAgain(context, spec, stored)) return null;
  const secrets = secretsAfter(
    deps.exportKinds.madeSecretOf(spec.kind),
    stored,
    spec.secrets,
    formatInstant(addMs(now, SECRET_OVERLAP_MS)),
  );
  if (!isValid(context, spec, secrets)) return null;
  const rekeyed = changedFields(stored, secrets).filter((name) =>
    deps.exportKinds.secretsOf(spec.kind).includes(name),
  );
  fields.push(...rekeyed.map((name) => `secrets.${name}`));
  if (fields.length === 0) return { fields };
  const sink: ExportSink = {
    ...{ id, tenantId: tenant.id, name: current?.name ?? context.name, kind: spec.kind, config: spec.config },
    version: (current?.version ?? 0) + 1,
  };
  await tx.exports.save(sink, rekeyed.length === 0 ? null : deps.secrets.sealExport(tenant.id, id, secrets));
  await goOn(context, {
    id,
    spec,
    isNew: current === null,
    lacksSecret: lacksSecret(context, spec.kind, secrets),
  });
  return { fields };
}

function isPossible(context: DocumentContext, spec: Spec, current: ExportSink | null): boolean {
  const { exportKinds } = context.deps;
  if (!exportKinds.names.includes(spec.kind)) {
    context.fault(
      "/spec/kind",
      `there is no kind of export \`${spec.kind}\`; known are ${exportKinds.names.join(", ")}`,
    );
    return false;
  }
  if (current !== null && current.kind !== spec.kind) {
    context.fault("/spec/kind", "an export keeps its kind; make another one under another name");
    return false;
  }
  const secretNames = exportKinds.secretsOf(spec.kind);
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
    const known = secretNames.length === 0 ? "none" : secretNames.join(", ");
    context.fault(
      "/spec/secrets",
      `an export of kind \`${spec.kind}\` has no secret \`${unknown}\`; it has ${known}`,
    );
    return false;
  }
  return true;
}

/** Nobody gets a secret out by pointing its sink at a server of their own. One that only signs is never sent. */
function givesAgain(context: DocumentContext, spec: Spec, stored: Secrets): boolean {
  const { exportKinds } = context.deps;
  const made = exportKinds.madeSecretOf(spec.kind);
  const missing = exportKinds
    .secretsOf(spec.kind)
    .find((name) => name !== made && Object.hasOwn(stored, name) && !Object.hasOwn(spec.secrets, name));
  if (missing === undefined) return true;
  const message = "an export that is changed needs its secrets again: they were given for what it was before";
  context.fault(`/spec/secrets/${missing}`, message);
  return false;
}

/** The one before stays valid for a while, so that a receiver can take the new one in. */
export function secretsAfter(made: string | null, stored: Secrets, given: Secrets, until: string): Secrets {
  const replaced =
    made !== null && stored[made] !== undefined && given[made] !== undefined && given[made] !== stored[made];
  if (!replaced) return { ...stored, ...given };
  return { ...stored, ...given, previous: stored[made] as string, previousUntil: until };
}

function isValid(context: DocumentContext, spec: Spec, secrets: Secrets): boolean {
  const { exportKinds } = context.deps;
  const whole: JsonObject = { ...spec.config, ...secrets };
  const faults = exportKinds.configFaults(spec.kind, whole);
  for (const { path, message } of faults) {
    const [, first = ""] = path.split("/");
    const isSecret = exportKinds.secretsOf(spec.kind).includes(first);
    context.fault(`/spec/${isSecret ? "secrets" : "config"}${path}`, message);
  }
  return faults.length === 0;
}

function lacksSecret({ deps }: DocumentContext, kind: string, secrets: Secrets): boolean {
  const made = deps.exportKinds.madeSecretOf(kind);
  return made !== null && secrets[made] === undefined;
}

/** A new one begins; one whose far side refused everything, or that waited for its secret, is tried as it is now. */
async function goOn(
  { tx }: DocumentContext,
  { id, spec, isNew, lacksSecret }: { id: ExportId; spec: Spec; isNew: boolean; lacksSecret: boolean },
): Promise<void> {
  if (isNew) {
    const head = spec.from === "now" ? ((await tx.log.head())?.sequence ?? 0) : 0;
    return tx.exports.begin(id, head, lacksSecret ? "secret" : null);
  }
  const { paused } = await tx.exports.position(id);
  if (paused === "refused" || (paused === "secret" && !lacksSecret)) await tx.exports.pause(id, null, null);
}
