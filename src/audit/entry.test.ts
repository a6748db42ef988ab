import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import type { EntryId, ObjectId, TenantId } from "../domain/ids.ts";
import { asId } from "../domain/ids.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { AuditActor, AuditEntryDraft, Opening, SaltSource } from "./entry.ts";
import { AuditEntryError, leafHash, openCommitment, sealEntry, sealForParties } from "./entry.ts";

const CONTOSO = asId<TenantId>("11111111-1111-4111-8111-111111111111");
const FABRIKAM = asId<TenantId>("22222222-2222-4222-8222-222222222222");

test("sealEntry: the leaf is SHA-256(0x00 || JCS(entry)), pinned so that it can last", () => {
  const { entry, leafHash: leaf } = sealEntry(draft(), { ticket: "INC-4711" }, countedSalts());
  const byHand = createHash("sha256").update(Buffer.of(0)).update(canonicalJson(entry)).digest();
  assert.deepEqual(leaf, byHand);
  assert.deepEqual(leafHash(entry), byHand);
  assert.equal(leaf.toString("hex"), "07ca5ae4dc1d64ea35d91c952cfb925c7d03d82e467bd89002a86c48d4f07ba6");
});

test("sealEntry: a commitment is base64url(SHA-256(salt || JCS(value))) and the value stays outside", () => {
  const { entry, openings } = sealEntry(draft(), { ticket: { id: "INC-4711" } }, countedSalts());
  const byHand = createHash("sha256")
    .update(Buffer.alloc(32, 1))
    .update('{"id":"INC-4711"}')
    .digest("base64url");
  assert.deepEqual(entry.commitments, { ticket: byHand });
  assert.deepEqual(openings, [
    { name: "ticket", salt: Buffer.alloc(32, 1).toString("base64url"), value: { id: "INC-4711" } },
  ]);
  assert.ok(!canonicalJson(entry).includes("INC-4711"));
});

test("sealEntry: the returned entry is a copy, what the caller changes later does not reach it", () => {
  const roles = ["Reader"];
  const { entry } = sealEntry(draft({ facts: { roles } }), {}, countedSalts());
  roles.push("Owner");
  assert.deepEqual(entry.facts, { roles: ["Reader"] });
});

test("sealEntry: a field that the form does not know is left out of the entry", () => {
  const actor: AuditActor = Object.assign(userActor(), { displayName: "Carol" });
  const careless = { ...draft({ actor }), secretNote: "x" };
  const { entry } = sealEntry(careless, {}, countedSalts());
  assert.ok(!canonicalJson(entry).includes("Carol"));
  assert.ok(!canonicalJson(entry).includes("secretNote"));
});

test("sealForParties: both entries agree but for the tenant, each party opens only its own facts", () => {
  const facts = new Map([
    [CONTOSO, { approver: "carol@contoso.example" }],
    [FABRIKAM, { ticket: "INC-4711" }],
  ]);
  const { tenantId: _, ...shared } = draft();
  const [ours, theirs] = sealForParties(shared, facts, countedSalts());
  assert.ok(ours && theirs);
  assert.deepEqual({ ...ours.entry, tenantId: FABRIKAM }, theirs.entry);
  assert.deepEqual(Object.keys(ours.entry.commitments).sort(), ["approver", "ticket"]);
  assert.deepEqual(names(ours.openings), ["approver"]);
  assert.deepEqual(names(theirs.openings), ["ticket"]);
  for (const opening of [...ours.openings, ...theirs.openings]) {
    assert.ok(openCommitment(ours.entry, opening));
    assert.ok(openCommitment(theirs.entry, opening));
  }
});

test("sealForParties: one name for two parties' facts, and facts of a stranger, are refused", () => {
  const { tenantId: _, ...shared } = draft();
  const clash = new Map([CONTOSO, FABRIKAM].map((tenantId) => [tenantId, { note: "x" }]));
  assert.throws(() => sealForParties(shared, clash, countedSalts()), /share a name/);
  const stranger = new Map([[asId<TenantId>("33333333-3333-4333-8333-333333333333"), { note: "x" }]]);
  assert.throws(() => sealForParties(shared, stranger, countedSalts()), /no party/);
});

test("openCommitment: another value, salt or name does not open, nor does anything out of form", () => {
  const { entry, openings } = sealEntry(draft(), { ticket: "INC-1", note: "INC-1" }, countedSalts());
  const [ticket, note] = openings;
  assert.ok(ticket && note);
  assert.ok(openCommitment(entry, ticket));
  const wrong: readonly Opening[] = [
    { ...ticket, value: "INC-2" },
    { ...ticket, salt: note.salt },
    { ...ticket, name: "note" },
    { ...ticket, name: "toString" },
    { ...ticket, salt: "" },
    { ...ticket, salt: `${ticket.salt}=` },
    { ...ticket, value: Number.NaN },
  ];
  for (const opening of wrong) assert.equal(openCommitment(entry, opening), false, JSON.stringify(opening));
});

test("openCommitment: opens any JSON value and no other", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (value, other) => {
      fc.pre(JSON.stringify([value, other]).isWellFormed());
      const plain: Opening["value"] = JSON.parse(JSON.stringify(value));
      const { entry, openings } = sealEntry(draft(), { fact: plain }, countedSalts());
      const [opening] = openings;
      assert.ok(opening && openCommitment(entry, opening));
      const swapped: Opening = { ...opening, value: JSON.parse(JSON.stringify(other)) };
      assert.equal(openCommitment(entry, swapped), canonicalJson(plain) === canonicalJson(other));
    }),
  );
});

test("sealEntry: what is out of form or bounds is refused with the field named", () => {
  const refused: readonly [Partial<AuditEntryDraft>, RegExp][] = [
    [{ id: "nope" as EntryId }, /`id`/],
    [{ tenantId: "ABCDEF01-1111-4111-8111-111111111111" as TenantId }, /`tenantId`.*lower case/],
    [{ at: "2026-01-02T03:04:05Z" }, /`at`/],
    [{ at: "2026-01-02T04:04:05.006+01:00" }, /`at`/],
    [{ type: "approved" }, /`type`/],
    [{ type: `a.${"b".repeat(63)}` }, /`type`/],
    [{ actor: { ...userActor(), via: "" } }, /`actor.via`/],
    [{ subject: { kind: "access request", id: "1" } }, /`subject.kind`/],
    [{ subject: { kind: "accessRequest", id: "x".repeat(1_025) } }, /`subject.id`/],
    [{ parties: [FABRIKAM] }, /not among the parties/],
    [{ parties: [CONTOSO, CONTOSO] }, /named twice/],
    [{ correlationId: "" }, /`correlationId`/],
    [{ facts: { ["n".repeat(129)]: 1 } }, /name of a fact/],
    [{ commitments: { "": "x" } }, /private fact/],
  ];
  for (const [change, message] of refused) {
    assert.throws(
      () => sealEntry(draft(change), {}, countedSalts()),
      (error) => error instanceof AuditEntryError && message.test(error.message),
      String(message),
    );
  }
});

test("sealEntry: more than 64 KiB, a bad private name, a short salt, too many private facts are refused", () => {
  assert.throws(
    () => sealEntry(draft({ facts: { a: "x".repeat(65_536) } }), {}, countedSalts()),
    /65536 bytes/,
  );
  assert.throws(() => sealEntry(draft(), { "a b": 1 }, countedSalts()), /private fact/);
  assert.throws(() => sealEntry(draft(), { a: 1 }, { next: () => Buffer.alloc(31) }), /32 bytes/);
  const many = Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`f${index}`, index]));
  assert.throws(() => sealEntry(draft(), many, countedSalts()), /more than 32/);
});

test("sealEntry: the system may act without a tenant", () => {
  const { entry } = sealEntry(draft({ actor: { kind: "system", via: "worker" } }), {}, countedSalts());
  assert.deepEqual(entry.actor, { kind: "system", via: "worker" });
});

function draft(change: Partial<AuditEntryDraft> = {}): AuditEntryDraft {
  return {
    id: asId<EntryId>("aaaaaaaa-0000-4000-8000-000000000001"),
    tenantId: CONTOSO,
    at: "2026-01-02T03:04:05.006Z",
    type: "request.approved",
    actor: userActor(),
    subject: { kind: "accessRequest", id: "3f9c2a71-0000-4000-8000-000000000001" },
    parties: [CONTOSO, FABRIKAM],
    correlationId: "3f9c2a71-0000-4000-8000-000000000001",
    facts: { duration: "PT20S", roles: ["Contributor"] },
    ...change,
  };
}

function userActor(): AuditActor {
  const objectId = asId<ObjectId>("44444444-4444-4444-8444-444444444444");
  return { kind: "user", tenantId: CONTOSO, objectId, via: "portal" };
}

function countedSalts(): SaltSource {
  let count = 0;
  return {
    next: () => {
      count += 1;
      return Buffer.alloc(32, count);
    },
  };
}

function names(openings: readonly Opening[]): readonly string[] {
  return openings.map(({ name }) => name);
}
