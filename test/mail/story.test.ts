/**
 * Fiona asks for orders; Casey's and Carol's mails; Carol decides; Casey's says so, or was never sent; her end is near; it
 * ends; the digest. Over a real mail server, in moved time, each mail as it was received.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../src/domain/time.ts";
import { createMailer } from "../../src/mail/smtp-mailer.ts";
import { dueWork, turnMail } from "../../src/store/due-work.ts";
import { vouchForAddresses } from "../../src/use-cases/mail/confirm-address.ts";
import { sendDueMail } from "../../src/use-cases/mail/send-due-mail.ts";
import { tellDigests } from "../../src/use-cases/notifications/tell-by-time.ts";
import { type MailServer, startMailServer } from "../fixtures/mail-server.ts";
import type { Name, Town } from "../fixtures/town.ts";
import { MONDAY, openWorld, value, type World } from "../fixtures/world.ts";

let world: World;
let there: MailServer;
before(async () => {
  world = await openWorld();
  await turnMail(world.opened.db, true);
  there = await startMailServer();
});
after(async () => {
  await there?.close();
  await world?.close();
});

const PEOPLE = ["carol", "casey", "fiona"] as const;

async function emailOf(town: Town, name: Name): Promise<string> {
  const { tenantId, objectId } = town.ref(name);
  const found = await world.deps.store.inTenant(tenantId, (tx) => tx.principals.find(objectId));
  return found?.email ?? "";
}

/** What the worker and the sender do now: to whom mail came since, and what it was called. */
async function inbox(town: Town): Promise<readonly string[]> {
  await world.pass();
  const server = { host: "127.0.0.1", port: there.port, tls: "never" as const, login: null, ca: null };
  const from = { name: "Curfew", address: "curfew@contoso.example" };
  const mailer = createMailer({ server, from, dkim: null, origin: "https://curfew.example" });
  there.received.length = 0;
  while (
    (await sendDueMail({ ...world.deps, mailer, due: dueWork(world.opened.db, world.clock.now) })).taken > 0
  );
  mailer.rest();
  const names = new Map(
    await Promise.all(PEOPLE.map(async (one) => [await emailOf(town, one), one] as const)),
  );
  return there.received
    .flatMap(({ to, mail }) => to.map((address) => `${names.get(address)}: ${mail.subject}`))
    .filter((line) => !line.startsWith("undefined"))
    .sort();
}

async function story(): Promise<Town> {
  world.clock.set(MONDAY);
  const town = await world.newTown();
  for (const one of PEOPLE)
    await vouchForAddresses(world.deps, town.ref(one).tenantId, [await emailOf(town, one)]);
  await town.setPolicy({ required: 1 });
  return town;
}

const ORDERS = "Contributor on Contoso/orders for 1 h";

test("somebody decides after both were mailed: the other is told, then the end is near, and it ends", async () => {
  const town = await story();
  const request = value(await town.ask("fiona", { scope: town.scopes.orders }));
  assert.deepEqual(await inbox(town), [`fiona: Sent: ${ORDERS}`]);
  world.clock.advance(60 * SECOND_MS);
  assert.deepEqual(await inbox(town), [`carol: Fiona asks for ${ORDERS}`, `casey: Fiona asks for ${ORDERS}`]);
  value(await town.approve("carol", request));
  const decided = await inbox(town);
  assert.deepEqual(decided, [
    `carol: Approved: Fiona's request for ${ORDERS}`,
    `casey: Approved: Fiona's request for ${ORDERS}`,
    `fiona: Approved: ${ORDERS}`,
    "fiona: Live: Contributor on Contoso/orders",
  ]);
  const threads = new Set(there.received.map(({ mail }) => mail.references?.toString() ?? ""));
  assert.equal(threads.size, 1, "one conversation a request");
  assert.doesNotMatch(
    there.received
      .filter(({ mail }) => mail.subject?.startsWith("Approved: Contributor"))
      .map(({ mail }) => `${mail.text}`)
      .join(""),
    /Carol/,
    "I11: the publisher is not told who decided",
  );
  world.clock.advance(45 * MINUTE_MS - SECOND_MS);
  assert.deepEqual(await inbox(town), []);
  world.clock.advance(SECOND_MS);
  assert.deepEqual(await inbox(town), ["fiona: Ending soon: Contributor on Contoso/orders"]);
  world.clock.advance(15 * MINUTE_MS);
  assert.deepEqual(await inbox(town), ["fiona: Ended: Contributor on Contoso/orders"]);
});

test("somebody decides within a minute: the other was never mailed", async () => {
  const town = await story();
  const request = value(await town.ask("fiona", { scope: town.scopes.orders }));
  await inbox(town);
  world.clock.advance(59 * SECOND_MS);
  value(await town.approve("carol", request));
  const mails = await inbox(town);
  assert.deepEqual(
    mails.filter((line) => !line.startsWith("fiona")),
    [],
  );
  world.clock.advance(HOUR_MS);
  assert.deepEqual(
    (await inbox(town)).filter((line) => !line.startsWith("fiona")),
    [],
  );
});

test("what nobody had to decide comes in a digest, the next morning", async () => {
  const town = await story();
  await town.setPolicy({ mode: "automatic" });
  value(await town.ask("fiona", { scope: town.scopes.orders }));
  assert.deepEqual(
    (await inbox(town)).filter((line) => line.startsWith("carol")),
    [],
  );
  world.clock.set(addMs(MONDAY, DAY_MS));
  await tellDigests(world.deps, town.tenants.contoso);
  const [digest] = (await inbox(town)).filter((line) => line.startsWith("carol"));
  assert.equal(digest, "carol: What was approved without a decision");
  const text = there.received.map(({ mail }) => mail.text).join("\n");
  assert.match(text, /Fiona asks for Contributor on Contoso\/orders/);
  assert.ok(there.received.some(({ mail }) => mail.headers.has("list")));
});
