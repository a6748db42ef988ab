/** Names and short sentences about requests and grants, for the people who may read them. */
import type { AccessRequest } from "../../domain/access-request.ts";
import type { Eligibility } from "../../domain/eligibility.ts";
import type { Grant } from "../../domain/grant.ts";
import type { RoleDefinitionId } from "../../domain/ids.ts";
import type { PrincipalRef } from "../../domain/principal.ts";
import { describeDuration, formatInstant } from "../../domain/time.ts";
import type { Book } from "../../policy/book/book.ts";
import type { Books } from "../../policy/book/books.ts";
import { placeName } from "../../policy/book/place-name.ts";

/** One request as each side reads it: who asks for what, what they asked for themselves, and whose request it is. */
export interface RequestWords {
  /** "Frank asks for Contributor on Contoso/orders for 1 h". */
  readonly ask: string;
  /** "Contributor on Contoso/orders for 1 h", for those who asked. */
  readonly own: string;
  /** "Frank's request for Contributor on Contoso/orders for 1 h". */
  readonly whose: string;
}

export function describeRequest(books: Books, request: AccessRequest): RequestWords {
  const who = nameOf(books, request.requester);
  const roles = roleNames(books.of(request.tenantId), request.terms.roleDefinitionIds);
  const extending = request.extendsGrantId !== null;
  const urgency = request.emergency ? " (emergency)" : "";
  const what = `${roles} on ${placeOf(books, request)} for ${describeDuration(request.terms.durationMs)}${urgency}`;
  return {
    ask: `${who} ${extending ? "asks to extend" : "asks for"} ${what}`,
    own: extending ? `extension of ${what}` : what,
    whose: `${who}'s request ${extending ? "to extend" : "for"} ${what}`,
  };
}

/** "Contributor on Contoso/orders until …"; once it has ended, when it did, which may be earlier. */
export function describeGrant(books: Books, grant: Grant): string {
  return `${describeRole(books, grant)}${endOf(grant)}`;
}

/** "Contributor on Contoso/orders". */
export function describeRole(
  books: Books,
  { tenantId, scope, roleDefinitionId }: Pick<Eligibility, "tenantId" | "scope" | "roleDefinitionId">,
): string {
  return `${roleNames(books.of(tenantId), [roleDefinitionId])} on ${placeOf(books, { tenantId, scope })}`;
}

/** "Contoso/orders": a publisher operates `orders` at more than one of its customers. */
export function placeOf(books: Books, { tenantId, scope }: Pick<Grant, "tenantId" | "scope">): string {
  const book = books.of(tenantId);
  return `${book.tenant.displayName}/${placeName(book, scope)}`;
}

function endOf({ state, endsAt }: Grant): string {
  if (state.name === "ended") return ` at ${formatInstant(state.at)}`;
  if (state.name === "deprovisioning") return ` at ${formatInstant(state.since)}`;
  return endsAt === null ? "" : ` until ${formatInstant(endsAt)}`;
}

export function nameOf(books: Books, ref: PrincipalRef): string {
  const identity = books.has(ref.tenantId) ? books.identity(ref) : null;
  return identity?.principal.displayName ?? "somebody who is gone";
}

export function roleNames(book: Book, ids: readonly RoleDefinitionId[]): string {
  return ids.map((id) => book.role(id)?.name ?? roleOfOld(book, id) ?? id).join(", ");
}

/** A publisher's own role, after the application that it came with was deleted. */
function roleOfOld({ applications }: Book, id: RoleDefinitionId): string | undefined {
  return applications.flatMap(({ roles }) => roles).find((role) => role.id === id)?.name;
}
