/** What a real SMTP server answers, and what becomes of it: each mail is taken, refused for good, or goes again later. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, test } from "node:test";
import { createMailer, type MailerOptions } from "../../src/mail/smtp-mailer.ts";
import { type MailServer, type MailServerOptions, startMailServer } from "../fixtures/mail-server.ts";
import { aMail, MAIL_ID, REQUEST_ID } from "./mails.ts";

const FROM = { name: "Curfew", address: "curfew@contoso.example" };
const open: (() => unknown)[] = [];
after(async () => {
  for (const close of open.reverse()) await close();
});

async function server(options: MailServerOptions = {}): Promise<MailServer> {
  const started = await startMailServer(options);
  open.push(started.close);
  return started;
}

function mailer(
  { port, ca }: Pick<MailServer, "port" | "ca">,
  more: Partial<MailerOptions["server"]> & Pick<Partial<MailerOptions>, "dkim" | "times"> = {},
) {
  const { dkim = null, times = {}, ...server } = more;
  const made = createMailer({
    server: { host: "127.0.0.1", port, tls: "never", login: null, ca, ...server },
    from: FROM,
    dkim,
    origin: "https://curfew.contoso.example",
    times,
  });
  open.push(made.rest);
  return made;
}

test("a mail is taken: one recipient, its own Message-ID, the thread of its request, text and HTML", async () => {
  const there = await server();
  assert.deepEqual(await mailer(there).deliver(aMail()), { outcome: "accepted" });
  const [got] = there.received;
  assert.deepEqual(got?.to, ["casey@contoso.example"]);
  assert.equal(got?.from, FROM.address);
  assert.equal(got?.mail.messageId, `<${MAIL_ID}@contoso.example>`);
  assert.equal(got?.mail.inReplyTo, `<request-${REQUEST_ID}@contoso.example>`);
  assert.match(got?.mail.text ?? "", /https:\/\/curfew\.contoso\.example\/requests\/3333/);
  assert.match(String(got?.mail.html), /<h1/);
  assert.match(got?.raw ?? "", /Auto-Submitted: auto-generated/);
});

test("TLS from the first byte, and STARTTLS, each with a login", async () => {
  const login = { user: "curfew", password: "p%40 word" };
  for (const tls of ["implicit", "starttls"] as const) {
    const there = await server({ tls, login });
    const delivery = await mailer(there, { tls, login, host: "localhost" }).deliver(aMail());
    assert.deepEqual(delivery, { outcome: "accepted" });
    assert.equal(there.received[0]?.secure, true);
    assert.equal(there.received[0]?.user, "curfew");
  }
});

test("where TLS is required, nothing is said to a server that offers none", async () => {
  const there = await server({ tls: "never" });
  const delivery = await mailer(there, { tls: "starttls" }).deliver(aMail());
  assert.equal(delivery.outcome, "unreachable");
  assert.equal(there.received.length, 0);
});

test("a server that nobody vouches for gets nothing, password included", async () => {
  const there = await server({ tls: "implicit", login: { user: "curfew", password: "secret" } });
  const stranger = mailer(
    { port: there.port, ca: "" },
    { tls: "implicit", ca: null, login: { user: "curfew", password: "secret" } },
  );
  const delivery = await stranger.deliver(aMail());
  assert.equal(delivery.outcome, "unreachable");
  assert.equal(there.received.length, 0);
});

test("a wrong password is no fault of the mail, and is not shown", async () => {
  const there = await server({ tls: "implicit", login: { user: "curfew", password: "right" } });
  const delivery = await mailer(there, {
    tls: "implicit",
    login: { user: "curfew", password: "wr0ng-secret" },
  }).deliver(aMail());
  assert.equal(delivery.outcome, "unreachable");
  assert.doesNotMatch(JSON.stringify(delivery), /wr0ng-secret/);
});

test("a server that offers no login is not sent to without one", async () => {
  const there = await server();
  const delivery = await mailer(there, { login: { user: "curfew", password: "secret" } }).deliver(aMail());
  assert.equal(delivery.outcome, "unreachable");
  assert.equal(there.received.length, 0);
});

test("451 of a recipient goes again, 550 never; the connection serves the next", async () => {
  const answers = new Map([
    ["later@contoso.example", { code: 451, text: "4.3.0 not now" }],
    ["never@contoso.example", { code: 550, text: "5.1.1 no such\u202e user" }],
  ]);
  const there = await server({ onRecipient: (address) => answers.get(address) ?? null });
  const way = mailer(there);
  assert.deepEqual(await way.deliver(aMail({ writtenTo: "later@contoso.example" })), {
    outcome: "later",
    error: "451 4.3.0 not now",
  });
  assert.deepEqual(await way.deliver(aMail({ writtenTo: "never@contoso.example" })), {
    outcome: "refused",
    error: "550 5.1.1 no such\\u202e user",
    ofAddress: true,
  });
  assert.deepEqual(await way.deliver(aMail()), { outcome: "accepted" });
  assert.ok(there.connections() <= 2, "one is used again, and not a new one for each mail");
});

test("refused with its whole content, only a bad mailbox is the address's fault", async () => {
  const texts = ["5.1.1 no mailbox", "5.7.1 looks like spam"];
  const there = await server({ onMail: () => ({ code: 550, text: texts.shift() ?? "" }) });
  const way = mailer(there);
  const [mailbox, content] = [await way.deliver(aMail()), await way.deliver(aMail())];
  assert.deepEqual(
    [mailbox, content].map((one) => one.outcome === "refused" && one.ofAddress),
    [true, false],
  );
});

test("nobody is there, or somebody who says nothing: no mail was tried", async () => {
  const gone = await startMailServer();
  await gone.close();
  assert.equal((await mailer(gone).deliver(aMail())).outcome, "unreachable");
  const { createServer } = await import("node:net");
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  open.push(() => silent.close());
  const { port } = silent.address() as { port: number };
  const times = { connectMs: 200, answerMs: 300, wholeMs: 2_000 };
  const delivery = await mailer({ port, ca: "" }, { times, ca: null }).deliver(aMail());
  assert.equal(delivery.outcome, "unreachable");
});

test("a server that is slow with its answer is given up within a bound, and the mail goes again", async () => {
  const there = await server({
    onMail: () => new Promise((resolve) => setTimeout(resolve, 5_000, null).unref()),
  });
  const began = performance.now();
  const delivery = await mailer(there, { times: { answerMs: 400 } }).deliver(aMail());
  assert.equal(delivery.outcome, "later");
  assert.ok(performance.now() - began < 3_000);
  const whole = await mailer(there, { times: { wholeMs: 400 } }).deliver(aMail());
  assert.deepEqual(whole, { outcome: "later", error: "the mail server took too long" });
});

test("a connection lost after the content: it goes again, under the same Message-ID", async () => {
  let dropped = 0;
  const there = await server({ drop: () => (dropped++ === 0 ? "after" : null) });
  const way = mailer(there);
  const first = await way.deliver(aMail());
  assert.equal(first.outcome, "later");
  assert.deepEqual(await way.deliver(aMail()), { outcome: "accepted" });
  assert.deepEqual(
    there.received.map(({ mail }) => mail.messageId),
    [`<${MAIL_ID}@contoso.example>`, `<${MAIL_ID}@contoso.example>`],
  );
});

test("hostile names make no recipient, no header and no line", async () => {
  const there = await server();
  const way = mailer(there);
  for (const name of ['"x" <b@y>, evil@z', "a\r\nBcc: evil@z.example", "a\u202eb", "n".repeat(5_000)]) {
    const headline = `${name} asks`;
    assert.deepEqual(await way.deliver(aMail({ name, tenantName: name, message: { headline } })), {
      outcome: "accepted",
    });
  }
  for (const { to, mail, raw } of there.received) {
    assert.deepEqual(to, ["casey@contoso.example"]);
    assert.equal(mail.bcc, undefined);
    assert.doesNotMatch(raw, /^bcc:/im);
    assert.doesNotMatch(`${mail.subject}${mail.text}${mail.html}`, /\u202e/);
    const recipients = Array.isArray(mail.to) ? mail.to : [mail.to];
    assert.deepEqual(
      recipients.flatMap((one) => one?.value.map(({ address }) => address)),
      ["casey@contoso.example"],
    );
  }
});

test("DKIM: signed for the operator's domain", async () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const there = await server();
  await mailer(there, { dkim: { domain: "contoso.example", selector: "curfew", privateKey: pem } }).deliver(
    aMail(),
  );
  assert.match(
    there.received[0]?.raw ?? "",
    /DKIM-Signature: v=1; a=rsa-sha256;[\s\S]*d=contoso\.example;[\s\S]*s=curfew/,
  );
});
