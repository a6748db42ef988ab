/** What happened to a request, told: to whoever asked, to those who may decide, to administrators where nobody can. */
import type { AccessRequest } from "../../domain/access-request.ts";
import type { MailFact } from "../../domain/mail.ts";
import { ruleOf, type Side } from "../../domain/notification-rules.ts";
import { type PrincipalRef, samePrincipal } from "../../domain/principal.ts";
import { addMs, type Instant } from "../../domain/time.ts";
import type { Books } from "../../policy/book/books.ts";
import {
  actorName,
  approversToTell,
  isActor,
  partiesOf,
  type RulesInForce,
  whoIsAsked,
  whoIsWaitedFor,
  writerFor,
} from "./audience.ts";
import { factsOfRequest, said } from "./mail-facts.ts";
import { MATRIX, type Row, SOON_MS } from "./matrix.ts";
import { type News, NOTHING, type OfRequest, type ToldOf } from "./news.ts";
import { describeRequest } from "./wording.ts";

export interface Telling {
  readonly books: Books;
  readonly administrators: readonly PrincipalRef[];
  readonly rules: RulesInForce;
}

export function newsOfRequest(telling: Telling, fact: OfRequest): ToldOf {
  const told = whatHappened(telling, fact);
  const withdrawn = closedTopics(fact.request);
  return { ...told, news: [...told.news, ...nextStage(telling, fact)], withdrawn };
}

function whatHappened(telling: Telling, fact: OfRequest): ToldOf {
  const { books, administrators } = telling;
  const { event, at, request } = fact;
  const { ask, own, whose } = describeRequest(books, request);
  const to = toldBy(telling, fact);
  const parties = partiesOf(request);
  const reason = typeof event.facts.justification === "string" ? `: "${event.facts.justification}"` : "";
  /** What approvers were asked to do is done: their lists say so, and whoever was mailed is mailed again. */
  const done = (text: string) => {
    const others = approversToTell(books, request).filter((ref) => !isActor(event, ref));
    return {
      news: to(MATRIX.nothingToDecide.approvers, others, text),
      retold: { request, to: others, text },
    };
  };
  switch (event.type) {
    case "request.submitted": {
      const sent = to(MATRIX.submitted.requester, [request.requester], `Sent: ${own}`);
      const approvers = approversToTell(books, request);
      if (request.stages.length > 0) return { news: [...sent, ...wanted(telling, fact, 0, approvers)] };
      if (!request.emergency) return { news: [...sent, ...to(MATRIX.automatic.approvers, approvers, ask)] };
      const others = administrators.filter((ref) => !isActor(event, ref));
      return {
        news: [
          ...sent,
          ...to(MATRIX.emergency.approvers, approvers, ask),
          ...to(MATRIX.emergency.administrators, others, ask),
        ],
      };
    }
    case "request.approval_given": {
      const open = request.state.name === "pending" ? ", more approvals are needed" : "";
      const { retold } = done(`Approved by ${actorName(books, event)}${open}: ${whose}`);
      return { news: [], retold };
    }
    case "request.terms_proposed": {
      const text = `Other terms are offered for ${own}${reason}; accept them or cancel`;
      return { news: to(MATRIX.termsOffered.requester, [request.requester], text) };
    }
    // Told as they were when it was asked: whatever comes of it is told in its place.
    case "request.reminded":
      return { news: to(MATRIX.reminded.approvers, whoIsWaitedFor(books, request, at), `Reminder: ${ask}`) };
    case "request.commented": {
      const { text } = event.facts;
      const says = (reader: PrincipalRef) => `${writerFor(books, event, reader)} about ${whose}: "${text}"`;
      const others = (refs: readonly PrincipalRef[]) => refs.filter((ref) => !isActor(event, ref));
      const asking = others(parties);
      const byAsking = asking.length < parties.length;
      const approvers = byAsking ? others(approversToTell(books, request)) : [];
      return {
        news: [
          ...to(MATRIX.commented.requester, asking, says),
          ...to(MATRIX.commented.approvers, approvers, says),
        ],
      };
    }
    case "request.approved": {
      const { news } = done(`Approved: ${whose}`);
      return { news: [...to(MATRIX.approved.requester, parties, `Approved: ${own}`), ...news] };
    }
    case "request.denied": {
      const { news, retold } = done(`Denied by ${actorName(books, event)}: ${whose}`);
      return { news: [...to(MATRIX.denied.requester, parties, `Denied: ${own}${reason}`), ...news], retold };
    }
    case "request.canceled": {
      const { news, retold } = done(`Canceled by ${actorName(books, event)}: ${whose}`);
      if (isActor(event, request.requester)) return { news, retold };
      const text = `Canceled by an administrator: ${own}`;
      return { news: [...to(MATRIX.canceled.requester, parties, text), ...news], retold };
    }
    case "request.timed_out": {
      const { news, retold } = done(`Nobody decided in time: ${whose}`);
      return { news: [...to(MATRIX.timedOut.requester, parties, `Timed out: ${own}`), ...news], retold };
    }
    case "request.stranded": {
      const asked = `Nobody is left who could decide ${own}; an administrator can name approvers for a new one, or cancel it`;
      const others = administrators.filter((ref) => !parties.some((one) => samePrincipal(one, ref)));
      const open = `Nobody is left who could decide ${whose}; let somebody decide again, or cancel it`;
      return {
        news: [
          ...to(MATRIX.stranded.requester, parties, asked),
          ...to(MATRIX.stranded.administrators, others, open),
        ],
        retold: done(`Too few are left to decide ${whose}`).retold,
      };
    }
    default:
      return NOTHING;
  }
}

type Saying = string | ((reader: PrincipalRef) => string);

/** One row of the matrix about this request; nothing where the row tells nobody and no rule names an address. */
function toldBy({ books, rules }: Telling, { event, request }: OfRequest) {
  const { tenantId, requester, scope, terms } = request;
  const { roleDefinitionIds } = terms;
  const inForce = rules({ home: tenantId, asking: requester.tenantId, scope, roleDefinitionIds });
  const decided = typeof event.facts.justification === "string" && event.type !== "request.submitted";
  let made: readonly MailFact[] | null = null;
  // The same for every reader, and made where one of them gets it by mail.
  const facts = (): readonly MailFact[] => {
    made ??= [
      ...factsOfRequest(books, request),
      ...(decided ? said("reason", String(event.facts.justification)) : []),
    ];
    return made;
  };
  return (
    row: Row,
    to: readonly PrincipalRef[],
    saying: Saying,
    more: Partial<News> = {},
  ): readonly News[] => [
    {
      ...{ row, to, facts, requestId: request.id, grantId: null },
      text: typeof saying === "string" ? () => saying : saying,
      link: `/${row.side === "approvers" ? "approvals" : "requests"}/${request.id}`,
      rule: inForce && ruleOf(inForce, "activated", row.side as Side),
      ...(row === MATRIX.reminded.approvers ? openTopic(request) : {}),
      ...more,
    },
  ];
}

/** Those of the stage by mail, after a moment; the portal tells at once, and of all stages. */
function wanted(
  telling: Telling,
  fact: OfRequest,
  index: number,
  listedFor: readonly PrincipalRef[],
): readonly News[] {
  const { request, at } = fact;
  const stage = request.stages[index];
  if (stage === undefined) return [];
  const { ask } = describeRequest(telling.books, request);
  const { atOnce, later } = whoIsAsked(telling.books, request, stage);
  const to = toldBy(telling, fact);
  const topic = topicOf(request, index);
  const isSoon = isSoonAfter(at, addMs(at, stage.decideByMs)) || isSoonAfter(at, request.terms.startAt);
  const row = isSoon ? AT_ONCE : MATRIX.wanted.approvers;
  const { escalation } = stage;
  return [
    ...to(row, listedFor, ask, { mailTo: atOnce, topic, once: topic }),
    ...(escalation === null
      ? []
      : to(MATRIX.escalated.approvers, later, `Nobody has decided yet: ${ask}`, {
          ...{ topic, once: topic, notBefore: addMs(at, escalation.afterMs) },
        })),
  ];
}

/** What has to be decided within minutes, or begins then, is not waited for. */
const AT_ONCE: Row = { ...MATRIX.wanted.approvers, delayMs: 0, urgent: true };

function isSoonAfter(at: Instant, due: Instant | null): boolean {
  return due !== null && due - at <= SOON_MS;
}

/** Where this very fact finished a stage: those of the next one are asked now. */
function nextStage(telling: Telling, fact: OfRequest): readonly News[] {
  const { state } = fact.request;
  const isNew = state.name === "pending" && state.stage > 0 && state.stageStartedAt === fact.at;
  return isNew ? wanted(telling, fact, state.stage, []) : [];
}

function openTopic({ id, state }: AccessRequest): { readonly topic?: string } {
  return state.name === "pending" ? { topic: `decision:${id}:${state.stage}` } : {};
}

function topicOf({ id }: AccessRequest, stage: number): string {
  return `decision:${id}:${stage}`;
}

/** Of the stages that nobody has to decide any more, as the request is by now. */
function closedTopics(request: AccessRequest): readonly string[] {
  const { stages, state } = request;
  const closed = state.name === "pending" ? state.stage : stages.length;
  return stages.slice(0, closed).map((_, index) => topicOf(request, index));
}
