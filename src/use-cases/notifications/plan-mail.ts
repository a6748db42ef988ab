/**
 * News as mail: to whom the rule of the role lets it through, as each of them wants it, when it is due. Pure; the same news
 * planned again is the same mail, because its id is made of the fact, its kind and its reader.
 */
import type { TenantId } from "../../domain/ids.ts";
import {
  MAIL_KINDS,
  type MailFact,
  type MailKind,
  type MailMessage,
  type PlannedMail,
} from "../../domain/mail.ts";
import { heldBack, type NotificationPreferences, wants } from "../../domain/notification-preferences.ts";
import { letsThrough } from "../../domain/notification-rules.ts";
import { revealed } from "../../domain/plain-text.ts";
import { isActive, type PrincipalRef, principalKey } from "../../domain/principal.ts";
import { addMs, type Instant } from "../../domain/time.ts";
import type { Books } from "../../policy/book/books.ts";
import type { Fact } from "../batches.ts";
import { derivedUuid } from "../derived-uuid.ts";
import type { Row } from "./matrix.ts";
import type { News } from "./news.ts";

// Mail's own namespace: fixed for ever, because every id follows from it.
const NAMESPACE = Buffer.from("3f0c5fd2a8c14d0c9a6f3d8e51b7c902", "hex");

/** So many are told of one fact by mail; the rest is counted. */
export const MOST_RECIPIENTS = 1_000;

/** Of what is told of, the kind and the reader. */
export function mailId(about: string, kind: MailKind, reader: string): string {
  return derivedUuid(NAMESPACE, [about, kind, reader].join("\n"));
}

export interface ToPlan {
  readonly fact: Fact;
  readonly news: readonly News[];
}

export interface Reading {
  readonly books: Books;
  /** Whose facts they are, and whose rules name addresses. */
  readonly home: TenantId;
  /** Of a person, or of a tenant for addresses that are nobody's. */
  readonly preferences: (ref: PrincipalRef | TenantId) => NotificationPreferences;
}

export interface Plan {
  readonly mails: readonly PlannedMail[];
  /** Of which facts more people would have been told, and how many. */
  readonly leftOut: readonly { readonly fact: Fact; readonly count: number }[];
}

export function planMail(reading: Reading, all: readonly ToPlan[], withdrawn: ReadonlySet<string>): Plan {
  const mails = new Map<string, PlannedMail>();
  const together = new Map<string, number>();
  const leftOut: Plan["leftOut"][number][] = [];
  for (const { fact, news } of all) {
    const found = mailsOf(reading, fact, news).filter(({ topic }) => topic === null || !withdrawn.has(topic));
    for (const mail of found.slice(0, MOST_RECIPIENTS)) {
      if (mails.has(mail.id)) together.set(mail.id, (together.get(mail.id) ?? 0) + 1);
      else mails.set(mail.id, mail);
    }
    if (found.length > MOST_RECIPIENTS) leftOut.push({ fact, count: found.length - MOST_RECIPIENTS });
  }
  for (const [id, more] of together) {
    const mail = mails.get(id);
    if (mail !== undefined && mail.topic === null) mails.set(id, withMore(mail, more));
  }
  return { mails: [...mails.values()], leftOut };
}

function withMore(mail: PlannedMail, more: number): PlannedMail {
  const note = `And ${more} more in the same change.`;
  return { ...mail, message: { ...mail.message, note } };
}

/** One for each reader: whoever is told on two sides hears it once, on the first. */
function mailsOf(reading: Reading, fact: Fact, news: readonly News[]): readonly PlannedMail[] {
  const found = new Map<string, PlannedMail>();
  for (const one of news) {
    const { rule, row } = one;
    if (rule !== null && !letsThrough(rule, row.kind)) continue;
    for (const ref of rule?.defaults === false ? [] : (one.mailTo ?? one.to)) {
      const key = `${principalKey(ref)} ${one.once ?? ""}`;
      if (!found.has(key)) for (const mail of toPerson(reading, fact, one, ref)) found.set(key, mail);
    }
    for (const address of rule?.recipients ?? []) {
      const key = `${address.toLowerCase()} ${one.once ?? ""}`;
      if (!found.has(key)) found.set(key, toAddress(reading, fact, one, address));
    }
  }
  return [...found.values()];
}

/** Nothing goes to workloads, nor to whoever is locked out or gone. */
function toPerson(
  { books, preferences }: Reading,
  fact: Fact,
  news: News,
  ref: PrincipalRef,
): readonly PlannedMail[] {
  const person = books.has(ref.tenantId) ? books.of(ref.tenantId).principal(ref.objectId) : null;
  if (person === null || person.kind !== "user" || !isActive(person)) return [];
  const wanted = preferences(ref);
  if (!wants(wanted, news.row.kind) || isInDigest(news.row, wanted)) return [];
  const planned = { ...base(fact, news, principalKey(ref)), tenantId: ref.tenantId };
  const message = messageFor(news, ref, news.link);
  return [{ ...planned, to: { person: ref.objectId }, message, notBefore: dueAt(fact, news, wanted) }];
}

/** Nobody here: it reads what the rule's own people read, and leads nowhere. */
function toAddress({ home, preferences }: Reading, fact: Fact, news: News, address: string): PlannedMail {
  const reader = { tenantId: home, objectId: NOBODY };
  const planned = { ...base(fact, news, address.toLowerCase()), tenantId: home };
  const message = messageFor(news, reader, null);
  const notBefore = dueAt(fact, news, preferences(home));
  return {
    ...planned,
    to: { address, ruleOf: `${news.row.side} ${fact.event.subject.id}` },
    message,
    notBefore,
  };
}

const NOBODY = "00000000-0000-0000-0000-000000000000" as PrincipalRef["objectId"];

/** What was approved without anybody deciding is counted in a digest, for whoever wants that. */
function isInDigest({ type, kind }: Row, { automatic }: NotificationPreferences): boolean {
  return type === AUTOMATIC_TYPE && kind === "decided" && automatic !== "each";
}
export const AUTOMATIC_TYPE = "request_notice";

function base({ id, event }: Fact, news: News, reader: string) {
  const { row, topic = null, requestId } = news;
  const about = news.once ?? news.together ?? `${id} ${event.type}`;
  return {
    id: mailId(about, row.kind, reader),
    kind: row.kind,
    thread: requestId,
    topic,
    urgent: row.urgent,
    ...(row.answers ? { answers: ASKED_BY } : {}),
  };
}

/** What asks for a decision: where it was never sent, nobody has to be told that it is done. */
const ASKED_BY = ["decision_wanted", "reminder", "escalation"] as const;

function dueAt({ at }: Fact, { row, notBefore }: News, preferences: NotificationPreferences): Instant {
  const due = notBefore ?? addMs(at, row.delayMs);
  return MAIL_KINDS[row.kind].quiet ? heldBack(due, preferences) : due;
}

function messageFor(news: News, reader: PrincipalRef, link: string | null): MailMessage {
  const headline = revealed((news.headline ?? news.text)(reader));
  return { headline, facts: allPlain(news.facts(reader)), link, note: news.note ?? null };
}

/** What is told to a thousand is gone through once. */
const goneThrough = new WeakMap<readonly MailFact[], readonly MailFact[]>();

function allPlain(facts: readonly MailFact[]): readonly MailFact[] {
  const known = goneThrough.get(facts);
  if (known !== undefined) return known;
  const all = facts.map(plain);
  goneThrough.set(facts, all);
  return all;
}

/** Wherever it is read, the names in it are what they look like. */
function plain(fact: MailFact): MailFact {
  return "text" in fact.value ? { ...fact, value: { text: revealed(fact.value.text) } } : fact;
}
