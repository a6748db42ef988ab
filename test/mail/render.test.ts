/** What a mail says, of each kind, and what nobody's name can make it say. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { MAIL_KINDS, type MailKind } from "../../src/domain/mail.ts";
import { isolated } from "../../src/domain/plain-text.ts";
import { HOUR_MS, instant } from "../../src/domain/time.ts";
import { renderMail } from "../../src/mail/render.ts";
import { aMail, headlineOf, MAIL_ID, NOON, REQUEST_ID } from "./mails.ts";

const HOUSE = { origin: "https://curfew.contoso.example", domain: "contoso.example" };
const KINDS = Object.keys(MAIL_KINDS) as MailKind[];
/** Where to leave every mail as a file, to be looked at. */
const { CURFEW_RENDERED_MAILS: folder } = process.env;

const HOSTILE = {
  newline: "Frank\r\nBcc: evil@z.example\n\nWho: Carol",
  turned: "Frank\u202e4711 redro",
  list: '"x" <b@y>, evil@z',
  markup: "<script>alert(1)</script><img src=x onerror=alert(1)>",
  link: "see https://evil.example/login or www.evil.example",
  hidden: "Ca\u200brol\u2066\u2069\u0000",
  hebrew: "\u05d0\u05d1\u05d2 (admin)",
  long: "n".repeat(20_000),
};

test("every kind has its words, its one link, and says by whose clock", () => {
  for (const kind of KINDS) {
    const isDigest = MAIL_KINDS[kind].unsubscribe;
    const tokens = {
      confirm: kind === "address_confirmation" ? "t".repeat(43) : null,
      stopDigests: isDigest ? "s".repeat(43) : null,
    };
    const settings = {
      subjectPrefix: "[Contoso access]",
      footer: "Questions? it@contoso.example",
      replyTo: "it@contoso.example",
    };
    const mail = aMail({ kind, tokens, settings, message: { headline: headlineOf(kind) } });
    const rendered = renderMail(mail, HOUSE);
    const { text, html, subject } = rendered;
    assert.equal(subject, `[Contoso access] ${headlineOf(kind)}`);
    const links = [...text.matchAll(/https?:\/\/\S+/g)].map(([link]) => link);
    const own = tokens.confirm === null ? `/requests/${REQUEST_ID}` : `/mail/confirm?token=${tokens.confirm}`;
    const stop = `${HOUSE.origin}/mail/stop-digests?token=${tokens.stopDigests}`;
    assert.deepEqual(links, [`${HOUSE.origin}${own}`, ...(isDigest ? [stop] : [])], kind);
    assert.deepEqual(
      [...html.matchAll(/href="([^"]+)"/g)].map(([, href]) => href),
      links.map((link) => link.replaceAll("'", "&#39;")),
    );
    assert.doesNotMatch(html, /<img|<script|url\(|src=/, kind);
    assert.match(text, /^Who:\s+Frank Fischer$/m);
    assert.match(
      text,
      /^Ends:\s+Wed, 2 Dec 2026, 00:00:20 in Europe\/Berlin \(Tue, 1 Dec 2026, 23:00:20 UTC\)$/m,
    );
    assert.match(text, /^Previous end:\s+Tue, 1 Dec 2026, 14:00 in Europe\/Berlin \(13:00 UTC\)$/m);
    assert.match(
      text,
      /\n-- \n {4}Questions\? it@contoso\.example\nContoso uses Curfew\. You get this because /,
    );
    assert.equal(rendered.headers["List-Unsubscribe"], isDigest ? `<${stop}>` : undefined);
    if (folder !== undefined) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${kind}.html`), html);
      writeFileSync(join(folder, `${kind}.txt`), `Subject: ${subject}\n\n${text}`);
    }
  }
});

test("the same mail has the same Message-ID, and one about a request is in its thread", () => {
  const [first, again] = [renderMail(aMail(), HOUSE), renderMail(aMail({ attempts: 3 }), HOUSE)];
  assert.equal(first.messageId, `<${MAIL_ID}@contoso.example>`);
  assert.equal(again.messageId, first.messageId);
  assert.equal(first.thread, `<request-${REQUEST_ID}@contoso.example>`);
  assert.equal(renderMail(aMail({ thread: null }), HOUSE).thread, null);
});

test("by UTC where nobody said otherwise, or said what is no zone", () => {
  for (const timeZone of [null, "Nowhere/At all", "UTC"]) {
    const { text } = renderMail(aMail({ timeZone }), HOUSE);
    assert.match(text, /^Previous end:\s+Tue, 1 Dec 2026, 13:00 UTC$/m);
  }
  const american = renderMail(aMail({ timeZone: "America/New_York", locale: "en-US" }), HOUSE).text;
  assert.match(american, /^Previous end:\s+Tue, Dec 1, 2026, 08:00 AM in America\/New York \(13:00 UTC\)$/m);
  assert.match(renderMail(aMail({ locale: "xx'; DROP" }), HOUSE).text, /Tue, 1 Dec 2026/);
});

for (const [what, hostile] of Object.entries(HOSTILE)) {
  test(`what somebody wrote stays what it is: ${what}`, () => {
    const mail = aMail({
      name: hostile,
      tenantName: hostile,
      settings: { subjectPrefix: hostile, footer: hostile, replyTo: null },
      message: {
        headline: `${isolated(hostile)} asks for Contributor`,
        note: hostile,
        facts: [
          { label: "who", value: { text: hostile } },
          { label: "why", value: { text: hostile } },
          { label: "newEnd", value: { instant: instant(NOON + HOUR_MS) } },
        ],
      },
    });
    const { subject, text, html, to } = renderMail(mail, HOUSE);
    assert.doesNotMatch(subject, /[\r\n\u202e\u200b]/);
    assert.ok([...subject].length <= 180);
    assert.doesNotMatch(to.name, /[\r\n\u202e]/);
    assert.equal(to.address, "casey@contoso.example");
    assert.doesNotMatch(text + html, /[\u202a-\u202e\u2066\u2067\u200b\r]/);
    assert.ok(!`${subject}${text}${html}`.includes("\0"));
    assert.equal((html.match(/<script|<img|onerror="/g) ?? []).length, 0);
    // Ours begin a line; what was written never does, so that it cannot pass for one of ours.
    assert.equal(text.split("\n").filter((line) => /^(Who|Bcc):/.test(line)).length, 1);
    const foreign = [...text.matchAll(/\b(?:https?:\/\/|www\.)\S+/g)].map(([link]) => link);
    assert.deepEqual(foreign, [`${HOUSE.origin}/requests/${REQUEST_ID}`]);
    assert.equal((html.match(/<a /g) ?? []).length, 1);
    assert.ok(text.length < 30_000 && html.length < 60_000, "bounded");
    if (folder !== undefined) {
      writeFileSync(join(folder, `hostile-${what}.html`), html);
      writeFileSync(
        join(folder, `hostile-${what}.txt`),
        `Subject: ${subject}\nTo: ${to.name} <${to.address}>\n\n${text}`,
      );
    }
  });
}

test("a name from the right is apart from what stands beside it", () => {
  const { text, subject, html } = renderMail(
    aMail({ message: { headline: `${isolated(HOSTILE.hebrew)} asks for 1 h` } }),
    HOUSE,
  );
  assert.ok(subject.startsWith(`\u2068${HOSTILE.hebrew}\u2069 asks for 1 h`));
  assert.ok(text.startsWith(subject));
  const ours = renderMail(aMail({ tenantName: HOSTILE.hebrew }), HOUSE);
  assert.match(ours.html, /<p [^>]*><bdi>\u05d0\u05d1\u05d2 \(admin\)<\/bdi> uses Curfew\./);
  assert.match(html, /<bdi>\u05d0\u05d1\u05d2 \(admin\)<\/bdi> asks for 1 h<\/h1>/);
});

test("a link leads to the portal and nowhere else", () => {
  for (const link of [
    "//evil.example/x",
    "/\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "/a b\nc",
  ]) {
    const { text, html } = renderMail(aMail({ message: { link } }), HOUSE);
    assert.doesNotMatch(text, /evil|javascript/);
    assert.doesNotMatch(html, /<a /);
  }
});
