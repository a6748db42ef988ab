/**
 * What nobody does and time brings about: that an eligibility ends soon, and what a digest sums up. Looked for every hour;
 * whoever looks how often, each is told once.
 */
import type { Eligibility } from "../../domain/eligibility.ts";
import type { EventType } from "../../domain/event.ts";
import type { ObjectId, TenantId } from "../../domain/ids.ts";
import type { MailFact, PlannedMail } from "../../domain/mail.ts";
import { type NotificationPreferences, preferencesOf, wants } from "../../domain/notification-preferences.ts";
import { revealed } from "../../domain/plain-text.ts";
import { principalKey } from "../../domain/principal.ts";
import { stampSystem } from "../../domain/stamp.ts";
import { addMs, DAY_MS, formatInstant, HOUR_MS, type Instant, lastLocal } from "../../domain/time.ts";
import type { Book } from "../../policy/book/book.ts";
import type { Deps, EndingEligibility, Tx } from "../ports.ts";
import { MATRIX, type Row } from "./matrix.ts";
import { mailId } from "./plan-mail.ts";

export const LOOKED_AT_EVERY_MS = HOUR_MS;

export async function tellByTime(deps: Deps, home: TenantId): Promise<void> {
  await tellEndings(deps, home);
  await tellDigests(deps, home);
}

/** How many days before its end an eligibility's end is told. */
export const ENDING_TOLD_DAYS = [1, 14] as const;
const AT_ONCE = 500;

/** As entries of the log, from which portal and mail are told as of everything else. */
export async function tellEndings(deps: Deps, home: TenantId): Promise<void> {
  const now = deps.clock.now();
  await deps.store.inTenant(home, async (tx) => {
    const book = (await tx.books([home])).of(home);
    const ending = book.eligibilities.flatMap((one) => endingOf(one, now));
    for (let from = 0; from < ending.length; from += AT_ONCE) {
      const taken = await tx.notifications.takeEnding(ending.slice(from, from + AT_ONCE), now);
      await tx.record(
        taken.map((one) => endNeared(book, one)),
        now,
      );
    }
  });
}

/** One that was given for less is told of when it is given. */
function endingOf({ id, startsAt, endsAt }: Eligibility, now: Instant): readonly EndingEligibility[] {
  if (endsAt === null || endsAt <= now) return [];
  const days = ENDING_TOLD_DAYS.find((many) => endsAt - now <= many * DAY_MS);
  return days === undefined || endsAt - startsAt <= days * DAY_MS ? [] : [{ id, endsAt, days }];
}

function endNeared({ tenantId, eligibilities }: Book, { id, endsAt, days }: EndingEligibility) {
  const name = eligibilities.find((one) => one.id === id)?.name ?? id;
  const about = { kind: "eligibility", id, tenantId, otherTenantId: null, correlationId: id };
  return stampSystem("eligibility.end_neared", about, { name, endsAt: formatInstant(endsAt), days });
}

const MORNING_MINUTES = 8 * 60;
const MONDAY = 1;
/** A digest that nobody could send by then is not sent any more: the next one is not far. */
const STILL_SENT_MS = DAY_MS;
const MOST_NOTICES = 5_000;
const MOST_ITEMS = 20;
const MOST_COUNTED = 100_000;

/** Each in the morning of its reader's own day. */
export async function tellDigests(deps: Deps, home: TenantId): Promise<void> {
  const now = deps.clock.now();
  await deps.store.inTenant(home, async (tx) => {
    const notices = await tx.notifications.noticed(addMs(now, -8 * DAY_MS - STILL_SENT_MS), MOST_NOTICES);
    const approvers = Map.groupBy(notices, ({ recipient }) => recipient);
    const administrators = await tx.principals.administrators();
    const { tenant, own } = await tx.notifications.preferences([...administrators, ...approvers.keys()]);
    const wanted = (who: ObjectId) => preferencesOf(tenant, own.get(who) ?? {});
    const week = weekOf(tx);
    const mails: PlannedMail[] = [];
    for (const who of administrators) {
      const due = dueDigest(now, wanted(who), "weekly");
      if (due === null || !wants(wanted(who), "weekly_digest")) continue;
      const facts = await week(due);
      if (facts.length > 0) mails.push(digest(MATRIX.weeklyDigest.administrators, { home, who, due, facts }));
    }
    for (const [who, all] of approvers) {
      const { automatic } = wanted(who);
      const due =
        automatic === "daily" || automatic === "weekly" ? dueDigest(now, wanted(who), automatic) : null;
      if (due === null) continue;
      const since = addMs(due, automatic === "daily" ? -DAY_MS : -7 * DAY_MS);
      const texts = all.filter(({ at }) => since <= at && at < due).map(({ text }) => text);
      const facts = itemsOf(texts);
      if (texts.length > 0) mails.push(digest(MATRIX.automaticDigest.approvers, { home, who, due, facts }));
    }
    await tx.mail.plan(mails);
  });
}

/** The morning that a digest of this period is due at; null where it has passed too long ago. */
function dueDigest(
  now: Instant,
  { timeZone }: NotificationPreferences,
  period: "daily" | "weekly",
): Instant | null {
  const weekday = period === "weekly" ? MONDAY : null;
  const due = lastLocal(now, { minutes: MORNING_MINUTES, weekday }, timeZone);
  return now - due < STILL_SENT_MS ? due : null;
}

interface Digest {
  readonly home: TenantId;
  readonly who: ObjectId;
  readonly due: Instant;
  readonly facts: readonly MailFact[];
}

function digest({ kind }: Row, { home, who, due, facts }: Digest): PlannedMail {
  const isWeekly = kind === "weekly_digest";
  return {
    id: mailId(`${kind} ${due}`, kind, principalKey({ tenantId: home, objectId: who })),
    ...{
      tenantId: home,
      to: { person: who },
      kind,
      thread: null,
      topic: null,
      notBefore: due,
      urgent: false,
    },
    message: {
      headline: isWeekly ? "The last week in Curfew" : "What was approved without a decision",
      facts,
      link: isWeekly ? "/audit" : "/notifications",
      note: null,
    },
  };
}

function itemsOf(texts: readonly string[]): readonly MailFact[] {
  const named = texts
    .slice(0, MOST_ITEMS)
    .map((text): MailFact => ({ label: "item", value: { text: revealed(text) } }));
  return [{ label: "count", value: { text: String(texts.length) } }, ...named];
}

const COUNTED: readonly (readonly [string, readonly EventType[]])[] = [
  ["requests for access", ["request.submitted"]],
  ["approved", ["request.approved"]],
  ["denied", ["request.denied"]],
  ["not decided in time", ["request.timed_out"]],
  ["roles given without a request", ["assignment.made"]],
  ["times that a target did not do as it was told", ["grant.provisioning_failed", "grant.removal_failed"]],
  ["times that somebody changed access by hand", ["grant.drifted"]],
  ["changes of settings", ["configuration.changed", "application.policy_changed"]],
];

/** How often each happened in the week before; nothing where nothing did. */
function weekOf(tx: Tx): (due: Instant) => Promise<readonly MailFact[]> {
  const known = new Map<Instant, readonly MailFact[]>();
  return async (due) => {
    const found = known.get(due);
    if (found !== undefined) return found;
    const facts: MailFact[] = [];
    for (const [words, types] of COUNTED) {
      const filter = { limit: MOST_COUNTED, types, from: addMs(due, -7 * DAY_MS), to: due };
      const count = await tx.log.count(filter);
      if (count > 0) facts.push({ label: "item", value: { text: `${count} ${words}` } });
    }
    known.set(due, facts);
    return facts;
  };
}
