/** What a mail says of a request or of access: who, what, where, why, how long. Times are values, said when it is sent. */
import type { AccessRequest } from "../../domain/access-request.ts";
import type { Grant } from "../../domain/grant.ts";
import type { MailFact, MailLabel, MailValue } from "../../domain/mail.ts";
import { samePrincipal } from "../../domain/principal.ts";
import type { Instant } from "../../domain/time.ts";
import type { Books } from "../../policy/book/books.ts";
import { nameOf, placeOf, roleNames } from "./wording.ts";

const MAX_TEXT = 1_000;

export function said(label: MailLabel, text: string | null | undefined): readonly MailFact[] {
  if (text === null || text === undefined || text === "") return [];
  const short = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  return [{ label, value: { text: short } }];
}

export function instantSaid(label: MailLabel, at: Instant | null): readonly MailFact[] {
  return at === null ? [] : [fact(label, { instant: at })];
}

function fact(label: MailLabel, value: MailValue): MailFact {
  return { label, value };
}

export function factsOfRequest(books: Books, request: AccessRequest): readonly MailFact[] {
  const { requester, beneficiary, terms, ticket, state } = request;
  const isForOther = !samePrincipal(requester, beneficiary);
  return [
    ...said("who", nameOf(books, requester)),
    ...(isForOther ? said("forWhom", nameOf(books, beneficiary)) : []),
    ...said("what", roleNames(books.of(request.tenantId), terms.roleDefinitionIds)),
    ...said("where", placeOf(books, request)),
    ...said("why", request.justification),
    ...(ticket === null ? [] : said("ticket", `${ticket.system} ${ticket.number}`.trim())),
    fact("howLong", { durationMs: terms.durationMs }),
    ...instantSaid("startsAt", terms.startAt),
    ...(state.name === "pending" ? instantSaid("decideBy", state.decideBy) : []),
  ];
}

export function factsOfGrant(books: Books, grant: Grant): readonly MailFact[] {
  const { startsAt, endsAt } = grant;
  return [
    ...said("who", nameOf(books, grant.beneficiary)),
    ...said("what", roleNames(books.of(grant.tenantId), [grant.roleDefinitionId])),
    ...said("where", placeOf(books, grant)),
    ...said("why", grant.why),
    fact("window", { from: startsAt, to: endsAt }),
  ];
}
