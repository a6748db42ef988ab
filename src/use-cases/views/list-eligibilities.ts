/** Who is eligible for what in one's own tenant, and who made it so. */
import type { Eligibility } from "../../domain/eligibility.ts";
import type { EligibilityId, ObjectId, RoleDefinitionId, TenantId } from "../../domain/ids.ts";
import type { PrincipalRef } from "../../domain/principal.ts";
import { accept, type Outcome } from "../../domain/rejection.ts";
import { type Scope, scopeCovers } from "../../domain/scope.ts";
import { type Instant, isOver } from "../../domain/time.ts";
import { mayReadConfiguration } from "../../policy/authority.ts";
import type { Caller, Deps, Named, PageAsk, Position, Tx } from "../ports.ts";
import { type NamedPrincipal, type Names, namesIn } from "./names.ts";
import { derivedEligibilities } from "./read-schedules.ts";

const MAX_CHANGES_LOOKED_AT = 20;

export interface EligibilityRow {
  readonly id: EligibilityId;
  /** Of its configuration document; null where it follows from an application. */
  readonly documentName: string | null;
  readonly principal: NamedPrincipal;
  readonly roleDefinitionId: RoleDefinitionId;
  readonly roleName: string;
  readonly scope: Scope;
  readonly scopeName: string;
  readonly startsAt: Instant;
  readonly endsAt: Instant | null;
  /** Who made it; null where the log does not say. For an application: its name. */
  readonly source: {
    readonly kind: Eligibility["source"];
    readonly name: string | null;
    readonly at: Instant | null;
  };
  /** How many people and workloads a group reaches; null for anybody else. */
  readonly members: number | null;
}

export interface RowFilter extends PageAsk {
  readonly principalId?: ObjectId;
  readonly roleDefinitionId?: RoleDefinitionId;
  /** There and below it. */
  readonly under?: Scope;
  readonly id?: EligibilityId;
}

/** Those that have not ended, the latest start first: whoever has just made one finds it on top. */
export async function listEligibilities(
  deps: Deps,
  caller: Caller,
  filter: RowFilter,
): Promise<Outcome<readonly EligibilityRow[]>> {
  const allowed = mayReadConfiguration(caller);
  if (!allowed.ok) return allowed;
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const now = deps.clock.now();
    const found = (await everyEligibility(tx, filter))
      .filter(({ body }) => isWanted(body, filter, now))
      .sort((a, b) => (comesAfter(b.body, positionOf(a.body)) ? -1 : 1))
      .slice(0, filter.limit);
    const names = namesIn(tx);
    const rows: EligibilityRow[] = [];
    for (const one of found) rows.push(await viewOf(tx, names, one));
    return accept(rows);
  });
}

/** A principal's own, as documents of the tenant's configuration; those that have ended too. */
export async function documentedEligibilities(
  { store }: Deps,
  tenantId: TenantId,
  principal: PrincipalRef,
): Promise<readonly Named<Eligibility>[]> {
  return store.inTenant(tenantId, (tx) => tx.policy.namedEligibilities({ principal }));
}

/** In the transaction that made it. */
export async function viewMade(tx: Tx, id: EligibilityId): Promise<EligibilityRow> {
  const [found] = await everyEligibility(tx, { id, limit: 1 });
  if (found === undefined) throw new Error(`eligibility ${id} was made and is not there`);
  return viewOf(tx, namesIn(tx), found);
}

interface Found {
  readonly body: Eligibility;
  readonly documentName: string | null;
  readonly applicationName: string | null;
}

async function everyEligibility(tx: Tx, { id, principalId }: RowFilter): Promise<Found[]> {
  const only =
    id !== undefined
      ? { id }
      : principalId === undefined
        ? undefined
        : { principal: { tenantId: tx.tenantId, objectId: principalId } };
  const assigned = (await tx.policy.namedEligibilities(only)).map(({ name, body }) => ({
    body,
    documentName: name,
    applicationName: null,
  }));
  const derived = (await tx.applications.own()).flatMap((application) =>
    derivedEligibilities(application).map((body) => ({
      body,
      documentName: null,
      applicationName: application.name,
    })),
  );
  return [...assigned, ...derived];
}

/** Where the list goes on after this one. */
export function positionOf({ startsAt, id }: Pick<Eligibility, "startsAt" | "id">): Position {
  return { at: startsAt, id };
}

function comesAfter({ startsAt, id }: Eligibility, { at, id: before }: Position): boolean {
  return at === null || startsAt < at || (startsAt === at && id > before);
}

function isWanted(body: Eligibility, filter: RowFilter, now: Instant): boolean {
  const { principalId, roleDefinitionId, under, id, after } = filter;
  return (
    !isOver(body, now) &&
    (id === undefined || body.id === id) &&
    (after === undefined || comesAfter(body, after)) &&
    (principalId === undefined || body.principal.objectId === principalId) &&
    (roleDefinitionId === undefined || body.roleDefinitionId === roleDefinitionId) &&
    (under === undefined || scopeCovers(under, body.scope))
  );
}

async function viewOf(
  tx: Tx,
  names: Names,
  { body, documentName, applicationName }: Found,
): Promise<EligibilityRow> {
  const principal = await names.principal(body.principal);
  return {
    id: body.id,
    documentName,
    principal,
    roleDefinitionId: body.roleDefinitionId,
    roleName: await names.role(body.roleDefinitionId),
    scope: body.scope,
    scopeName: await names.scope(body.scope),
    startsAt: body.startsAt,
    endsAt: body.endsAt,
    source:
      applicationName === null
        ? { kind: "assigned", ...(await makerOf(tx, names, body.id)) }
        : { kind: "application", name: applicationName, at: body.startsAt },
    members: principal.kind === "group" ? (await tx.directory.membersOf(body.principal)).length : null,
  };
}

async function makerOf(
  tx: Tx,
  names: Names,
  subjectId: string,
): Promise<{ name: string | null; at: Instant | null }> {
  const type = "configuration.changed";
  const entries = await tx.log.entries({ type, subjectId, limit: MAX_CHANGES_LOOKED_AT });
  const made = entries.find(({ entry }) => actionOf(entry.facts) === "create");
  if (made === undefined) return { name: null, at: null };
  const actor = made.entry.actor as { readonly tenantId?: string; readonly objectId?: string } | undefined;
  if (actor?.tenantId === undefined || actor.objectId === undefined) return { name: null, at: made.at };
  const ref = { tenantId: actor.tenantId as TenantId, objectId: actor.objectId as ObjectId };
  // Whoever set the installation up is nobody's principal.
  if ((await tx.tenants.find(ref.tenantId)) === null) return { name: null, at: made.at };
  return { name: (await names.principal(ref)).displayName, at: made.at };
}

function actionOf(facts: unknown): unknown {
  return typeof facts === "object" && facts !== null && "action" in facts ? facts.action : null;
}
