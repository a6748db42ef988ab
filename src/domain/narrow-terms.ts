/** A counter-offer only narrows: fewer roles, less time, a later start. */
import type { AccessRequest, Terms } from "./access-request.ts";
import { accept, type Outcome, reject } from "./rejection.ts";

export interface CounterOffer {
  readonly durationMs?: number;
  readonly startAt?: Terms["startAt"];
  readonly roleDefinitionIds?: Terms["roleDefinitionIds"];
}

export function narrowTerms(
  request: AccessRequest,
  offer: CounterOffer,
  minimumDurationMs: number,
): Outcome<Terms> {
  const terms: Terms = {
    roleDefinitionIds: offer.roleDefinitionIds ?? request.terms.roleDefinitionIds,
    durationMs: offer.durationMs ?? request.terms.durationMs,
    startAt: offer.startAt === undefined ? request.terms.startAt : offer.startAt,
  };
  const roles = new Set(terms.roleDefinitionIds);
  if (roles.size === 0 || roles.size !== terms.roleDefinitionIds.length) {
    return tooWide("name at least one role, each once", "/terms/roleDefinitionIds");
  }
  if (![...roles].every((id) => request.asked.roleDefinitionIds.includes(id))) {
    return tooWide("roles can only be taken from those asked for", "/terms/roleDefinitionIds");
  }
  if (terms.durationMs > request.asked.durationMs)
    return tooWide("the duration can only be shortened", "/terms/duration");
  if (terms.durationMs < minimumDurationMs)
    return tooWide("the duration is below the minimum", "/terms/duration");
  if (startsEarlier(terms, request.asked))
    return tooWide("the start can only be moved later", "/terms/startAt");
  return accept(terms);
}

/** Less time or fewer roles need no word from the requester; a later start does. */
export function needsAcceptance(request: AccessRequest, terms: Terms): boolean {
  return terms.startAt !== request.terms.startAt;
}

function startsEarlier(terms: Terms, asked: Terms): boolean {
  if (asked.startAt === null) return false;
  return terms.startAt === null || terms.startAt < asked.startAt;
}

function tooWide(what: string, path: string) {
  return reject("terms_not_narrower", `a counter-offer only narrows what was asked: ${what}`, { path });
}
