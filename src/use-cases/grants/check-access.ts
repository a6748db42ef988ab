/** May they, now? Answered from grants by the one `isLive`, at both ends of what the clock knows. */
import { type Grant, heldScopes, isSurelyLive, livenessOf } from "../../domain/grant.ts";
import type { RoleDefinitionId, TenantId } from "../../domain/ids.ts";
import {
  holdersOf,
  type Identity,
  isActive,
  type PrincipalRef,
  samePrincipal,
} from "../../domain/principal.ts";
import { accept, type Outcome } from "../../domain/rejection.ts";
import { permits, type RoleDefinition } from "../../domain/role-definition.ts";
import { type Scope, scopeCovers, scopeLineage } from "../../domain/scope.ts";
import { type Instant, latest } from "../../domain/time.ts";
import { mayCheck } from "../../policy/authority.ts";
import type { Book } from "../../policy/book/book.ts";
import { mayKnowOf, noSuchScope } from "../../policy/decisions/prepare.ts";
import type { CheckMoment, Who } from "../decisions.ts";
import type { Caller, Deps } from "../ports.ts";
import { homeOf } from "../scope-owner.ts";

export interface CheckInput {
  readonly principal: PrincipalRef;
  readonly scope: Scope;
  readonly wanted: { readonly action: string } | { readonly roleDefinitionId: RoleDefinitionId };
}

export interface CheckAnswer {
  readonly allowed: boolean;
  /** `live`, or why not: `no_grant`, `scheduled`, `provisioning`, an end cause, `restored_unconfirmed`. */
  readonly reason: string;
  /** When the answer turns; null without an end, or when denied. */
  readonly until: Instant | null;
  readonly grants: readonly Grant[];
}

export async function checkAccess(deps: Deps, who: Who, input: CheckInput): Promise<Outcome<CheckAnswer>> {
  const found = await homeOf(deps, who.ref, input.scope);
  if (!found.ok) return found;
  const home = found.value;
  const { principal } = input;
  // Where two clocks say different times the answer stands by both: what is looked for is what may be live by either.
  const clock = { bounds: deps.clock.bounds, now: () => deps.clock.bounds().earliest };
  const looked = await deps.decisions(clock).toCheck(who, home, principal.tenantId, (book) => ({
    principals: holders(book?.identity(principal.objectId) ?? null),
    scopeKeys: scopeLineage(input.scope),
  }));
  if (!looked.ok) return looked;
  const allowed = mayAsk(looked.value.caller, home, input);
  if (!allowed.ok) return allowed;
  const book = looked.value.books.of(home);
  if (!mayKnowOf(book, looked.value.caller, input.scope)) return noSuchScope(input.scope);
  // What was revoked after the backup is live again in it.
  if (deps.store.restoration.pending() !== null)
    return accept({ allowed: false, reason: "restored_unconfirmed", until: null, grants: [] });
  return accept(answer(candidates(book, looked.value, input), deps.clock.bounds()));
}

/** INVARIANT I12: of another tenant's scopes one learns about oneself. */
function mayAsk(caller: Caller, home: TenantId, { principal, scope }: CheckInput): Outcome<void> {
  if (caller.ref.tenantId !== home && !samePrincipal(caller.ref, principal)) return noSuchScope(scope);
  return mayCheck(caller, principal);
}

/** The principal and every group that holds it; nobody where it is not known, no longer there, or locked out. */
function holders(identity: Identity | null): readonly PrincipalRef[] {
  return identity === null || !isActive(identity.principal) ? [] : holdersOf(identity);
}

function candidates(book: Book, { books, grants }: CheckMoment, { principal, scope, wanted }: CheckInput) {
  const mine = holders(books.has(principal.tenantId) ? books.identity(principal) : null);
  return grants.filter(
    (grant) =>
      mine.some((ref) => samePrincipal(ref, grant.beneficiary)) &&
      heldScopes(grant).some((held) => scopeCovers(held, scope)) &&
      gives(book, grant, wanted),
  );
}

function gives(book: Book, grant: Grant, wanted: CheckInput["wanted"]): boolean {
  if ("roleDefinitionId" in wanted) return grant.roleDefinitionId === wanted.roleDefinitionId;
  const role = roleOf(book, grant);
  return role !== null && permits(role, wanted.action);
}

/** What an application's roles allow is what its consumer accepted, whatever the publisher has made of them since. */
function roleOf(book: Book, { applicationId, roleDefinitionId }: Grant): RoleDefinition | null {
  const application = applicationId === null ? null : book.application(applicationId);
  const pinned = application?.roles.find(({ id }) => id === roleDefinitionId);
  return pinned ?? book.role(roleDefinitionId);
}

function answer(found: readonly Grant[], bounds: { earliest: Instant; latest: Instant }): CheckAnswer {
  const live = found.filter((grant) => isSurelyLive(grant, bounds));
  if (live.length === 0) {
    const [first] = found;
    const reason = first === undefined ? "no_grant" : livenessOf(first, bounds.latest);
    return { allowed: false, reason: reason === "live" ? "scheduled" : reason, until: null, grants: [] };
  }
  const ends = live.map((grant) => grant.endsAt);
  const [first, ...rest] = ends.filter((end) => end !== null);
  const until = ends.includes(null) || first === undefined ? null : latest(first, ...rest);
  return { allowed: true, reason: "live", until, grants: live };
}
