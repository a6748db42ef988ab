/** Entries as an export gets them, ordinary ones and those that somebody wrote to do harm. */
import type { AuditActor, Opening } from "../../src/audit/entry.ts";
import { EVENT_TYPES, type EventType } from "../../src/domain/event.ts";
import { asId, type ObjectId, type TenantId } from "../../src/domain/ids.ts";
import type { Json, JsonObject } from "../../src/domain/target-binding.ts";
import { addMs, instant } from "../../src/domain/time.ts";
import type { ExportedEvent } from "../../src/exports/sink.ts";

export const CONTOSO = asId<TenantId>("11111111-1111-4111-8111-111111111111");
export const FABRIKAM = asId<TenantId>("22222222-2222-4222-8222-222222222222");
export const CASEY = asId<ObjectId>("33333333-3333-4333-8333-333333333333");
export const BEGAN = instant(Date.UTC(2026, 10, 30, 9, 15));

/** What breaks lines, fields, quotes, terminals and the order of reading, and what passes for the end of a message. */
export const HOSTILE: Readonly<Record<string, string>> = {
  newline: "approved\n<110>1 2026-11-30T09:15:00Z curfew curfew - - - forged",
  carriageReturn: "a\r\nb\u2028c\u2029d\u0085e",
  pipe: "a|b||c",
  equals: "a=b,c==d",
  brackets: 'a]b[c]" d="e',
  quotes: '"\'`\\" \\n',
  escape: "\u001b[2J\u001b]0;title\u0007\u009b31m",
  nul: "before\u0000after",
  bidi: "\u202Eexe.txt\u2066\u2069\u200f",
  invisible: "pay\u200bpal\ufeff\u{e0041}",
  halves: "\ud800 and \udc00",
  html: "</script><img src=x onerror=alert(1)>",
  template: `$${"{jndi:ldap://x/y}"} {{7*7}} %n%s`,
  count: "52 <110>1 - - - - - - second frame",
  long: "ä".repeat(1_000),
};

const BENEFICIARY = { tenantId: CONTOSO, objectId: CASEY };
const GRANT: JsonObject = {
  beneficiary: BENEFICIARY,
  roleDefinitionId: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
  scope: "/subscriptions/s/resourceGroups/orders",
  startsAt: "2026-11-30T09:15:00.000Z",
  endsAt: "2026-11-30T10:15:00.000Z",
  requestId: "44444444-4444-4444-8444-444444444444",
  emergency: false,
};

/** What each type says beside what all say of a grant. */
const SAID: Readonly<Partial<Record<EventType, JsonObject>>> = {
  "grant.ended": { cause: "revoked", justification: "it is done" },
  "grant.removal_failed": { fault: "retryable" },
  "sign_in.succeeded": { ip: "192.0.2.7", methods: ["pwd", "otp", "mfa"], recoveryCode: false },
  "sign_in.refused": { ip: "2001:db8::1", step: "password" },
  "sign_in.many_refused": { count: 40, networkCount: 1, networks: ["192.0.2.0/24"] },
  "token.issued": { ip: "192.0.2.8", grantType: "client_credentials" },
  "configuration.changed": { kind: "Group", name: "approvers", action: "create" },
  "target.checked": { name: "orders-db", ok: false },
};

interface More {
  readonly facts?: JsonObject;
  readonly actor?: AuditActor;
  readonly openings?: readonly Opening[];
  readonly sentence?: string;
  readonly actorName?: string | null;
  readonly tenantName?: string;
  readonly subjectId?: string;
}

export function exported(type: EventType, number = 1, more: More = {}): ExportedEvent {
  const ofPerson = type.startsWith("sign_in.") || type.startsWith("principal.") || type === "token.issued";
  return {
    id: `55555555-5555-4555-8555-${String(number).padStart(12, "0")}`,
    tenantId: CONTOSO,
    tenantName: more.tenantName ?? "Contoso",
    number,
    at: addMs(BEGAN, number),
    type,
    actor: more.actor ?? { kind: "user", tenantId: CONTOSO, objectId: CASEY, via: "portal" },
    actorName: more.actorName === undefined ? "Casey" : more.actorName,
    subject: {
      kind: ofPerson ? "principal" : "grant",
      id: more.subjectId ?? (ofPerson ? CASEY : "66666666-6666-4666-8666-666666666666"),
    },
    parties: [CONTOSO, FABRIKAM],
    correlationId: "44444444-4444-4444-8444-444444444444",
    facts: more.facts ?? { ...GRANT, ...SAID[type] },
    commitments: { actor: "Zm9yIHRoZSBvdGhlciBwYXJ0eSdzIG93biBldmVzIG9ubHk" },
    openings: more.openings ?? [],
    sentence: more.sentence ?? `Casey did \`${type}\``,
    leafHash: "bGVhZiBoYXNoIG9mIHRoaXMgZXZlbnQsIDMyIGJ5dGVzLi4",
    linkHash: "bGluayBoYXNoIG9mIHRoaXMgZXZlbnQsIDMyIGJ5dGVzLi4",
  };
}

export function oneOfEach(): ExportedEvent[] {
  return EVENT_TYPES.map((type, at) => exported(type, at + 1));
}

/** Everything that somebody outside can write, written to do harm. */
export function hostileEvents(): ExportedEvent[] {
  return Object.entries(HOSTILE).map(([name, text], at) =>
    exported("request.commented", at + 1, {
      facts: { [text]: text, text, nested: { list: [text, [text]] }, name },
      openings: [{ name: "actor", salt: "c2FsdA", value: text }],
      actor: { kind: "user", tenantId: CONTOSO, objectId: CASEY, via: text.slice(0, 256) },
      sentence: `Casey wrote: “${text}”`,
      actorName: text,
      tenantName: text,
      subjectId: text.slice(0, 1_024),
    }),
  );
}

/** A megabyte in one fact, in many, and in a list: none of them could be an entry. */
export function hugeEvents(): ExportedEvent[] {
  const many = Object.fromEntries([...Array(5_000).keys()].map((at) => [`fact ${at}`, `value ${at}`]));
  const list: Json = [...Array(20_000).keys()];
  return [{ text: "x".repeat(1_048_576) }, many, { list }, { emoji: "😀".repeat(300_000) }].map((facts, at) =>
    exported("request.commented", at + 1, { facts, sentence: `Casey wrote: “${"y".repeat(100_000)}”` }),
  );
}
