import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { ConfigError, readConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "curfew-config-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const fileOf = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const FROM = "Curfew <curfew@example.com>";
const mailOf = (url: string, more: Record<string, string> = {}) =>
  readConfig({ CURFEW_SMTP_URL: url, CURFEW_MAIL_FROM: FROM, ...more }).mail;

test("without CURFEW_SMTP_URL nothing is mailed, and what is set beside it is not passed over", () => {
  assert.equal(readConfig({}).mail, null);
  assert.throws(
    () => readConfig({ CURFEW_MAIL_FROM: FROM }),
    /CURFEW_MAIL_FROM is set, and CURFEW_SMTP_URL is not/,
  );
  assert.throws(() => readConfig({ CURFEW_SMTP_URL: "smtps://mail.example.com" }), /needs CURFEW_MAIL_FROM/);
});

test("CURFEW_SMTP_URL: TLS is required but on loopback, or where it is said in so many words", () => {
  const cases: [string, string, number, string][] = [
    ["smtps://mail.example.com", "mail.example.com", 465, "implicit"],
    ["smtps://mail.example.com:2465", "mail.example.com", 2465, "implicit"],
    ["smtp://mail.example.com", "mail.example.com", 587, "starttls"],
    ["smtp://mail.example.com:25?tls=never", "mail.example.com", 25, "never"],
    ["smtp://127.0.0.1:25", "127.0.0.1", 25, "never"],
    ["smtp://[::1]:25", "::1", 25, "never"],
    ["smtp://localhost:25?tls=required", "localhost", 25, "starttls"],
  ];
  for (const [url, host, port, tls] of cases) {
    const { server } = mailOf(url) ?? assert.fail();
    assert.deepEqual(server, { host, port, tls, login: null, ca: null }, url);
  }
});

test("CURFEW_SMTP_URL: a login from the address, or its password from a file", () => {
  const login = (url: string, more = {}) => mailOf(url, more)?.server.login;
  assert.deepEqual(login("smtps://curfew%40example.com:p%3Aw@mail.example.com"), {
    user: "curfew@example.com",
    password: "p:w",
  });
  const CURFEW_SMTP_PASSWORD_FILE = fileOf("password", "from a file\n");
  assert.deepEqual(login("smtps://curfew@mail.example.com", { CURFEW_SMTP_PASSWORD_FILE }), {
    user: "curfew",
    password: "from a file",
  });
  assert.throws(
    () => login("smtps://curfew:secret@mail.example.com", { CURFEW_SMTP_PASSWORD_FILE }),
    /take one out/,
  );
  assert.throws(() => login("smtps://curfew@mail.example.com"), /go together/);
});

test("what is refused is named, and no password is ever in what is said of it", () => {
  const wrong: [string, Record<string, string>][] = [
    ["http://u:hunter2@mail.example.com", {}],
    ["mail.example.com", {}],
    ["smtps://u:hunter2@mail.example.com/path", {}],
    ["smtps://u:hunter2@mail.example.com?tls=never", {}],
    ["smtp://u:hunter2@mail.example.com?tls=maybe", {}],
    ["smtp://u:hunter2@mail.example.com?pool=true", {}],
    ["smtp://u:hunter2%ZZ@mail.example.com", {}],
    ["smtps://mail.example.com", { CURFEW_SMTP_CA_FILE: join(folder, "missing") }],
    ["smtps://mail.example.com", { CURFEW_MAIL_FROM: "Curfew <curfew@example.com>, other@example.com" }],
    ["smtps://mail.example.com", { CURFEW_MAIL_FROM: "a\r\nBcc: b@c <curfew@example.com>" }],
    ["smtps://mail.example.com", { CURFEW_DKIM_DOMAIN: "example.com" }],
    [
      "smtps://mail.example.com",
      {
        CURFEW_DKIM_DOMAIN: "example.com",
        CURFEW_DKIM_SELECTOR: "a",
        CURFEW_DKIM_KEY_FILE: fileOf("no-key", "hunter2"),
      },
    ],
    [
      "smtps://mail.example.com",
      { CURFEW_DKIM_DOMAIN: "no domain", CURFEW_DKIM_SELECTOR: "a", CURFEW_DKIM_KEY_FILE: "x" },
    ],
  ];
  for (const [url, more] of wrong)
    assert.throws(
      () => mailOf(url, more),
      (error: unknown) =>
        error instanceof ConfigError &&
        /CURFEW_(SMTP|MAIL|DKIM)/.test(error.message) &&
        !error.message.includes("hunter2"),
      `${url} ${JSON.stringify(more)}`,
    );
});

test("DKIM: domain, selector and an RSA key", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const mail = mailOf("smtps://mail.example.com", {
    ...{ CURFEW_DKIM_DOMAIN: "example.com", CURFEW_DKIM_SELECTOR: "curfew" },
    CURFEW_DKIM_KEY_FILE: fileOf("dkim", pem),
  });
  assert.deepEqual(mail?.dkim, { domain: "example.com", selector: "curfew", privateKey: pem });
  assert.deepEqual(mail?.from, { name: "Curfew", address: "curfew@example.com" });
});
