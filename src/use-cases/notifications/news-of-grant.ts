/** What happened to access, told: to whoever has it or asked for it, and to those who answer for it where it went wrong. */
import { unopenedIn } from "../../domain/confirmation.ts";
import type { DomainEvent, EventType } from "../../domain/event.ts";
import { type Grant, isLost, isOpen, LOST_BECAUSE } from "../../domain/grant.ts";
import type { MailFact } from "../../domain/mail.ts";
import { ruleOf, type Side } from "../../domain/notification-rules.ts";
import { type PrincipalRef, samePrincipal } from "../../domain/principal.ts";
import type { JsonObject } from "../../domain/target-binding.ts";
import { addMs, type Instant, latest, MINUTE_MS, parseInstant } from "../../domain/time.ts";
import type { Books } from "../../policy/book/books.ts";
import { actorName, approversToTell, everybodyWith, isActor, whoWouldDecide } from "./audience.ts";
import { factsOfGrant, instantSaid, said } from "./mail-facts.ts";
import { MATRIX, type Row } from "./matrix.ts";
import type { News, OfGrant, ToldOf } from "./news.ts";
import type { Telling } from "./news-of-request.ts";
import { describeGrant, describeRole } from "./wording.ts";

interface GrantNews {
  readonly rows: { readonly [S in Side]?: Row };
  readonly verb: string;
  /** Where the fault is none that passes by itself. */
  readonly lasting?: string;
  readonly after?: string;
}

const GRANT_NEWS: Partial<Record<DomainEvent["type"], GrantNews>> = {
  "grant.live": { rows: MATRIX.live, verb: "Live" },
  "grant.scheduled": { rows: MATRIX.scheduled, verb: "Scheduled" },
  "grant.extended": { rows: MATRIX.extended, verb: "Extended" },
  "grant.ended": { rows: MATRIX.ended, verb: "Ended" },
  "grant.provisioning_failed": {
    rows: MATRIX.couldNotOpen,
    verb: "Not opened yet",
    lasting: "Not opened: its target has to be put right first",
    after: "; its end does not move",
  },
  "grant.look_failed": {
    rows: MATRIX.couldNotClose,
    verb: "Its target could not be checked",
    lasting: "Still open, but its target cannot be checked until that is put right",
  },
  "grant.unconfirmed": {
    rows: MATRIX.couldNotOpen,
    verb: "No longer confirmed by its target, so do not use it",
  },
  "grant.removal_failed": {
    rows: MATRIX.couldNotClose,
    verb: "Not live any more, but not confirmed gone from its target yet",
    lasting: "Not live any more, but not confirmed gone from its target: somebody has to put that right",
  },
};

/** Its time was spent without it: whoever asked can ask again, and who approved it hears that nothing came of it. */
const NEVER_LIVE: GrantNews = {
  rows: MATRIX.neverLive,
  verb: "Never live: its target did not confirm it before its end",
};
/** Said before: what was in doubt since is gone. */
const NEVER_LIVE_AND_GONE: GrantNews = { rows: MATRIX.ended, verb: "Gone from its target, never live" };

function newsFor({ type, facts }: DomainEvent): GrantNews | undefined {
  const isClosing = type === "grant.closing" || type === "grant.ended";
  if (!isClosing || facts.cause !== "never_live") {
    const news = GRANT_NEWS[type];
    const wasEnded = type === "grant.ended" && ENDED_BY_OTHERS.includes(facts.cause);
    return news !== undefined && wasEnded ? { ...news, rows: MATRIX.revoked } : news;
  }
  return Object.hasOwn(facts, "justification") ? NEVER_LIVE : NEVER_LIVE_AND_GONE;
}

/** Before its end, and by nobody who has it. */
const ENDED_BY_OTHERS: readonly unknown[] = [
  "revoked",
  "eligibility_lost",
  "condition_lost",
  "entitlement_lost",
  "locked_out",
];

export function newsOfGrant(telling: Telling, fact: OfGrant): ToldOf {
  const { books } = telling;
  const { event, grant } = fact;
  if (event.type === "assignment.made") return newsOfAssignment(telling, fact);
  const news = newsFor(event);
  const timed = { news: timedNews(telling, fact), withdrawn: needlessTopics(fact) };
  if (news === undefined || grant.kind === "standing") return timed;
  const said = sayingOf(telling, fact, news);
  return {
    ...timed,
    news: [
      ...said(news.rows.requester, everybodyWith(books, grant)),
      ...said(news.rows.approvers, approversOf(books, fact)),
      ...said(news.rows.administrators, telling.administrators),
      ...timed.news,
    ],
  };
}

function approversOf(books: Books, { request }: OfGrant): readonly PrincipalRef[] {
  return request === null ? [] : approversToTell(books, request);
}

function sayingOf(telling: Telling, fact: OfGrant, { verb: usual, lasting, after = "", rows }: GrantNews) {
  const { books } = telling;
  const { event, grant } = fact;
  const because = isLost(event.facts.cause) ? `, because ${LOST_BECAUSE[event.facts.cause]}` : "";
  const { fault } = event.facts;
  const lasts = fault !== undefined && fault !== "retryable";
  const verb = (lasts ? lasting : undefined) ?? usual;
  const isNever = rows === MATRIX.neverLive;
  const again = (reader: PrincipalRef) =>
    isNever && grant.requestId !== null && samePrincipal(reader, grant.requester)
      ? `; ask again on the same terms from its page, or with \`curfew request --again ${grant.requestId}\``
      : "";
  const error = (reader: PrincipalRef) => errorFor(reader, event, isNever ? grant : null);
  const text = (reader: PrincipalRef) =>
    `${verb}: ${describeGrant(books, grant)}${because}${error(reader) === null ? "" : ` (${error(reader)})`}${after}${again(reader)}`;
  const headline = () => `${verb}: ${describeRole(books, grant)}${because}`;
  const facts = (reader: PrincipalRef) => [
    ...factsOfGrant(books, grant),
    ...endsOf(event, grant),
    ...said("reason", error(reader)),
  ];
  return (row: Row | undefined, to: readonly PrincipalRef[]): readonly News[] =>
    row === undefined
      ? []
      : [
          {
            ...ofGrant(telling, grant, row),
            ...{ to, text, headline, facts },
            // Told when it is near: that it was scheduled is known from the decision.
            ...(row === MATRIX.scheduled.requester ? startingIn(fact) : {}),
          },
        ];
}

function ofGrant({ rules }: Telling, grant: Grant, row: Row) {
  const { tenantId: home, scope, roleDefinitionId, requester, kind } = grant;
  const inForce = rules({ home, asking: requester.tenantId, scope, roleDefinitionIds: [roleDefinitionId] });
  return {
    ...{ row, requestId: grant.requestId, grantId: grant.id, link: `/access/${grant.id}` },
    rule: inForce && ruleOf(inForce, kind === "standing" ? "assigned" : "activated", row.side as Side),
  };
}

/** An extension is told with both of its ends. */
function endsOf({ type, facts }: DomainEvent, { endsAt }: Grant): readonly MailFact[] {
  if (type !== "grant.extended") return [];
  return [...instantSaid("oldEnd", instantIn(facts, "endedBefore")), ...instantSaid("newEnd", endsAt)];
}

function instantIn(facts: JsonObject, name: string): Instant | null {
  const text = facts[name];
  return typeof text === "string" ? parseInstant(text) : null;
}

/** Somebody was given a role without asking: they hear, and whoever decides about it otherwise. */
function newsOfAssignment(telling: Telling, fact: OfGrant): ToldOf {
  const { books } = telling;
  const { event, grant } = fact;
  const text = `${actorName(books, event)} assigned you ${describeGrant(books, grant)}`;
  const whose = `${actorName(books, event)} assigned ${describeRole(books, grant)} without a request`;
  const facts = () => factsOfGrant(books, grant);
  const to = (row: Row, readers: readonly PrincipalRef[], saying: string): News => ({
    ...ofGrant(telling, grant, row),
    ...{
      to: readers.filter((ref) => !isActor(event, ref)),
      text: () => saying,
      headline: () => saying,
      facts,
    },
  });
  return {
    news: [
      to(MATRIX.assigned.requester, books.usersReachedBy([grant.beneficiary]), text),
      to(MATRIX.assigned.approvers, whoWouldDecide(books, { ...grant, principal: grant.beneficiary }), whose),
      to(MATRIX.assigned.administrators, telling.administrators, whose),
      ...timedNews(telling, fact),
    ],
  };
}

const SHORTEST_TOLD_MS = 5 * MINUTE_MS;
const LEAD_MS = 15 * MINUTE_MS;

/** When the end of access is told: the smaller of a quarter of it and 15 minutes before; null for what is too short. */
export function endingSoonAt({ startsAt, endsAt }: Pick<Grant, "startsAt" | "endsAt">): Instant | null {
  if (endsAt === null || endsAt - startsAt < SHORTEST_TOLD_MS) return null;
  return addMs(endsAt, -Math.min(Math.floor((endsAt - startsAt) / 4), LEAD_MS));
}

const BEGINNINGS: readonly EventType[] = ["grant.live", "grant.extended", "assignment.made"];

/** What is planned with what is live, for later. */
function timedNews(telling: Telling, { event, at, grant }: OfGrant): readonly News[] {
  const begins = BEGINNINGS.includes(event.type);
  const due = endingSoonAt(grant);
  if (!begins || !isOpen(grant) || due === null) return [];
  const { books } = telling;
  const row = MATRIX.endingSoon.requester;
  const saying = () => `Ending soon: ${describeRole(books, grant)}`;
  const topic = endingTopic(grant, grant.endsAt);
  return [
    {
      ...ofGrant(telling, grant, row),
      ...{ to: everybodyWith(books, grant), text: saying, headline: saying },
      facts: () => [...factsOfGrant(books, grant), ...instantSaid("newEnd", grant.endsAt)],
      note: "Ask for more time from its page before it ends, or finish what you do.",
      ...{ topic, once: topic, notBefore: latest(at, due) },
    },
  ];
}

function endingTopic({ id }: Grant, endsAt: Instant | null): string {
  return `ending:${id}:${endsAt}`;
}

function startingIn({ at, grant }: OfGrant): Pick<News, "topic" | "once" | "notBefore"> {
  const topic = `starting:${grant.id}`;
  return { topic, once: topic, notBefore: latest(at, addMs(grant.startsAt, -LEAD_MS)) };
}

/** Of what is over, or ends at another time than was said. */
function needlessTopics({ event, grant }: OfGrant): readonly string[] {
  const before = event.type === "grant.extended" ? instantIn(event.facts, "endedBefore") : null;
  return [
    ...(before === null ? [] : [endingTopic(grant, before)]),
    ...(isOpen(grant) ? [] : [endingTopic(grant, grant.endsAt)]),
    ...(grant.state.name === "scheduled" ? [] : [`starting:${grant.id}`]),
  ];
}

/** Only the owner of the target reads what its target said. */
function errorFor(reader: PrincipalRef, { privateFacts }: DomainEvent, never: Grant | null): string | null {
  const told = privateFacts?.tenantId === reader.tenantId ? privateFacts.facts.error : undefined;
  const error = told ?? (never?.tenantId === reader.tenantId ? unopenedIn(never) : undefined);
  return typeof error === "string" ? error : null;
}
