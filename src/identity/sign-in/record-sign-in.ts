/** Sign-ins and refusals as audit entries: no secret in them, refusals bounded in rate, strangers never in clear. */
import type { DomainEvent } from "../../domain/event.ts";
import { networkOf } from "../../domain/network.ts";
import type { PrincipalRef } from "../../domain/principal.ts";
import { type Clock, formatInstant } from "../../domain/time.ts";
import type { Log } from "../../telemetry/log.ts";
import type { LocalAccount, RefusedTries, WorkloadClient } from "../../use-cases/identity-ports.ts";
import type { LeftOut, Store } from "../../use-cases/ports.ts";
import type { Limits } from "./limits.ts";

export interface RecordDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly leftOut?: LeftOut | undefined;
  readonly log: Log;
  readonly meters?: SignInMeters | undefined;
  /** Work that the answer must not wait for: its time would tell whether an account exists. */
  readonly afterwards: (work: () => Promise<void>) => void;
}

export interface SignInMeters {
  signInRefused(step: string): void;
  manyRefused(): void;
}

export interface SignInRecord {
  readonly ip: string;
  readonly via: string;
  readonly methods: readonly string[];
  readonly recoveryCode?: boolean;
  /** From a network that nobody signed in to the account from before. */
  readonly newDevice?: boolean;
}

export function signedIn(account: LocalAccount, record: SignInRecord): DomainEvent {
  const { ip, via, methods, recoveryCode = false, newDevice = false } = record;
  return {
    ...aboutPrincipal(account.ref),
    type: "sign_in.succeeded",
    actor: { kind: "user", ref: account.ref, via },
    facts: { ip, methods: [...methods], recoveryCode, ...(newDevice ? { newDevice } : {}) },
  };
}

export function tokenIssued(client: WorkloadClient, ip: string): DomainEvent {
  return {
    ...aboutPrincipal(client.ref),
    type: "token.issued",
    actor: { kind: "servicePrincipal", ref: client.ref, via: client.clientId },
    facts: { ip, grantType: "client_credentials" },
  };
}

/** An e-mail address that nobody has may be a password typed into the wrong field: it is not kept. */
export function recordRefusal(deps: RecordDeps, known: Known | null, facts: RefusalFacts): void {
  deps.afterwards(async () => {
    const { ip, via, step } = facts;
    deps.meters?.signInRefused(step);
    const network = ip === null ? null : networkOf(ip);
    const isTold = await deps.limits.refusalEntry(known?.ref.objectId ?? `stranger ${network}`);
    if (known === null) {
      tellOperator(deps, isTold, `unknown account, from ${ip} through ${via}`);
      return;
    }
    const { ref } = known;
    // Whoever failed to prove who they are is not the actor.
    const about = { ...aboutPrincipal(ref), actor: { kind: "system", via } } as const;
    const refused: DomainEvent = { ...about, type: "sign_in.refused", facts: { ip, step } };
    const at = deps.clock.now();
    if (!isTold) deps.leftOut?.add(ref.tenantId, refused, at);
    await deps.store.inTenant(ref.tenantId, async (tx) => {
      // A client's secret has nothing to guess, and no network of its own.
      const tries = step === "client_secret" ? null : await tx.accounts.countRefusal(ref, network, at);
      const many = tries !== null && isMany(tries.count) ? [manyRefused(about, tries)] : [];
      if (many.length > 0) deps.meters?.manyRefused();
      const events = [...(isTold ? [refused] : []), ...many];
      if (events.length > 0) await tx.record(events, at);
    });
  });
}

/** In no tenant's log, and so not in the counts. */
const untold = new WeakMap<Limits, number>();

function tellOperator({ limits, log }: RecordDeps, isTold: boolean, what: string): void {
  const before = untold.get(limits) ?? 0;
  untold.set(limits, isTold ? 0 : before + 1);
  if (isTold)
    log(
      `sign-in refused: ${what}${before === 0 ? "" : ` (and ${before} more, left out since the last line)`}`,
      { level: "warn" },
    );
}

const MANY = 20;
const NETWORKS_NAMED = 20;

/** Said when it is many, and each time when it has become twice as many. */
function isMany(count: number): boolean {
  return count >= MANY && Number.isInteger(Math.log2(count / MANY));
}

function manyRefused(
  about: Pick<DomainEvent, "subject" | "parties" | "correlationId" | "actor">,
  { count, since, until, networks }: RefusedTries,
): DomainEvent {
  return {
    ...about,
    type: "sign_in.many_refused",
    facts: {
      count,
      since: formatInstant(since),
      until: formatInstant(until),
      networkCount: networks.length,
      networks: networks.slice(0, NETWORKS_NAMED).map(({ network }) => network),
    },
  };
}

/**
 * Whose name it was that no password fitted is not known where several tenants have it. Each of them has the entry, so
 * that no namesake elsewhere hides guesses; the address stands in the operator's log alone, because it may be that of
 * another tenant's person.
 */
export function recordRefusals(deps: RecordDeps, named: readonly Known[], facts: RefusalFacts): void {
  const [only = null, ...more] = named;
  if (more.length === 0) {
    recordRefusal(deps, only, facts);
    return;
  }
  deps.afterwards(async () => {
    const isTold = await deps.limits.refusalEntry(`several ${networkOf(facts.ip ?? "")}`);
    tellOperator(deps, isTold, `a name of several tenants, from ${facts.ip} through ${facts.via}`);
  });
  for (const one of named) recordRefusal(deps, one, { ...facts, ip: null });
}

type Known = Pick<LocalAccount | WorkloadClient, "ref">;

export interface RefusalFacts {
  /** Null where it could be that of another tenant's person. */
  readonly ip: string | null;
  readonly via: string;
  readonly step: "password" | "code" | "client_secret";
}

function aboutPrincipal({ tenantId, objectId }: PrincipalRef) {
  return {
    subject: { kind: "principal", id: objectId },
    parties: [tenantId],
    correlationId: objectId,
  };
}
