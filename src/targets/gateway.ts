/** Where the use cases meet the targets: finds the kind, puts the secrets back in, and speaks the target's port. */
import type { Entitlement, Grant } from "../domain/grant.ts";
import type { TargetId, TenantId } from "../domain/ids.ts";
import type { OpenSessions } from "../domain/open-session.ts";
import { type PrincipalRef, principalKey } from "../domain/principal.ts";
import type { JsonObject, TargetDefinition } from "../domain/target-binding.ts";
import { addMs, type Clock, HOUR_MS, type Instant } from "../domain/time.ts";
import { note, traced, tracedBelow } from "../telemetry/trace.ts";
import type { EndsTogether, GrantEnd, IssuedSecret, StepGuard, TargetGateway } from "../use-cases/ports.ts";
import type { End } from "./ending.ts";
import { keepEndings } from "./endings.ts";
import { describeWith } from "./kinds.ts";
import {
  type Handle,
  type Outbound,
  type Secret,
  type Spec,
  type Target,
  type TargetContext,
  TargetFault,
} from "./target.ts";

export interface GatewayOptions {
  readonly kinds: readonly Target[];
  readonly clock: Clock;
  /** What a tenant may connect to. */
  readonly outbound: (tenantId: TenantId) => Promise<Outbound>;
  readonly installationId: string;
  readonly forbiddenSystemIdentifiers: readonly string[];
  /** The configuration with its secrets opened; null when the target is gone. */
  readonly load: (
    tenantId: TenantId,
    id: TargetId,
  ) => Promise<{ definition: TargetDefinition; config: JsonObject } | null>;
  /** A name for the holder that may be shown to whoever looks into the target. */
  readonly display: (ref: PrincipalRef) => Promise<string>;
}

export function createTargetGateway(options: GatewayOptions): TargetGateway {
  const contextFor = (outbound: Outbound, guard: StepGuard): TargetContext => ({
    clock: options.clock,
    outbound,
    owner: options.installationId,
    forbiddenSystemIdentifiers: options.forbiddenSystemIdentifiers,
    onStep: guarding(guard),
  });
  const openAs = async ({ tenantId, kind, version }: TargetDefinition, config: JsonObject) => {
    note({ "curfew.target.kind": kind });
    const outbound = await options.outbound(tenantId);
    const context = (guard: StepGuard) => contextFor(outbound, guard);
    return { target: kindOf(options.kinds, kind), config, version, context };
  };
  const openTarget = async (tenantId: TenantId, id: TargetId) => {
    const loaded = await options.load(tenantId, id);
    if (loaded === null) throw new TargetFault("permanent", "the target of this grant is gone");
    return openAs(loaded.definition, loaded.config);
  };
  const looks = sharedLooks<readonly OpenSessions[] | null>(options.clock);
  const open = (grant: Grant, entitlement: Entitlement) => openTarget(grant.tenantId, entitlement.targetId);
  return {
    plan: (kind, grant, entitlement) => kindOf(options.kinds, kind).plan(specOf(grant, entitlement, "")),
    traitsOf: describeWith(options.kinds),
    provision: (grant, entitlement, guard) =>
      traced("target.provision", {}, async () => {
        const { target, config, version, context } = await open(grant, entitlement);
        const spec = specOf(grant, entitlement, await options.display(entitlement.member));
        return under(version, async () => {
          const { enforcedUntil } = await target.grant(spec, config, context(guard));
          return { enforcedUntil };
        });
      }),
    issueSecret: (grant, entitlement, claimId, guard) =>
      traced("target.issue_secret", {}, async () => {
        const { target, config, context } = await open(grant, entitlement);
        const claim = { id: claimId, generation: entitlement.generation };
        const secret = await target.issueSecret(handleOf(entitlement), config, context(guard), claim);
        return presented(target, secret);
      }),
    remove: (grant, entitlement, guard) =>
      traced("target.remove", {}, async () => {
        const { target, config, version, context } = await open(grant, entitlement);
        return under(version, async () => {
          const options = { cutSessions: true };
          const { residual } = await target.revoke(handleOf(entitlement), config, context(guard), options);
          return wordsOf(residual);
        });
      }),
    together: endsTogether(options, async ({ tenantId, id }) => {
      const { target, config, context } = await openTarget(tenantId, id);
      if (target.openEnding === undefined)
        throw new TargetFault("permanent", `\`${target.kind}\` ends one at a time`);
      return target.openEnding(config, context(always));
    }),
    observe: (definition, grantIds) =>
      traced("target.observe", {}, async () => {
        const { target, config, version, context } = await openTarget(definition.tenantId, definition.id);
        const filter = grantIds === undefined ? undefined : { grantIds };
        const { items, drift, complete } = await under(version, () =>
          target.observe(config, context(always), filter),
        );
        return {
          items: items.map((item) => ({ ...item, drift: item.drift.map(({ detail }) => detail) })),
          drift: drift.map(({ detail }) => detail),
          complete,
        };
      }),
    sessions({ tenantId, id }, held) {
      const handles = held.map(handleOf);
      return looks(JSON.stringify([id, handles]), async () => {
        const { target, config, context } = await openTarget(tenantId, id);
        return (await target.openSessions?.(handles, config, context(always))) ?? null;
      });
    },
    removeStray: (definition, item, guard) =>
      traced("target.remove_stray", {}, async () => {
        const { target, config, context } = await openTarget(definition.tenantId, definition.id);
        const { residual } = await target.revoke(item.handle as Handle, config, context(guard), {
          cutSessions: true,
        });
        return wordsOf(residual);
      }),
    check: (definition, entitlements, proposed) =>
      traced("target.check", {}, async () => {
        const { target, config, context } =
          proposed === undefined
            ? await openTarget(definition.tenantId, definition.id)
            : await openAs(definition, proposed);
        // A health is plain JSON: strings, numbers, lists of them.
        return (await target.check(config, context(always), entitlements)) as unknown as JsonObject;
      }),
  };
}

function endsTogether({ kinds }: GatewayOptions, open: Parameters<typeof keepEndings>[0]): EndsTogether {
  const endings = keepEndings(open);
  return {
    serves: ({ kind }) => kinds.some((one) => one.kind === kind && one.openEnding !== undefined),
    warm: endings.warm,
    async cut(target, ends, guard) {
      const done = await traced(
        "target.cut_together",
        { "curfew.target.kind": target.kind, "curfew.count": ends.length },
        () => endings.use(target, (ending) => ending.cut(ends.map(endOf), guarding(guard))),
      );
      return done.map((outcome) => (outcome === "left" ? "left" : "cut"));
    },
    async remove(target, ends, guard) {
      const done = await traced(
        "target.remove_together",
        { "curfew.target.kind": target.kind, "curfew.count": ends.length },
        () => endings.use(target, (ending) => ending.remove(ends.map(endOf), guarding(guard))),
      );
      return done.map((outcome) => (outcome === "left" ? "left" : "gone"));
    },
    close: endings.close,
  };
}

function endOf({ entitlement }: GrantEnd): End {
  const { generation, wanted } = entitlement;
  return { handle: handleOf(entitlement), generation: Math.max(generation, wanted?.generation ?? 0) };
}

/** Asked before every single effect. */
function guarding(guard: StepGuard) {
  return (step: string): Promise<void> =>
    tracedBelow("step", { "curfew.target.step": step }, async () => {
      if (!(await guard()))
        throw new TargetFault("conflict", `stopped before ${step}: the grant changed meanwhile`);
    });
}

const LOOK_LASTS_MS = 3_000;

/** However many people look at one page, its target is asked once at a time, and no more often than every 3 s. */
function sharedLooks<T>(clock: Clock): (key: string, look: () => Promise<T>) => Promise<T> {
  const looks = new Map<string, { readonly answer: Promise<T>; until: Instant | null }>();
  return (key, look) => {
    for (const [old, { until }] of looks) if (until !== null && until <= clock.now()) looks.delete(old);
    const known = looks.get(key);
    if (known !== undefined) return known.answer;
    const taken: { readonly answer: Promise<T>; until: Instant | null } = { answer: look(), until: null };
    const done = () => {
      taken.until = addMs(clock.now(), LOOK_LASTS_MS);
    };
    taken.answer.then(done, done);
    looks.set(key, taken);
    return taken.answer;
  };
}

/** A fault says under which configuration it was met: it is worth another try under the next. */
async function under<T>(version: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TargetFault) error.targetVersion = version;
    throw error;
  }
}

/** As its kind has it shown: in its order, under its words. */
function presented(target: Target, secret: Secret): IssuedSecret {
  const { expiresAt, ...values } = secret;
  const { label, secret: fields } = target.words;
  return {
    kind: target.kind,
    label,
    values,
    expiresAt,
    fields: fields.flatMap(({ name, ...field }) => {
      const value = values[name];
      return value === undefined ? [] : [{ name, ...field, value: String(value) }];
    }),
    commands: target.readyCommands(secret),
  };
}

const always: StepGuard = async () => true;

function wordsOf(residual: readonly { readonly detail: string }[]): string | null {
  return residual.length === 0 ? null : residual.map(({ detail }) => detail).join("; ");
}

function kindOf(kinds: readonly Target[], kind: string): Target {
  const found = kinds.find((candidate) => candidate.kind === kind);
  if (found === undefined) throw new TargetFault("permanent", `there is no kind of target \`${kind}\` here`);
  return found;
}

function specOf(grant: Grant, entitlement: Entitlement, display: string): Spec {
  return {
    grantId: grant.id,
    generation: entitlement.wanted?.generation ?? entitlement.generation,
    subject: { id: principalKey(entitlement.member), display },
    entitlement: entitlement.entitlement,
    notBefore: grant.startsAt,
    expiresAt: entitlement.wanted?.expiresAt ?? deadlineOf(grant),
  };
}

/** Only a name is planned before a deadline is wanted; names do not depend on it. */
function deadlineOf(grant: Grant): Instant {
  return grant.endsAt ?? addMs(grant.startsAt, HOUR_MS);
}

function handleOf(entitlement: Entitlement): Handle {
  if (entitlement.handle === null)
    throw new TargetFault("permanent", "nothing was ever planned in the target");
  return entitlement.handle as Handle;
}
