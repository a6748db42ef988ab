/** From what is planned to what a real mail server has: when, to whom, how often, and what is stored of it. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import type { PlannedMail } from "../../src/domain/mail.ts";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../src/domain/time.ts";
import { createMailer, hashOfToken } from "../../src/mail/smtp-mailer.ts";
import { dueWork, turnMail } from "../../src/store/due-work.ts";
import { switchOnAddress } from "../../src/use-cases/mail/addresses.ts";
import { followMailLink, readMailLink, vouchForAddresses } from "../../src/use-cases/mail/confirm-address.ts";
import {
  type MailDeps,
  type Sent,
  sendDueMail,
  TAKEN_FOR_MS,
} from "../../src/use-cases/mail/send-due-mail.ts";
import { type MailServer, startMailServer } from "../fixtures/mail-server.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
let there: MailServer;
let refused = new Map<string, { readonly code: number; readonly text: string }>();

before(async () => {
  world = await openWorld();
  await turnMail(world.opened.db, true);
  there = await startMailServer({ onRecipient: (address) => refused.get(address) ?? null });
});
after(async () => {
  await there?.close();
  await world?.close();
});

function sender(port = there.port): MailDeps {
  const server = { host: "127.0.0.1", port, tls: "never" as const, login: null, ca: null };
  const from = { name: "Curfew", address: "curfew@contoso.example" };
  const mailer = createMailer({ server, from, dkim: null, origin: "https://curfew.example" });
  return { ...world.deps, mailer, due: dueWork(world.opened.db, world.clock.now) };
}

async function sent(deps = sender()): Promise<Sent> {
  const all = await sendDueMail(deps);
  deps.mailer.rest();
  return all;
}

function mailTo(town: Town, name: Name, more: Partial<PlannedMail> = {}): PlannedMail {
  const { tenantId, objectId } = town.ref(name);
  return {
    id: randomUUID(),
    tenantId,
    to: { person: objectId },
    kind: "decision_wanted",
    message: { headline: `for ${name}`, facts: [], link: "/requests", note: null },
    thread: null,
    topic: null,
    notBefore: world.clock.now(),
    urgent: false,
    ...more,
  };
}

const emailOf = async (town: Town, name: Name): Promise<string> => {
  const { tenantId, objectId } = town.ref(name);
  return world.opened.store.inTenant(
    tenantId,
    async (tx) => (await tx.principals.find(objectId))?.email ?? "",
  );
};
async function newTown(): Promise<Town> {
  const town = await world.newTown();
  for (const name of ["carol", "casey", "frank"] as const)
    await vouchForAddresses(world.deps, town.ref(name).tenantId, [await emailOf(town, name)]);
  there.received.length = 0;
  refused = new Map();
  return town;
}
const plan = (town: Town, mails: readonly PlannedMail[]) =>
  world.opened.store.inTenant(town.ref("carol").tenantId, (tx) => tx.mail.plan(mails));
const stored = (town: Town, name: Name = "carol") =>
  world.opened.store.inTenant(town.ref(name).tenantId, (tx) => tx.mail.list({ limit: 50 }));
const headlines = () => there.received.map(({ mail }) => mail.subject);

test("what is planned twice is one mail, and it is sent once", async () => {
  const town = await newTown();
  const mail = mailTo(town, "casey");
  await plan(town, [mail, mail]);
  await plan(town, [{ ...mail, message: { ...mail.message, headline: "another" } }]);
  assert.deepEqual(await sent(), { taken: 1, unreachable: null });
  assert.deepEqual(await sent(), { taken: 0, unreachable: null });
  assert.deepEqual(headlines(), ["for casey"]);
  assert.deepEqual(there.received[0]?.to, [await emailOf(town, "casey")]);
  const [row] = await stored(town);
  assert.equal(row?.state, "sent");
  assert.equal(row?.acceptedAt, world.clock.now());
});

test("a mail waits for its time; withdrawn by its topic it is never sent, moved it comes later", async () => {
  const town = await newTown();
  const at = addMs(world.clock.now(), MINUTE_MS);
  const [decision, ending] = [`decision:${randomUUID()}:0`, `ending:${randomUUID()}`];
  await plan(town, [
    mailTo(town, "casey", { topic: decision, notBefore: at }),
    mailTo(town, "casey", {
      topic: ending,
      notBefore: at,
      message: { headline: "ends", facts: [], link: null, note: null },
    }),
  ]);
  assert.equal((await sent()).taken, 0);
  await world.opened.store.inTenant(town.ref("carol").tenantId, async (tx) => {
    await tx.mail.withdraw([decision]);
    await tx.mail.move([{ topic: ending, notBefore: addMs(at, HOUR_MS) }]);
  });
  world.clock.advance(MINUTE_MS);
  assert.equal((await sent()).taken, 0);
  world.clock.advance(HOUR_MS);
  assert.equal((await sent()).taken, 1);
  assert.deepEqual(headlines(), ["ends"]);
});

test("nobody withdraws or moves what another organisation planned, though it is for its own people", async () => {
  const town = await newTown();
  const topic = `ending:${randomUUID()}`;
  await plan(town, [mailTo(town, "frank", { topic })]);
  await world.opened.store.inTenant(town.ref("frank").tenantId, (tx) => tx.mail.withdraw([topic]));
  assert.equal((await sent()).taken, 1);
  assert.equal((await stored(town, "frank"))[0]?.state, "sent");
  assert.deepEqual(await stored(town), [], "its reader's organisation alone reads it");
});

test("a mail that a decision could take back waits until all that happened before was told", async () => {
  const town = await newTown();
  const asked = value(await town.ask("colin"));
  const topic = `decision:${asked.id}:0`;
  await plan(town, [
    mailTo(town, "casey", { topic }),
    mailTo(town, "casey", { message: { headline: "other", facts: [], link: null, note: null } }),
  ]);
  world.clock.advance(SECOND_MS);
  await sent();
  assert.deepEqual(headlines(), ["other"]);
  // Told, and nothing more planned of it: the tests after this one send what they plan themselves.
  await turnMail(world.opened.db, false);
  await world.pass();
  await turnMail(world.opened.db, true);
  await sent();
  assert.deepEqual(headlines(), ["other", "for casey"]);
});

test("451 goes again with a growing pause; 550 never, and three in a row switch the address off until somebody says so", async () => {
  const town = await newTown();
  const address = await emailOf(town, "casey");
  refused.set(address, { code: 451, text: "4.3.0 not now" });
  await plan(town, [mailTo(town, "casey")]);
  await sent();
  assert.equal((await stored(town))[0]?.lastError, "451 4.3.0 not now");
  for (const pauseMs of [MINUTE_MS, 2 * MINUTE_MS]) {
    world.clock.advance(pauseMs - 1);
    assert.equal((await sent()).taken, 0);
    world.clock.advance(1);
    assert.equal((await sent()).taken, 1);
  }
  refused.set(address, { code: 550, text: "5.1.1 no such user" });
  world.clock.advance(4 * MINUTE_MS);
  await sent();
  assert.equal((await stored(town))[0]?.state, "refused");
  for (let more = 0; more < 2; more++) {
    await plan(town, [mailTo(town, "casey")]);
    await sent();
  }
  await plan(town, [mailTo(town, "casey")]);
  refused.clear();
  await sent();
  assert.deepEqual(there.received, []);
  const carol = town.as("carol");
  const tenant = town.ref("carol").tenantId;
  const [off] = await world.opened.store.inTenant(tenant, (tx) =>
    tx.mail.addresses({ limit: 9, after: "", switchedOff: true }),
  );
  assert.equal(off?.address, address.toLowerCase());
  assert.equal(off?.switchedOffWhy, "550 5.1.1 no such user");
  const told = await world.opened.store.inTenant(tenant, (tx) =>
    tx.log.entries({ limit: 9, types: ["mail.switched_off"] }),
  );
  assert.equal(told.length, 1);
  assert.match(JSON.stringify(told[0]?.entry), new RegExp(town.ref("casey").objectId));
  const denied = await switchOnAddress(world.deps, town.as("casey"), off?.id ?? "");
  assert.equal(denied.ok === false && denied.rejection.code, "forbidden");
  value(await switchOnAddress(world.deps, carol, off?.id ?? ""));
  await plan(town, [mailTo(town, "casey")]);
  await sent();
  assert.equal(there.received.length, 1);
});

test("an hour without a mail server: nothing is lost, nothing is tried out of its order, and all of it comes", async () => {
  const town = await newTown();
  for (let minute = 0; minute < 60; minute++) {
    await plan(town, [
      mailTo(town, "casey", { message: { headline: `minute ${minute}`, facts: [], link: null, note: null } }),
    ]);
    if (minute % 10 === 0) assert.notEqual((await sent(sender(1))).unreachable, null);
    world.clock.advance(MINUTE_MS);
  }
  assert.ok((await stored(town)).every(({ attempts, state }) => attempts === 0 && state === "waiting"));
  while ((await sent()).taken > 0);
  assert.deepEqual(
    headlines(),
    Array.from({ length: 60 }, (_, minute) => `minute ${minute}`),
  );
});

test("what nobody took for five days is given up", async () => {
  const town = await newTown();
  await plan(town, [mailTo(town, "casey")]);
  world.clock.advance(5 * DAY_MS);
  await sent();
  assert.deepEqual(there.received, []);
  assert.equal((await stored(town))[0]?.state, "given_up");
});

test("an address that nobody confirmed gets one question, and a reset; and all else once somebody said yes", async () => {
  const town = await newTown();
  await plan(town, [mailTo(town, "chris"), mailTo(town, "chris"), mailTo(town, "chris", { kind: "reset" })]);
  await sent();
  await sent();
  assert.equal(there.received.length, 2);
  assert.deepEqual(new Set(headlines()), new Set(["for chris", "May Contoso send mail to this address?"]));
  const asked = there.received.find(({ mail }) => mail.subject?.startsWith("May"));
  const token = /\/mail\/confirm\?token=([\w-]{43})/.exec(asked?.mail.text ?? "")?.[1] ?? "";
  const hash = hashOfToken(token);
  assert.equal((await readMailLink(world.deps, hash))?.done, false, "reading the page changes nothing");
  assert.equal((await readMailLink(world.deps, hash))?.done, false);
  assert.equal((await followMailLink(world.deps, hash))?.done, true);
  assert.equal((await followMailLink(world.deps, hash))?.done, true);
  assert.equal(await followMailLink(world.deps, hashOfToken("x".repeat(43))), null);
  await plan(town, [
    mailTo(town, "chris", { message: { headline: "now", facts: [], link: null, note: null } }),
  ]);
  await sent();
  assert.equal(headlines().at(-1), "now");
  world.clock.advance(7 * DAY_MS);
  assert.equal(await readMailLink(world.deps, hash), null, "a week later the link is over");
});

test("an address of a rule is nobody's: it is asked first, too", async () => {
  const town = await newTown();
  const to = { address: "Ops@contoso.example", ruleOf: "policy 1" };
  await plan(town, [mailTo(town, "carol", { to, kind: "live" })]);
  await sent();
  await sent();
  assert.deepEqual(headlines(), ["May Contoso send mail to this address?"]);
  assert.deepEqual(there.received[0]?.to, ["Ops@contoso.example"]);
  const token = /token=([\w-]{43})/.exec(there.received[0]?.mail.text ?? "")?.[1] ?? "";
  await followMailLink(world.deps, hashOfToken(token));
  await plan(town, [mailTo(town, "carol", { to, kind: "live" })]);
  await sent();
  assert.deepEqual(headlines().at(-1), "for carol");
});

test("digests stop from the mail itself, and nothing else does", async () => {
  const town = await newTown();
  await plan(town, [mailTo(town, "casey", { kind: "weekly_digest" })]);
  await sent();
  const raw = there.received[0]?.raw ?? "";
  assert.match(raw, /List-Unsubscribe-Post: List-Unsubscribe=One-Click/);
  const token = /stop-digests\?token=([\w-]{43})/.exec(there.received[0]?.mail.text ?? "")?.[1] ?? "";
  await followMailLink(world.deps, hashOfToken(token));
  await plan(town, [mailTo(town, "casey", { kind: "weekly_digest" }), mailTo(town, "casey")]);
  await sent();
  assert.equal(there.received.length, 2);
  assert.equal(headlines().at(-1), "for casey");
});

test("two processes never take the same mail; whoever was killed delays it by minutes, and no more", async () => {
  const town = await newTown();
  await plan(
    town,
    Array.from({ length: 30 }, () => mailTo(town, "casey")),
  );
  await Promise.all([sent(), sent(), sent()]);
  while ((await sent()).taken > 0);
  assert.equal(there.received.length, 30);
  await plan(town, [mailTo(town, "casey")]);
  const { due } = sender();
  const taken = await due.mail(
    world.clock.now(),
    { ofOne: 9, inAll: 9 },
    addMs(world.clock.now(), TAKEN_FOR_MS),
  );
  assert.equal(taken.length, 1);
  assert.equal((await sent()).taken, 0);
  world.clock.advance(TAKEN_FOR_MS);
  assert.equal((await sent()).taken, 1);
});

test("nobody's mail waits behind all of somebody else's", async () => {
  const [one, other] = [await newTown(), await newTown()];
  await plan(
    one,
    Array.from({ length: 100 }, () => mailTo(one, "casey")),
  );
  await plan(other, [mailTo(other, "casey")]);
  await sent();
  assert.equal((await stored(other))[0]?.state, "sent");
  while ((await sent()).taken > 0);
});

test("what breaks for one organisation delays nobody else's mail", async () => {
  const [one, other] = [await newTown(), await newTown()];
  const broken = mailTo(one, "casey");
  await plan(one, [broken]);
  await one.rows("contoso", (trx) =>
    trx.updateTable("mail").set({ kind: "of another release" }).where("id", "=", broken.id).execute(),
  );
  await plan(other, [mailTo(other, "casey")]);
  await assert.rejects(sent(), /of another release/);
  assert.equal((await stored(other))[0]?.state, "sent");
  await one.rows("contoso", (trx) =>
    trx.updateTable("mail").set({ kind: broken.kind }).where("id", "=", broken.id).execute(),
  );
  world.clock.advance(TAKEN_FOR_MS);
  await sent();
  assert.equal((await stored(one))[0]?.state, "sent");
});

test("without a mail server of the operator's nothing is planned", async () => {
  const town = await newTown();
  await turnMail(world.opened.db, false);
  await plan(town, [mailTo(town, "casey")]);
  await turnMail(world.opened.db, true);
  assert.deepEqual(await stored(town), []);
});

test("tokens of links are kept as hashes, and no text of a mail is kept with one", async () => {
  const { rows } = await sql<{
    found: boolean;
  }>`SELECT EXISTS (SELECT FROM mail WHERE message::text LIKE '%token=%') AS found`.execute(world.opened.db);
  assert.equal(rows[0]?.found, false);
  await assert.rejects(sql`SELECT * FROM mail_link`.execute(world.opened.db), /permission denied/);
});
