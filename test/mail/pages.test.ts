/** Where links in mails lead: reading asks, posting acts; over HTTP, with the whole house behind it. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { type Service, startService } from "../../src/compose.ts";
import { type MailServer, startMailServer } from "../fixtures/mail-server.ts";
import { until } from "../fixtures/program.ts";
import { openTestSystem, type TestSystem } from "../fixtures/system.ts";

let system: TestSystem;
let service: Service;
let there: MailServer;
let base: string;
before(async () => {
  there = await startMailServer();
  system = await openTestSystem(null);
  base = "http://127.0.0.1";
  service = await startService(system, {
    ...{ issuer: base, origins: [base], deviceFlow: false, trustedProxy: null, portal: null, log: () => {} },
    mail: {
      server: { host: "127.0.0.1", port: there.port, tls: "never", login: null, ca: null },
      from: { name: "Curfew", address: "curfew@contoso.example" },
      dkim: null,
    },
  });
  const server = await service.listen("127.0.0.1", 0, null);
  base = server.listeningOrigin;
});
after(async () => {
  await service?.close();
  await system?.remove();
  await there?.close();
});

const casey = () => system.world.ref("User", "contoso", "casey");
const address = () =>
  system.deps.store.inTenant(casey().tenantId, (tx) => tx.mail.address("casey@contoso.example"));

async function mailed(kind: "live" | "weekly_digest", headline: string): Promise<void> {
  const { tenantId, objectId } = casey();
  await system.deps.store.inTenant(tenantId, (tx) =>
    tx.mail.plan([
      {
        ...{ id: randomUUID(), tenantId, to: { person: objectId }, kind, thread: null, topic: null },
        ...{
          message: { headline, facts: [], link: "/", note: null },
          notBefore: system.deps.clock.now(),
          urgent: false,
        },
      },
    ]),
  );
  system.deps.store.wake();
}

/** Others of the world are told of what happened in it, too. */
const toCasey = () => there.received.filter(({ to }) => to.includes("casey@contoso.example"));

async function linkIn(path: string): Promise<string> {
  const found = () =>
    toCasey()
      .flatMap(({ mail }) => new RegExp(`${path}\\?token=([\\w-]{43})`).exec(mail.text ?? "")?.[1] ?? [])
      .at(-1);
  await until(() => found() !== undefined, 20_000, `a mail with ${path}`);
  return `${base}${path}?token=${found()}`;
}

const post = (link: string, headers: Record<string, string> = {}, body?: string) =>
  fetch(link, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: body ?? new URL(link).search.slice(1),
  });

test("the worker asks an address first; the link's page changes nothing, its button does, and then mail comes", async () => {
  await mailed("live", "too early");
  const link = await linkIn("/mail/confirm");
  assert.equal(toCasey().length, 1);
  for (const method of ["GET", "HEAD", "GET"]) {
    const page = await fetch(link, { method });
    assert.equal(page.status, 200);
    assert.match(page.headers.get("content-security-policy") ?? "", /default-src 'none'.*form-action 'self'/);
    assert.equal(page.headers.get("cache-control"), "no-store");
    if (method === "GET") assert.match(await page.text(), /<form method="post" action="\/mail\/confirm">/);
  }
  assert.equal((await address())?.confirmedAt, null);
  assert.equal(
    (await post(link, { origin: "https://evil.example", "sec-fetch-site": "cross-site" })).status,
    403,
  );
  assert.equal((await address())?.confirmedAt, null, "another site's form does nothing");
  assert.equal(
    (await post(link.replace("/confirm", "/stop-digests"))).status,
    404,
    "nor does the other purpose's address",
  );
  const done = await post(link);
  assert.equal(done.status, 200);
  assert.match(await done.text(), /Contoso may send mail to this address/);
  assert.notEqual((await address())?.confirmedAt, null);
  await mailed("live", "now");
  await until(() => toCasey().some(({ mail }) => mail.subject === "now"), 20_000, "the mail");
  assert.ok(!toCasey().some(({ mail }) => mail.subject === "too early"));
});

test("a mail program stops digests by one POST without a page, as RFC 8058 has it", async () => {
  await mailed("weekly_digest", "the week");
  const link = await linkIn("/mail/stop-digests");
  const header = toCasey().at(-1)?.mail.headers.get("list") as { unsubscribe?: { url?: string } } | undefined;
  assert.match(header?.unsubscribe?.url ?? "", /\/mail\/stop-digests\?token=/);
  assert.equal((await fetch(link)).status, 200);
  assert.equal((await address())?.digestsStoppedAt, null);
  assert.equal((await post(link, {}, "List-Unsubscribe=One-Click")).status, 200);
  assert.notEqual((await address())?.digestsStoppedAt, null);
});

test("what is no link of ours is over, whatever it holds", async () => {
  for (const token of ["", "x", "x".repeat(43), "%00", "../../etc", "x".repeat(5_000)]) {
    const link = `${base}/mail/confirm?token=${token}`;
    assert.equal((await fetch(link)).status, 404);
    assert.equal((await post(link)).status, 404);
  }
  assert.equal((await fetch(`${base}/mail/confirm`)).status, 404);
});
