/** One person, group or workload of one's own tenant: what holds it, what it holds, what it may ask for. */
import { eligibilitiesOf } from "../../domain/application.ts";
import { isLive } from "../../domain/grant.ts";
import type { ObjectId } from "../../domain/ids.ts";
import {
  holdersOf,
  type Identity,
  identityIncludes,
  isLockedOut,
  type Principal,
  type PrincipalRef,
  samePrincipal,
} from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { type Scope, sameScope } from "../../domain/scope.ts";
import type { Right } from "../../domain/tenant.ts";
import { type Instant, isOver } from "../../domain/time.ts";
import { mayReadConfiguration } from "../../policy/authority.ts";
import type { PrincipalRecord } from "../configuration-ports.ts";
import type { RefusedTries } from "../identity-ports.ts";
import type { Caller, Deps, Tx } from "../ports.ts";
import { type NamedPrincipal, type Names, namesIn } from "./names.ts";

const MAX_RELATED = 500;
const MAX_GRANTS = 1_000;

export interface PrincipalView {
  readonly principal: NamedPrincipal;
  /** By which documents name it. */
  readonly name: string;
  readonly email: string | null;
  readonly rights: readonly Right[];
  /** Null where it is not locked out. */
  readonly lockedOut: {
    readonly since: Instant;
    readonly by: NamedPrincipal;
    readonly justification: string;
  } | null;
  /** `through`: the groups in between, the nearest to the principal first; empty where it is a member itself. */
  readonly memberOf: readonly (Related & { readonly through: readonly string[] })[];
  /** Of a group, at any depth; at most 500. */
  readonly members: readonly (Related & { readonly direct: boolean })[];
  readonly owners: readonly Related[];
  readonly owns: readonly Related[];
  readonly linkedTo: NamedPrincipal | null;
  /** An operator tied it to an identity in another tenant, which is not named here. */
  readonly linkedElsewhere: boolean;
  readonly eligibilities: readonly {
    readonly roleName: string;
    readonly scope: Scope;
    readonly scopeName: string;
    readonly through: string | null;
    readonly endsAt: Instant | null;
  }[];
  /** Its own, and those of the groups that hold it. */
  readonly liveGrants: number;
  /** Wrong passwords and codes of the last 30 days; null where there were none. */
  readonly refusedSignIns: RefusedSignIns | null;
}

/** `networkCount` counts all; the twenty busiest are named. */
export interface RefusedSignIns extends RefusedTries {
  readonly networkCount: number;
}

const MAX_NETWORKS = 20;

export interface Related {
  readonly objectId: ObjectId;
  readonly displayName: string;
  readonly kind: Principal["kind"];
}

export async function readPrincipal(
  deps: Deps,
  caller: Caller,
  objectId: ObjectId,
): Promise<Outcome<PrincipalView>> {
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const identity = await tx.directory.identity({ tenantId: tx.tenantId, objectId });
    const record = await tx.principals.find(objectId);
    // INVARIANT I12: of another tenant's people nothing is told, not even that they are there.
    if (identity === null || record === null)
      return reject("not_found", `there is no principal \`${objectId}\` that you can see`);
    if (!samePrincipal(identity.principal, caller.ref)) {
      const allowed = mayReadConfiguration(caller);
      if (!allowed.ok) return allowed;
    }
    return accept(await viewPrincipal(tx, identity, record, deps.clock.now()));
  });
}

async function viewPrincipal(
  tx: Tx,
  identity: Identity,
  record: PrincipalRecord,
  now: Instant,
): Promise<PrincipalView> {
  const { principal } = identity;
  const names = namesIn(tx);
  const isUser = principal.kind === "user";
  const linked = isUser ? principal.linkedTo : null;
  return {
    principal: await names.principal(principal),
    name: record.name,
    email: isUser ? principal.email : null,
    rights: await tx.directory.rightsOf(principal.objectId),
    lockedOut: await viewLock(names, record),
    memberOf: await groupsHolding(tx, identity),
    members: principal.kind === "group" ? await membersWithin(tx, principal.objectId) : [],
    owners: isUser ? [] : await related(tx, principal.owners),
    owns: await related(tx, await tx.principals.ownedBy(principal.objectId)),
    // INVARIANT I12: of another tenant's people nothing is told.
    linkedTo: linked?.tenantId === tx.tenantId ? await names.principal(linked) : null,
    linkedElsewhere: linked !== null && linked.tenantId !== tx.tenantId,
    eligibilities: await eligibilitiesFor(tx, names, identity, now),
    liveGrants: await countLive(tx, identity, now),
    refusedSignIns: isUser ? await refusedSignIns(tx, principal, now) : null,
  };
}

export async function viewLock(
  names: Names,
  { lock }: Pick<PrincipalRecord, "lock">,
): Promise<PrincipalView["lockedOut"]> {
  if (lock === null || !isLockedOut({ lock })) return null;
  return { since: lock.at, by: await names.principal(lock.by), justification: lock.justification };
}

async function refusedSignIns(tx: Tx, principal: PrincipalRef, now: Instant): Promise<RefusedSignIns | null> {
  const tries = await tx.accounts.refusedTries(principal, now);
  if (tries === null) return null;
  const { networks } = tries;
  return { ...tries, networkCount: networks.length, networks: networks.slice(0, MAX_NETWORKS) };
}

async function groupsHolding(tx: Tx, { principal, groups }: Identity): Promise<PrincipalView["memberOf"]> {
  const nameOf = new Map(groups.map((group) => [group.objectId, group.displayName]));
  const edges = await tx.principals.groupEdges({ members: [principal.objectId, ...nameOf.keys()] });
  const paths = new Map<ObjectId, readonly string[]>();
  let frontier: [ObjectId, readonly string[]][] = [[principal.objectId, []]];
  while (frontier.length > 0) {
    const next: typeof frontier = [];
    for (const [member, path] of frontier) {
      for (const { groupId } of edges.filter(({ memberId }) => memberId === member)) {
        const groupName = nameOf.get(groupId);
        if (groupName === undefined || paths.has(groupId)) continue;
        paths.set(groupId, path);
        next.push([groupId, [...path, groupName]]);
      }
    }
    frontier = next;
  }
  const held = groups.map(({ objectId, displayName }) => ({
    objectId,
    displayName,
    kind: "group" as const,
    through: paths.get(objectId) ?? [],
  }));
  return held.sort(byName);
}

async function membersWithin(tx: Tx, group: ObjectId): Promise<PrincipalView["members"]> {
  const direct = new Set(
    (await tx.principals.groupEdges({ groups: [group] })).map(({ memberId }) => memberId),
  );
  const reached = new Set(direct);
  for (let frontier = [...direct]; frontier.length > 0 && reached.size < MAX_RELATED; ) {
    const edges = await tx.principals.groupEdges({ groups: frontier });
    frontier = [...new Set(edges.map(({ memberId }) => memberId))].filter((id) => !reached.has(id));
    for (const id of frontier) reached.add(id);
  }
  const found = await related(tx, [...reached]);
  return found.map((one) => ({ ...one, direct: direct.has(one.objectId) }));
}

async function related(tx: Tx, ids: readonly ObjectId[]): Promise<Related[]> {
  if (ids.length === 0) return [];
  const found = await tx.directory.list({ ids: ids.slice(0, MAX_RELATED), limit: MAX_RELATED });
  return found.map(({ objectId, displayName, kind }) => ({ objectId, displayName, kind })).sort(byName);
}

function byName(a: Related, b: Related): number {
  return a.displayName < b.displayName ? -1 : 1;
}

export async function eligibilitiesFor(
  tx: Tx,
  names: Names,
  identity: Identity,
  now: Instant,
): Promise<PrincipalView["eligibilities"]> {
  const assigned = await tx.policy.eligibilities({ principals: holdersOf(identity) });
  const derived = (await tx.applications.list()).flatMap((application) =>
    eligibilitiesOf(application).filter(
      ({ scope, principal }) => sameScope(scope, application.scope) && identityIncludes(identity, principal),
    ),
  );
  const lasting = [...assigned, ...derived].filter((one) => !isOver(one, now));
  const views = [];
  for (const { roleDefinitionId, scope, principal, endsAt } of lasting.slice(0, MAX_RELATED)) {
    const group = identity.groups.find(({ objectId }) => objectId === principal.objectId);
    views.push({
      roleName: await names.role(roleDefinitionId),
      scope,
      scopeName: await names.scope(scope),
      through: group?.displayName ?? null,
      endsAt,
    });
  }
  return views;
}

async function countLive(tx: Tx, identity: Identity, now: Instant): Promise<number> {
  const states = { anyOf: ["provisioning", "active"], at: now } as const;
  const open = await tx.grants.list({ beneficiaries: holdersOf(identity), states, limit: MAX_GRANTS });
  return open.filter((grant) => isLive(grant, now)).length;
}
