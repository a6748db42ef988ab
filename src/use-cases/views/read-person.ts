/**
 * One person, group or workload as far as somebody may see: all of oneself and, for those who answer for a tenant, of its
 * own; of everybody else what they hold and ask for that one may see anyway.
 */
import { eligibilitiesOf } from "../../domain/application.ts";
import type { Grant } from "../../domain/grant.ts";
import type { ObjectId, TenantId } from "../../domain/ids.ts";
import { holdersOf, type Identity, identityIncludes, type PrincipalRef } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { sameScope } from "../../domain/scope.ts";
import type { Right } from "../../domain/tenant.ts";
import type { Instant } from "../../domain/time.ts";
import {
  answersForTenant,
  mayEndEverything,
  mayLockOut,
  maySeePerson,
  maySeeRequest,
  seesAllOfPerson,
} from "../../policy/authority.ts";
import { stateOfAddress } from "../mail/addresses.ts";
import type { Caller, Deps, GrantFilter, Tx } from "../ports.ts";
import { type GrantView, viewGrant } from "./grant-view.ts";
import { type NamedPrincipal, namesIn } from "./names.ts";
import { eligibilitiesFor, type PrincipalView, viewLock } from "./read-principal.ts";
import { partiesOf, type RequestView, viewRequest } from "./request-view.ts";
import { seenBy } from "./seen-grants.ts";

export interface PersonView {
  readonly person: NamedPrincipal;
  /** Of one's own tenant's people. */
  readonly email: string | null;
  readonly rights: readonly Right[];
  readonly lockedOut: PrincipalView["lockedOut"];
  /** What becomes of mail to them; null for whoever has no address, and where not all of them is told. */
  readonly mail: MailToPerson | null;
  /** Whether all of them is told, or only what the caller may see of what they do. */
  readonly whole: boolean;
  readonly mayLock: boolean;
  readonly mayEndEverything: boolean;
  /** Not over: what ends first before what does later, and what has no end after that. */
  readonly held: readonly GrantView[];
  readonly pending: readonly RequestView[];
  /** What was over last. */
  readonly past: readonly GrantView[];
  readonly eligibilities: PrincipalView["eligibilities"];
}

export interface MailToPerson {
  readonly state: ReturnType<typeof stateOfAddress>;
  /** Of the address, where anything is known of it. */
  readonly addressId: string | null;
  /** When it was switched off, and what its server said. */
  readonly switchedOff: { readonly at: Instant; readonly why: string } | null;
}

const MOST_HELD = 200;
const MOST_PAST = 20;

/** `of`: null for the caller's own tenant. */
export async function readPerson(
  deps: Deps,
  caller: Caller,
  { objectId, of }: { readonly objectId: ObjectId; readonly of: TenantId | null },
): Promise<Outcome<PersonView>> {
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const ref = { tenantId: of ?? tx.tenantId, objectId };
    const identity = await tx.directory.identity(ref);
    // INVARIANT I12: nobody is told whether somebody is there who does nothing that they may see.
    if (identity === null) return noSuchPerson(objectId);
    const now = deps.clock.now();
    const doing = await whatTheyDo(tx, caller, identity, now);
    const allowed = maySeePerson(
      caller,
      ref,
      doing.held.length + doing.pending.length + doing.past.length > 0,
    );
    if (!allowed.ok) return ref.tenantId === tx.tenantId ? allowed : noSuchPerson(objectId);
    return accept({ ...(await about(tx, caller, identity, now)), ...doing });
  });
}

function noSuchPerson(objectId: ObjectId) {
  return reject("not_found", `there is no principal \`${objectId}\` that you can see`);
}

async function about(tx: Tx, caller: Caller, identity: Identity, now: Instant) {
  const { principal } = identity;
  const names = namesIn(tx);
  const isOwn = principal.tenantId === tx.tenantId;
  const whole = seesAllOfPerson(caller, principal);
  const record = whole ? await tx.principals.find(principal.objectId) : null;
  const canSignIn = principal.kind !== "group";
  return {
    person: await names.principal(principal),
    email: isOwn && principal.kind === "user" ? principal.email : null,
    rights: whole ? await tx.directory.rightsOf(principal.objectId) : [],
    lockedOut: record === null ? null : await viewLock(names, record),
    mail: whole && principal.kind === "user" ? await mailTo(tx, principal.email) : null,
    whole,
    mayLock: isOwn && canSignIn && mayLockOut(caller, principal).ok,
    mayEndEverything: mayEndEverything(caller).ok,
    eligibilities: whole
      ? await eligibilitiesFor(tx, names, identity, now)
      : answersForTenant(caller) && !isOwn
        ? await askableHere(tx, identity)
        : [],
  };
}

async function mailTo(tx: Tx, email: string): Promise<MailToPerson> {
  const address = await tx.mail.address(email);
  const { switchedOffAt: at = null, switchedOffWhy: why } = address ?? {};
  return {
    state: stateOfAddress(address),
    addressId: address?.id ?? null,
    switchedOff: at === null ? null : { at, why: why ?? "" },
  };
}

/** What another tenant's person may ask for at one's own applications. */
async function askableHere(tx: Tx, identity: Identity): Promise<PrincipalView["eligibilities"]> {
  const names = namesIn(tx);
  const found = (await tx.applications.own()).flatMap((application) =>
    eligibilitiesOf(application).filter(
      ({ scope, principal }) => sameScope(scope, application.scope) && identityIncludes(identity, principal),
    ),
  );
  const views = [];
  for (const { roleDefinitionId, scope, endsAt } of found) {
    const [roleName, scopeName] = [await names.role(roleDefinitionId), await names.scope(scope)];
    views.push({ roleName, scope, scopeName, through: null, endsAt });
  }
  return views;
}

async function whatTheyDo(tx: Tx, caller: Caller, identity: Identity, now: Instant) {
  const { principal } = identity;
  const isOwn = principal.tenantId === tx.tenantId;
  const ref: PrincipalRef = { tenantId: principal.tenantId, objectId: principal.objectId };
  const beneficiaries = isOwn ? holdersOf(identity) : [ref];
  const grants = (more: Partial<GrantFilter>) => tx.grants.list({ beneficiaries, limit: MOST_HELD, ...more });
  const open = await grants({ unclosed: true });
  const over = await grants({ states: { anyOf: ["deprovisioning", "ended"], at: now }, limit: MOST_PAST });
  const asked = await tx.requests.list({
    ...{ requester: ref, states: { anyOf: ["pending"], at: now }, limit: MOST_HELD },
  });
  const books = await tx.books(partiesOf([...open, ...over, ...asked]));
  const see = await seenBy(tx, caller, books, [...open, ...over]);
  const view = (all: readonly Grant[]) => all.filter(see).map((grant) => viewGrant(books, caller, grant));
  return {
    held: view(open).sort((a, b) => endOf(a) - endOf(b)),
    pending: asked
      .filter((request) => maySeeRequest(books, caller, request))
      .map((request) => viewRequest(books, caller, request, now)),
    past: view(over),
  };
}

function endOf({ grant }: GrantView): number {
  return grant.endsAt ?? Number.MAX_SAFE_INTEGER;
}
