/**
 * One search over everything that has a name: each kind is looked for in the list that shows it, so that nobody finds
 * what no list would show them (INVARIANT I12). Of people and settings the whole lists are looked through; of requests
 * and grants the newest, those of the people and applications that the words name, and the one of an id.
 */
import { grantAt } from "../../domain/grant-progress.ts";
import type { AccessRequestId, ApplicationId, GrantId, ObjectId, TenantId } from "../../domain/ids.ts";
import { type Principal, type PrincipalRef, samePrincipal } from "../../domain/principal.ts";
import type { Scope } from "../../domain/scope.ts";
import type { Instant } from "../../domain/time.ts";
import { mayReadConfiguration, seesAllOfPerson } from "../../policy/authority.ts";
import type { Caller, Deps, GrantFilter, RequestFilter } from "../ports.ts";
import type { GrantView } from "./grant-view.ts";
import { listTiers } from "./list-tiers.ts";
import type { NamedPrincipal } from "./names.ts";
import { listApplications, listOffers } from "./read-applications.ts";
import { listPrincipals } from "./read-directory.ts";
import { listGrants, readGrant } from "./read-grants.ts";
import { listRequests, type RequestViewName, readRequest } from "./read-requests.ts";
import type { RequestView } from "./request-view.ts";
import { listRoleSettings } from "./role-settings.ts";

export const FOUND_KINDS = [
  "principal",
  "application",
  "place",
  "request",
  "grant",
  "roleSettings",
  "tier",
  "target",
  "offer",
] as const;

export interface Found {
  readonly kind: (typeof FOUND_KINDS)[number];
  /** What its own operation takes: an object id, an id, a name, or a role's id where `scope` is given too. */
  readonly id: string;
  /** What it is called: a display name, or roles. */
  readonly name: string;
  /** Whose or for whom: a person, or the other party; null where that says nothing. */
  readonly who: string | null;
  readonly where: string | null;
  readonly scope: Scope | null;
  /** Of a principal. */
  readonly tenantId: TenantId | null;
  readonly state: string | null;
  /** Asked by or for the caller, or held by them. */
  readonly own: boolean;
  readonly at: Instant | null;
}

/** Of each kind; who wants more says more. */
const SHOWN = 6;
const LOOKED_AT = 100;
const MOST_NAMED = 5;
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** By kind, and of each kind what is called so first, then what has a word that begins so, then the newest. */
export async function search(deps: Deps, caller: Caller, query: string): Promise<readonly Found[]> {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const people = await peopleIn(deps, caller, words);
  const applications = await applicationsIn(deps, caller);
  const named = applications.filter(({ name }) => words.some((word) => name.toLowerCase().includes(word)));
  const looked: Looked = {
    ...{ deps, caller, words },
    people: people.slice(0, MOST_NAMED),
    applicationIds: named.map(({ id }) => id as ApplicationId).slice(0, MOST_NAMED),
  };
  const all = [
    // INVARIANT I12: whom a page of their own would not be shown is not found either.
    ...people.filter((one) => seesAllOfPerson(caller, one)).map(toPrincipal),
    ...applications,
    ...(await requestsIn(looked)),
    ...(await grantsIn(looked)),
    ...(await settingsIn(deps, caller)),
    ...(await offersIn(deps, caller)),
  ];
  return FOUND_KINDS.flatMap((kind) =>
    best(
      all.filter((one) => one.kind === kind),
      words,
    ),
  );
}

type Candidate = Found & {
  /** What else it is found by, beside what it shows. */
  readonly also: readonly (string | null | undefined)[];
};

interface Looked {
  readonly deps: Deps;
  readonly caller: Caller;
  readonly words: readonly string[];
  /** What the words name: what is older than the newest is looked for by these. */
  readonly people: readonly PrincipalRef[];
  readonly applicationIds: readonly ApplicationId[];
}

function candidate(
  kind: Found["kind"],
  { id, name, also = [], ...said }: Pick<Found, "id" | "name"> & Partial<Candidate>,
): Candidate {
  return {
    ...{ who: null, where: null, scope: null, tenantId: null, state: null, own: false, at: null },
    ...said,
    kind,
    id,
    name,
    also,
  };
}

function best(candidates: readonly Candidate[], words: readonly string[]): Found[] {
  const ranked = new Map<string, { readonly found: Found; readonly rank: number }>();
  for (const { also, ...found } of candidates) {
    const rank = rankOf(found.name, [found.id, found.who, found.where, ...also], words);
    if (rank !== null) ranked.set(`${found.id} ${found.scope}`, { found, rank });
  }
  return [...ranked.values()]
    .sort((a, b) => a.rank - b.rank || (b.found.at ?? 0) - (a.found.at ?? 0) || byName(a.found, b.found))
    .slice(0, SHOWN)
    .map(({ found }) => found);
}

function byName(a: Found, b: Found): number {
  return a.name.localeCompare(b.name, "en");
}

/** Null: a word is nowhere in it. */
function rankOf(name: string, others: Candidate["also"], words: readonly string[]): number | null {
  const called = name.toLowerCase();
  const text = [called, ...others].join("\n").toLowerCase();
  if (!words.every((word) => text.includes(word))) return null;
  if (called.startsWith(words.join(" "))) return 0;
  return words.every((word) => ` ${called}`.includes(` ${word}`)) ? 1 : 2;
}

/** Of one's own tenant, whom any of the words names or is the id of. */
async function peopleIn(deps: Deps, { ref }: Caller, words: readonly string[]) {
  const people = new Map<string, Awaited<ReturnType<typeof listPrincipals>>[number]>();
  for (const word of words.toSorted((a, b) => b.length - a.length).slice(0, MOST_NAMED)) {
    const how = ID.test(word) ? { ids: [word as ObjectId] } : { query: word };
    const listed = await listPrincipals(deps, ref.tenantId, { ...how, limit: LOOKED_AT });
    for (const one of listed) people.set(one.objectId, one);
  }
  return [...people.values()];
}

function toPrincipal(one: Principal & { readonly name: string }): Candidate {
  const { objectId: id, tenantId, displayName: name, kind: state } = one;
  const where = one.kind === "user" ? one.email : null;
  return candidate("principal", { id, name, where, state, tenantId, also: [one.name] });
}

/** Who and where something is about is found itself: what one may see of it brings one there. */
function aroundIn(
  people: readonly NamedPrincipal[],
  { scope, scopeName, ownerName }: { scope: Scope; scopeName: string; ownerName: string },
): Candidate[] {
  return [
    candidate("place", { id: scope, name: scopeName, where: ownerName, scope, also: [scope] }),
    ...people.map(({ objectId: id, displayName: name, tenantName: where, kind: state, tenantId }) =>
      candidate("principal", { id, name, where, state, tenantId }),
    ),
  ];
}

async function applicationsIn(deps: Deps, caller: Caller): Promise<Candidate[]> {
  const listed = await listApplications(deps, caller);
  if (!listed.ok) return [];
  return listed.value.map(({ application, side, publisherName, consumerName }) => {
    const { id, name, scope, managedScope } = application;
    const who = side === "consumer" ? publisherName : consumerName;
    return candidate("application", { id, name, who, scope, state: side, also: [scope, managedScope] });
  });
}

async function requestsIn({ deps, caller, words, people, applicationIds }: Looked): Promise<Candidate[]> {
  const views: RequestView[] = [];
  const look = async (view: RequestViewName, filter: Partial<RequestFilter> = {}) => {
    const listed = await listRequests(deps, caller, view, { ...filter, limit: LOOKED_AT });
    if (listed.ok) views.push(...listed.value);
    return listed.ok;
  };
  for (const view of ["mine", "decided", "toDecide"] as const) await look(view);
  if (await look("all")) {
    for (const requester of people) await look("all", { requester });
    if (applicationIds.length > 0) await look("all", { applicationIds });
  }
  for (const id of words.filter((word) => ID.test(word))) {
    const read = await readRequest(deps, caller, id as AccessRequestId);
    if (read.ok) views.push(read.value);
  }
  return views.flatMap(({ request, requester, beneficiary, scopeName, ownerName, roles }) => {
    const { id, scope, state, createdAt, justification, ticket } = request;
    const found = candidate("request", {
      ...{ id, name: roles.map(({ name }) => name).join(", "), who: requester.displayName, where: scopeName },
      ...{ scope, state: state.name, at: createdAt },
      own: [request.requester, request.beneficiary].some((ref) => samePrincipal(ref, caller.ref)),
      also: [
        ...[beneficiary.displayName, requester.tenantName, ownerName, scope],
        ...[justification, ticket?.number, ticket?.system],
      ],
    });
    return [found, ...aroundIn([requester, beneficiary], { scope, scopeName, ownerName })];
  });
}

async function grantsIn({ deps, caller, words, people, applicationIds }: Looked): Promise<Candidate[]> {
  const views: GrantView[] = [];
  const look = async (view: "mine" | "all", filter: Partial<GrantFilter> = {}) => {
    const listed = await listGrants(deps, caller, view, { ...filter, limit: LOOKED_AT });
    if (listed.ok) views.push(...listed.value);
    return listed.ok;
  };
  await look("mine");
  if (await look("all")) {
    if (people.length > 0) await look("all", { beneficiaries: people });
    if (applicationIds.length > 0) await look("all", { applicationIds });
  }
  for (const id of words.filter((word) => ID.test(word))) {
    const read = await readGrant(deps, caller, id as GrantId);
    if (read.ok) views.push(read.value);
  }
  const now = deps.clock.now();
  return views.flatMap(({ grant, beneficiary, roleName, scopeName, ownerName }) => {
    const { id, scope, startsAt, why } = grant;
    const found = candidate("grant", {
      ...{ id, name: roleName, who: beneficiary.displayName, where: scopeName, scope, at: startsAt },
      own: samePrincipal(grant.beneficiary, caller.ref),
      ...{ state: grantAt(grant, now).state.name, also: [beneficiary.tenantName, ownerName, scope, why] },
    });
    return [found, ...aroundIn([beneficiary], { scope, scopeName, ownerName })];
  });
}

async function settingsIn(deps: Deps, caller: Caller): Promise<Candidate[]> {
  if (!mayReadConfiguration(caller).ok) return [];
  const places = await listRoleSettings(deps, caller, { scope: null, roleDefinitionId: null });
  const tiers = await listTiers(deps, caller);
  const targets = await deps.store.inTenant(caller.ref.tenantId, (tx) => tx.targets.list());
  return [
    ...(places.ok ? places.value : []).map(({ roleDefinitionId: id, roleName: name, scope, scopeName }) =>
      candidate("roleSettings", { id, name, where: scopeName, scope, also: [scope] }),
    ),
    ...(tiers.ok ? tiers.value : []).map(({ name }) => candidate("tier", { id: name, name })),
    ...targets.map(({ name, kind }) => candidate("target", { id: name, name, where: kind })),
  ];
}

async function offersIn(deps: Deps, caller: Caller): Promise<Candidate[]> {
  const listed = await listOffers(deps, caller);
  if (!listed.ok) return [];
  return listed.value.map(({ offer: { id, name, displayName }, publisherName }) =>
    candidate("offer", { id, name: displayName, who: publisherName, also: [name] }),
  );
}
