/** What whoever answers for a tenant looks at first: live now, permanent, adrift, ending, waiting; and a publisher's customers. */
import { type AccessRequest, requestDueAt } from "../../domain/access-request.ts";
import type { Grant } from "../../domain/grant.ts";
import type { ApplicationId } from "../../domain/ids.ts";
import { accept, type Outcome } from "../../domain/rejection.ts";
import { addMs, DAY_MS, type Instant } from "../../domain/time.ts";
import { mayAnswerForTenant } from "../../policy/authority.ts";
import type { ApplyDeps } from "../apply/apply-deps.ts";
import type { Caller, Tx } from "../ports.ts";
import { type GrantView, unconfirmedIn, viewGrant } from "./grant-view.ts";
import { type NamedPrincipal, namesOf } from "./names.ts";
import { sideOf } from "./read-applications.ts";
import { partiesOf, type RequestView, viewRequest } from "./request-view.ts";

export interface Counted<T> {
  /** Counted up to `MOST_LOOKED_AT`. */
  readonly count: number;
  readonly items: readonly T[];
}

export interface Overview {
  /** That end: the first to end first; scheduled ones among them. */
  readonly live: Counted<GrantView>;
  /** Without an end: the other party's before one's own, the oldest first. */
  readonly permanent: Counted<GrantView & { readonly because: Permanence }>;
  /** Over, and not confirmed gone from a target. */
  readonly left: Counted<GrantView>;
  readonly adrift: readonly Adrift[];
  /** Within a week: eligibilities, and what was assigned until then. */
  readonly ending: Counted<Ending>;
  /** Half of the time to decide is gone, or nobody is left who could. */
  readonly overdue: Counted<RequestView>;
  readonly pendingCount: number;
  /** Where one is the publisher: at most `MOST_LOOKED_AT`. */
  readonly customers: readonly Customer[];
}

/** `declined`: JIT access was declined at deployment; `readOnly`: the publisher's, beside JIT; `assigned`: somebody's word. */
export const PERMANENCES = ["declined", "readOnly", "assigned"] as const;
export type Permanence = (typeof PERMANENCES)[number];

export interface Adrift {
  readonly name: string;
  readonly label: string;
  readonly seenAt: Instant;
  readonly drift: readonly { readonly at: Instant; readonly what: string }[];
}

export interface Ending {
  readonly what: "eligibility" | "assignment";
  readonly principal: NamedPrincipal;
  readonly roleName: string;
  readonly scopeName: string;
  readonly endsAt: Instant;
}

export interface Customer {
  readonly applicationId: ApplicationId;
  readonly name: string;
  readonly consumerName: string;
  readonly jitEnabled: boolean;
  readonly roleNames: readonly string[];
  readonly liveCount: number;
}

export const MOST_LOOKED_AT = 200;
const MOST_SHOWN = 20;
const MOST_DRAWN = 60;
const WEEK_MS = 7 * DAY_MS;

export async function readOverview(deps: ApplyDeps, caller: Caller): Promise<Outcome<Overview>> {
  const allowed = mayAnswerForTenant(caller, "see all that goes on in it");
  if (!allowed.ok) return allowed;
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const now = deps.clock.now();
    const most = { limit: MOST_LOOKED_AT };
    const open = await tx.grants.list({ ...most, kind: "activation", unclosed: true });
    const standing = await tx.grants.list({ ...most, kind: "standing", unclosed: true });
    const over = await tx.grants.list({ ...most, states: { anyOf: ["deprovisioning"], at: now } });
    const pending = await tx.requests.list({ ...most, states: { anyOf: ["pending"], at: now } });
    const books = await tx.books(partiesOf([...open, ...standing, ...over, ...pending]));
    const view = (grant: Grant) => viewGrant(books, caller, grant);
    const lasting = open.filter(({ endsAt }) => endsAt !== null && endsAt > now).sort(byEnd);
    const forever = standing.filter(({ endsAt }) => endsAt === null).sort(byParty(caller));
    const applications = await tx.applications.list();
    const jitOf = new Map(applications.map((one) => [one.id, one.jitAccess.enabled]));
    const late = pending.filter((request) => isLate(request, now)).sort(byLimit);
    const left = over.map(view).filter((one) => unconfirmedIn(one, now) !== null);
    const assigned = standing.filter(({ endsAt }) => endsAt !== null && endsAt < addMs(now, WEEK_MS));
    const operated = applications
      .filter((one) => one.deletedAt === null && sideOf(one, caller) === "publisher")
      .slice(0, MOST_LOOKED_AT);
    const names = namesOf(await tx.books(operated.map(({ tenantId }) => tenantId)), tx.tenantId);
    return accept({
      live: counted(lasting, MOST_DRAWN, view),
      permanent: counted(forever, MOST_SHOWN, (grant) => ({
        ...view(grant),
        because: permanenceOf(grant, jitOf),
      })),
      left: { count: left.length, items: left.slice(0, MOST_SHOWN) },
      adrift: await adriftIn(tx, deps),
      ending: await endingIn(tx, assigned, now),
      overdue: counted(late, MOST_SHOWN, (request) => viewRequest(books, caller, request, now)),
      pendingCount: pending.length,
      customers: operated.map((one) => ({
        applicationId: one.id,
        name: one.name,
        consumerName: names.tenant(one.tenantId),
        jitEnabled: one.jitAccess.enabled,
        roleNames: one.roles.map(({ name }) => name),
        liveCount: lasting.filter(({ applicationId }) => applicationId === one.id).length,
      })),
    });
  });
}

function counted<T, V>(all: readonly T[], most: number, view: (one: T) => V): Counted<V> {
  return { count: all.length, items: all.slice(0, most).map(view) };
}

function byEnd(a: Grant, b: Grant): number {
  return (a.endsAt ?? 0) - (b.endsAt ?? 0);
}

/** Somebody else's people at one's own places come first. */
function byParty({ ref }: Caller): (a: Grant, b: Grant) => number {
  const foreign = ({ beneficiary }: Grant) => (beneficiary.tenantId === ref.tenantId ? 1 : 0);
  return (a, b) => foreign(a) - foreign(b) || a.startsAt - b.startsAt;
}

function permanenceOf(
  { applicationId, underGrantId }: Grant,
  jitOf: ReadonlyMap<ApplicationId, boolean>,
): Permanence {
  if (applicationId === null || underGrantId !== null) return "assigned";
  return jitOf.get(applicationId) === false ? "declined" : "readOnly";
}

function isLate(request: AccessRequest, now: Instant): boolean {
  const dueAt = requestDueAt(request);
  if (dueAt === null) return false;
  if ((request.strandedAt ?? null) !== null) return true;
  return now - request.createdAt >= (dueAt - request.createdAt) / 2;
}

function byLimit(a: AccessRequest, b: AccessRequest): number {
  return (requestDueAt(a) ?? 0) - (requestDueAt(b) ?? 0);
}

async function adriftIn(tx: Tx, deps: ApplyDeps): Promise<Adrift[]> {
  const found: Adrift[] = [];
  for (const target of await tx.targets.list()) {
    const seen = await tx.targets.observation(target.id);
    if (seen === null || seen.drift.length === 0) continue;
    const label = deps.targetKinds.traitsOf(target)?.place ?? target.name;
    found.push({ name: target.name, label, seenAt: seen.at, drift: seen.drift.slice(0, MOST_SHOWN) });
  }
  return found;
}

async function endingIn(tx: Tx, assigned: readonly Grant[], now: Instant): Promise<Counted<Ending>> {
  const until = addMs(now, WEEK_MS);
  const [book] = (await tx.books([])).loaded;
  const eligibilities = (book?.eligibilities ?? []).filter(
    ({ endsAt }) => endsAt !== null && endsAt > now && endsAt < until,
  );
  const all = [
    ...eligibilities.map((one) => ({ what: "eligibility" as const, ref: one.principal, ...one })),
    ...assigned.map((one) => ({ what: "assignment" as const, ref: one.beneficiary, ...one })),
  ];
  const names = namesOf(await tx.books(all.map(({ ref }) => ref.tenantId)), tx.tenantId);
  const ending = all
    .map(({ what, ref, roleDefinitionId, scope, endsAt }) => ({
      what,
      principal: names.principal(ref),
      roleName: names.role(roleDefinitionId),
      scopeName: names.scope(scope),
      endsAt: endsAt ?? until,
    }))
    .sort((a, b) => a.endsAt - b.endsAt);
  return { count: ending.length, items: ending.slice(0, MOST_SHOWN) };
}
