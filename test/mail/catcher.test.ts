/** The demo's mail server and its page: everything is caught, and nothing that a mail holds does anything. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createTransport } from "nodemailer";
import { localTls } from "../../src/demo/local-ca.ts";
import { type MailCatcher, startMailCatcher } from "../../src/demo/mail-catcher.ts";
import { createMailer } from "../../src/mail/smtp-mailer.ts";
import { aMail } from "./mails.ts";

let folder: string;
let ca: string;
let catcher: MailCatcher;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "curfew-catcher-"));
  const tls = await localTls(folder);
  ca = readFileSync(tls.caFile, "utf8");
  catcher = await startMailCatcher(tls, 0);
});
after(async () => {
  await catcher?.close();
  rmSync(folder, { recursive: true, force: true });
});

const caught = async () =>
  (await (await fetch(`${catcher.url}/messages.json`)).json()) as Record<string, string>[];

test("what Curfew mails over TLS is in messages.json, the newest last", async () => {
  const mailer = createMailer({
    server: { host: "127.0.0.1", port: catcher.smtpPort, tls: "starttls", login: null, ca },
    from: { name: "Curfew", address: "curfew@demo.example" },
    dkim: null,
    origin: "http://127.0.0.1:8080",
  });
  for (const headline of ["one", "two"])
    assert.deepEqual(await mailer.deliver(aMail({ message: { headline } })), { outcome: "accepted" });
  mailer.rest();
  const all = await caught();
  assert.deepEqual(
    all.map(({ to, subject }) => [to, subject]),
    [
      ["casey@contoso.example", "one"],
      ["casey@contoso.example", "two"],
    ],
  );
  assert.deepEqual(Object.keys(all[0] ?? {}), ["to", "subject", "text", "html", "at"]);
  assert.match(all[0]?.text ?? "", /^one\n/);
  assert.match(all[0]?.html ?? "", /^<!doctype html>/);
  assert.ok(!Number.isNaN(Date.parse(all[0]?.at ?? "")));
});

test("a mail that holds scripts, forms and pictures shows as text, or in a frame that runs nothing", async () => {
  const transport = createTransport({ host: "127.0.0.1", port: catcher.smtpPort, ignoreTLS: true });
  const evil =
    '<script>document.title="owned"</script><img src="http://evil.example/x"><form action="http://evil.example"><button>';
  await transport.sendMail({
    from: "e@evil.example",
    to: "casey@contoso.example",
    subject: evil,
    text: evil,
    html: `<head></head>${evil}`,
  });
  transport.close();
  const last = (await caught()).length - 1;
  for (const path of ["/", `/message/${last}`]) {
    const page = await fetch(`${catcher.url}${path}`);
    assert.match(
      page.headers.get("content-security-policy") ?? "",
      /^default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'/,
    );
    assert.doesNotMatch(await page.text(), /<script|<img|<form/);
  }
  const shown = await fetch(`${catcher.url}/message/${last}/html`);
  const policy = shown.headers.get("content-security-policy") ?? "";
  assert.match(policy, /^sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none';/);
  assert.doesNotMatch(policy, /script|allow-scripts|allow-forms|allow-same-origin/);
  assert.match(
    await (await fetch(`${catcher.url}/message/${last}`)).text(),
    /<iframe sandbox="allow-popups allow-popups-to-escape-sandbox"/,
  );
});

test("it answers to its own name alone, and is only read", async () => {
  const status = (headers: Record<string, string>, method = "GET") =>
    new Promise<number | undefined>((resolve, reject) => {
      const asked = request(catcher.url, { method, headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      asked.once("error", reject);
      asked.end();
    });
  assert.equal(await status({ host: "evil.example" }), 421);
  assert.equal(await status({}, "POST"), 405);
  assert.equal(await status({}), 200);
});
