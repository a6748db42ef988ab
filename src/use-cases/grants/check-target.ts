/**
 * A target's health, for those who answer for the tenant: reachable, privileged as little as possible, on time. Each look
 * is an entry, because it opens a connection from where Curfew stands.
 */
import { asId, isGuid, type TargetId } from "../../domain/ids.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { stamp } from "../../domain/stamp.ts";
import type { JsonObject, TargetDefinition } from "../../domain/target-binding.ts";
import { mayAnswerForTenant, mayRetryInTargets, mayTryTargets } from "../../policy/authority.ts";
import { applyConfiguration } from "../apply/apply-configuration.ts";
import type { ApplyDeps } from "../apply/apply-deps.ts";
import { changedFields } from "../apply/changed-fields.ts";
import type { Caller, EffectDeps, Tx } from "../ports.ts";
import { retryIn } from "./try-again.ts";

/** Looks, and changes nothing. */
export async function checkTarget(
  deps: EffectDeps,
  caller: Caller,
  name: string,
): Promise<Outcome<JsonObject>> {
  const allowed = mayAnswerForTenant(caller, "look into targets");
  if (!allowed.ok) return allowed;
  const looked = await look(deps, caller, name);
  return looked.ok ? accept(looked.value.health) : looked;
}

export interface CheckedAgain {
  readonly health: JsonObject;
  /** Grants whose access is tried again in it now. */
  readonly retried: number;
}

/** For whoever put it right: what failed in it is tried again at once, whatever it waited for. */
export async function checkTargetAgain(
  deps: EffectDeps,
  caller: Caller,
  name: string,
): Promise<Outcome<CheckedAgain>> {
  const allowed = mayRetryInTargets(caller);
  if (!allowed.ok) return allowed;
  const looked = await look(deps, caller, name);
  if (!looked.ok) return looked;
  const { health, target } = looked.value;
  const retried = await retryIn(deps, target);
  deps.store.wake();
  return accept({ health, retried });
}

/** A target or a binding as somebody would save it. */
export interface ProposedDocument {
  readonly kind: "Target" | "Binding";
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Waits for other changes of configuration; the look itself, which may take its time, is waited for by nobody. */
export type InTurn = <T>(work: () => Promise<Outcome<T>>) => Promise<Outcome<T>>;

/**
 * Looks into a target as it would be with a document that is not stored: refused as saving it would be, and it reaches
 * where it would reach once saved. A stored secret is put in only where saving would keep it, so that nobody gets one out
 * by pointing its target elsewhere.
 */
export async function checkProposed(
  deps: EffectDeps & ApplyDeps,
  caller: Caller,
  document: ProposedDocument,
  inTurn: InTurn,
): Promise<Outcome<JsonObject>> {
  const allowed = mayTryTargets(caller);
  if (!allowed.ok) return allowed;
  const input = { documents: [document], dryRun: true, prune: false };
  const tried = await inTurn(() => applyConfiguration(deps, caller, input));
  if (!tried.ok) return tried;
  const id = asId<TargetId>(tried.value.changes[0]?.id ?? "");
  const { spec } = document;
  if (document.kind === "Binding") {
    const looked = await look(deps, caller, String(spec.target), [spec.entitlement as JsonObject]);
    return looked.ok ? accept(looked.value.health) : looked;
  }
  const { kind, config, secrets = {} } = spec as unknown as ProposedTarget;
  const { target, stored, entitlements } = await deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const target = await tx.targets.named(document.name);
    // By what is stored at this moment: another change may have come since it was tried.
    const stays =
      target !== null &&
      changedFields({ kind: target.kind, config: target.config }, { kind, config }).length === 0;
    const sealed = stays ? await tx.targets.sealedSecrets(target.id) : null;
    const stored =
      target === null || sealed === null ? {} : deps.secrets.openTarget(tx.tenantId, target.id, sealed);
    return { target, stored, entitlements: await entitlementsIn(tx, target) };
  });
  const given = Object.fromEntries(Object.entries(secrets).map(([name, { value }]) => [name, value]));
  const { tenantId } = caller.ref;
  const proposed: TargetDefinition = {
    ...{ id: target?.id ?? id, tenantId, name: document.name, kind, config },
    version: target?.version ?? 0,
  };
  const place = deps.gateway.traitsOf(proposed)?.place ?? kind;
  const whole = { ...config, ...stored, ...given };
  const check = () => deps.gateway.check(proposed, entitlements, whole);
  return accept(await looking(deps, caller, { target: proposed, facts: { proposed: place }, check }));
}

/** What the dry run before has found to be so. */
interface ProposedTarget {
  readonly kind: string;
  readonly config: JsonObject;
  readonly secrets?: Readonly<Record<string, { readonly value: string }>>;
}

async function entitlementsIn(tx: Tx, target: TargetDefinition | null): Promise<JsonObject[]> {
  const bindings = target === null ? [] : await tx.targets.bindings();
  return bindings.flatMap(({ targetId, entitlement }) => (targetId === target?.id ? [entitlement] : []));
}

/** `name`: or its id, as a binding says it. `only`: with regard to these entitlements; left out, to those of its bindings. */
async function look(
  deps: EffectDeps,
  caller: Caller,
  name: string,
  only?: readonly JsonObject[],
): Promise<Outcome<{ readonly target: TargetDefinition; readonly health: JsonObject }>> {
  const { target, entitlements } = await deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const byId = isGuid(name) ? await tx.targets.find(asId(name.toLowerCase())) : null;
    const target = byId ?? (await tx.targets.named(name));
    return { target, entitlements: only ?? (await entitlementsIn(tx, target)) };
  });
  if (target === null) return reject("not_found", `there is no target \`${name}\` that you can see`);
  const check = () => deps.gateway.check(target, entitlements);
  const health = await looking(deps, caller, { target, facts: {}, check });
  return accept({ target, health });
}

interface Look {
  readonly target: TargetDefinition;
  readonly facts: JsonObject;
  readonly check: () => Promise<JsonObject>;
}

/** Every look is an entry, whatever comes of it. */
async function looking(
  { store, clock }: EffectDeps,
  caller: Caller,
  { target: { id, name, tenantId }, facts, check }: Look,
): Promise<JsonObject> {
  const about = { kind: "target", id, tenantId, otherTenantId: null, correlationId: id };
  const record = (ok: boolean) =>
    store.inTenant(tenantId, (tx) =>
      tx.record([stamp("target.checked", about, caller, { name, ok, ...facts })], clock.now()),
    );
  try {
    const health = await check();
    await record(health.ok === true);
    return health;
  } catch (error) {
    await record(false);
    throw error;
  }
}
