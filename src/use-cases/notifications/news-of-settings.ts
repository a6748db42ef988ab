/** What was changed, given or noticed that is about no request: told to administrators, and to whoever it concerns. */

import type { Eligibility } from "../../domain/eligibility.ts";
import type { DomainEvent } from "../../domain/event.ts";
import type { TenantId } from "../../domain/ids.ts";
import { ruleOf, type Side } from "../../domain/notification-rules.ts";
import { type PrincipalRef, principalKey } from "../../domain/principal.ts";
import { formatInstant } from "../../domain/time.ts";
import type { Books } from "../../policy/book/books.ts";
import type { Fact } from "../batches.ts";
import { acknowledgedIn } from "../views/telling/sentences.ts";
import { actorName, isActor, whoWouldDecide } from "./audience.ts";
import { instantSaid, said } from "./mail-facts.ts";
import { MATRIX, type Row } from "./matrix.ts";
import { type News, NOTHING, type ToldOf } from "./news.ts";
import type { Telling } from "./news-of-request.ts";
import { describeRole, nameOf, placeOf, roleNames } from "./wording.ts";

export function newsOfSettings(telling: Telling, home: TenantId, fact: Fact): ToldOf {
  const { books } = telling;
  const { event } = fact;
  const administrators = telling.administrators.filter((ref) => !isActor(event, ref));
  const toAdministrators = (row: Row, text: string, more: Partial<News> = {}): ToldOf => ({
    news: [{ ...plain(row, administrators, text), ...more }],
  });
  switch (event.type) {
    case "configuration.acknowledged":
      return toAdministrators(
        MATRIX.leftToNobody.administrators,
        `${actorName(books, event)} made a change that leaves nobody to decide: ${acknowledgedIn(event.facts)}`,
      );
    case "principal.locked_out":
      return toAdministrators(MATRIX.lockedOut.administrators, lockText(books, event));
    case "principal.let_in":
      return toAdministrators(MATRIX.letIn.administrators, lockText(books, event));
    case "grant.drifted": {
      const drift = texts(event.facts.drift);
      const target = String(event.facts.target);
      const facts = () => [...said("where", target), ...drift.flatMap((one) => said("item", one))];
      const text = `Somebody changed by hand what Curfew opened in ${target}: ${drift.join("; ")}`;
      const headline = () => `Somebody changed by hand what Curfew opened in ${target}`;
      return toAdministrators(MATRIX.drift.administrators, text, {
        facts,
        headline,
        link: "/manage/targets",
      });
    }
    case "sign_in.succeeded":
      return newsOfDevice(home, fact);
    case "application.policy_changed":
      return settingsChanged(telling, fact, `the JIT policy of ${event.facts.name}`);
    case "eligibility.end_neared":
      return newsOfEligibility(telling, home, fact);
    case "configuration.changed":
      if (event.subject.kind === "eligibility") return newsOfEligibility(telling, home, fact);
      return settingsChanged(telling, fact, `${WORDS[event.subject.kind] ?? ""} ${event.facts.name}`);
    default:
      return NOTHING;
  }
}

/** Of what is configured, that which rules ask: who may what, and how. */
const WORDS: Readonly<Record<string, string>> = { roleSettings: "the role settings", tier: "the tier" };

function plain(row: Row, to: readonly PrincipalRef[], text: string): News {
  return {
    ...{ row, to, text: () => text, facts: () => [], link: null, requestId: null, grantId: null, rule: null },
  };
}

function settingsChanged({ books, administrators }: Telling, fact: Fact, what: string): ToldOf {
  const { event } = fact;
  const fields = texts(event.facts.fields).map((one) =>
    one.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`),
  );
  const did = { create: "made", delete: "removed" }[String(event.facts.action)] ?? "changed";
  const text = `${actorName(books, event)} ${did} ${what}${fields.length === 0 ? "" : `: ${fields.join(", ")}`}`;
  const to = administrators.filter((ref) => !isActor(event, ref));
  const facts = () => [...said("changed", fields.join(", ")), ...instantSaid("at", fact.at)];
  const row = MATRIX.settingsChanged.administrators;
  return { news: [{ ...plain(row, to, text), facts, link: "/audit", together: event.correlationId }] };
}

/** One that was given, or ends soon: whoever may ask by it, those who would decide, and administrators. */
function newsOfEligibility(telling: Telling, home: TenantId, { event }: Fact): ToldOf {
  const { books } = telling;
  const found = books.of(home).eligibilities.find(({ id }) => id === event.subject.id);
  const isEnding = event.type === "eligibility.end_neared";
  // One that is gone by now, or was only changed, is no news.
  if (found === undefined || (!isEnding && event.facts.action !== "create")) return NOTHING;
  const rows = isEnding ? MATRIX.eligibilityEnding : MATRIX.eligibilityGiven;
  const words = eligibilityWords(books, event, found);
  const facts = () => [
    ...said("who", nameOf(books, found.principal)),
    ...said("what", roleNames(books.of(home), [found.roleDefinitionId])),
    ...said("where", placeOf(books, found)),
    ...instantSaid("startsAt", found.startsAt),
    ...instantSaid("newEnd", found.endsAt),
    ...said("why", typeof event.facts.justification === "string" ? event.facts.justification : null),
  ];
  const { scope, roleDefinitionId } = found;
  const rules = telling.rules({ home, asking: home, scope, roleDefinitionIds: [roleDefinitionId] });
  const news = (row: Row, to: readonly PrincipalRef[], { text, headline }: Words): News => ({
    ...plain(row, to, text),
    ...{ facts, headline: () => headline, rule: rules && ruleOf(rules, "eligible", row.side as Side) },
    link: row.side === "requester" ? "/request" : "/manage/eligibilities",
    ...(isEnding ? {} : { together: event.correlationId }),
  });
  const people = books.usersReachedBy([found.principal]);
  const approvers = whoWouldDecide(books, found).filter((ref) => !isActor(event, ref));
  const told = new Set(people.map(principalKey));
  const others = (refs: readonly PrincipalRef[]) => refs.filter((ref) => !told.has(principalKey(ref)));
  const administrators = telling.administrators.filter((ref) => !isActor(event, ref));
  return {
    news: [
      news(rows.requester, people, words.own),
      news(rows.approvers, others(approvers), words.whose),
      news(rows.administrators, others(administrators), words.whose),
    ],
  };
}

interface Words {
  readonly text: string;
  readonly headline: string;
}

function eligibilityWords(
  books: Books,
  { type, facts }: DomainEvent,
  found: Eligibility,
): { readonly own: Words; readonly whose: Words } {
  const what = describeRole(books, found);
  const who = nameOf(books, found.principal);
  const until = found.endsAt === null ? "" : ` until ${formatInstant(found.endsAt)}`;
  if (type !== "eligibility.end_neared") {
    const own = `You may ask for ${what}`;
    const whose = `${who} may ask for ${what}`;
    return {
      own: { text: `${own}${until}`, headline: own },
      whose: { text: `${whose}${until}`, headline: whose },
    };
  }
  const days = facts.days === 1 ? "in a day" : `in ${facts.days} days`;
  const own = `You may not ask for ${what} any more ${days}`;
  const whose = `${who} may not ask for ${what} any more ${days}`;
  return { own: { text: own, headline: own }, whose: { text: whose, headline: whose } };
}

function newsOfDevice(home: TenantId, { event, at }: Fact): ToldOf {
  if (event.actor.kind !== "user") return NOTHING;
  const { ref } = event.actor;
  const text = "Somebody signed in to your account from a network that it was never signed in to from before";
  const facts = () => [...said("device", String(event.facts.ip)), ...instantSaid("at", at)];
  const note = "If this was not you, end all sessions, change your password and tell an administrator.";
  return ref.tenantId === home
    ? { news: [{ ...plain(MATRIX.newDevice.self, [ref], text), facts, note, link: "/history" }] }
    : NOTHING;
}

/** The other party reads that it happened and what it does to theirs; why is not theirs to read. */
function lockText(books: Books, event: DomainEvent): string {
  const { name, justification } = event.facts;
  const out = event.type === "principal.locked_out";
  if (event.actor.kind === "party") {
    const { displayName } = books.of(event.actor.tenantId).tenant;
    return out
      ? `${displayName} locked ${name} out; what they held at your places has ended`
      : `${displayName} let ${name} in again`;
  }
  const did = out ? `locked ${name} out` : `let ${name} in again`;
  return `${actorName(books, event)} ${did}: ${justification}`;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
