/**
 * What a demo mails goes nowhere: a mail server of its own on loopback takes all of it, and a page beside it shows it. What a
 * mail holds is never believed: its text is escaped, and its HTML stands in a frame without scripts, forms or pictures from
 * elsewhere. Only the demo has this.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";
import { Html, html } from "../domain/html.ts";
import type { LocalTls } from "./local-ca.ts";

export interface MailCatcher {
  /** Of the page; `messages.json` is beside it. */
  readonly url: string;
  readonly smtpPort: number;
  close(): Promise<void>;
}

/** One of `messages.json`, the newest last. */
interface CaughtMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** RFC 3339. */
  readonly at: string;
}

const LOOPBACK = "127.0.0.1";
const MOST_KEPT = 20_000;
const MOST_BYTES = 1_048_576;

/** @param port of the page; 0 for any */
export async function startMailCatcher(tls: LocalTls, port: number): Promise<MailCatcher> {
  const caught: CaughtMail[] = [];
  const smtp = new SMTPServer({
    key: tls.key,
    cert: tls.cert,
    disabledCommands: ["AUTH"],
    size: MOST_BYTES,
    logger: false,
    onData(stream, session, done) {
      // What was caught keeps its number, so that nothing is dropped: whoever wants more starts the demo again.
      if (caught.length >= MOST_KEPT) {
        stream.resume();
        stream.once("end", () => done(Object.assign(new Error("4.2.2 full"), { responseCode: 452 })));
        return;
      }
      simpleParser(stream, { maxHtmlLengthToParse: MOST_BYTES }).then(
        (mail) => {
          caught.push({
            to: session.envelope.rcptTo.map(({ address }) => address).join(", "),
            subject: mail.subject ?? "",
            text: mail.text ?? "",
            html: typeof mail.html === "string" ? mail.html : "",
            at: new Date().toISOString(),
          });
          done();
        },
        () => done(Object.assign(new Error("5.6.0 that is no mail"), { responseCode: 554 })),
      );
    },
  });
  // A connection that breaks is its own client's to notice.
  smtp.on("error", () => {});
  await new Promise<void>((resolve) => smtp.listen(0, LOOPBACK, resolve));
  const page = createServer((request, response) => serve(request, response, caught));
  await new Promise<void>((resolve, reject) => {
    page.once("error", reject);
    page.listen(port, LOOPBACK, resolve);
  });
  const { port: at } = page.address() as AddressInfo;
  return {
    url: `http://${LOOPBACK}:${at}`,
    smtpPort: (smtp.server.address() as AddressInfo).port,
    async close() {
      page.closeAllConnections();
      await new Promise((resolve) => page.close(resolve));
      await new Promise<void>((resolve) => smtp.close(resolve));
    },
  };
}

/** By a name that leads here only; another page's script that got one to lead here reads nothing. */
const HERE = /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/;

interface Answer {
  readonly status: number;
  readonly type: "text/html" | "text/plain" | "application/json";
  readonly body: string;
  readonly policy?: string;
}

function serve(request: IncomingMessage, response: ServerResponse, caught: readonly CaughtMail[]): void {
  const { status, type, body, policy = PAGE_POLICY } = answerTo(request, caught);
  response.writeHead(status, {
    "content-type": `${type}; charset=utf-8`,
    "content-security-policy": policy,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

function answerTo({ headers, method, url = "/" }: IncomingMessage, caught: readonly CaughtMail[]): Answer {
  const no = (status: number, body: string): Answer => ({ status, type: "text/plain", body });
  if (!HERE.test(headers.host ?? "")) return no(421, "this is not here\n");
  if (method !== "GET" && method !== "HEAD") return no(405, "only to be read\n");
  const [path = "/"] = url.split("?");
  if (path === "/") return { status: 200, type: "text/html", body: listPage(caught) };
  if (path === "/messages.json")
    return { status: 200, type: "application/json", body: JSON.stringify(caught, null, 2) };
  const [, digits = "", part] = /^\/message\/(\d{1,6})(\/html)?$/.exec(path) ?? [];
  const mail = digits === "" ? undefined : caught[Number(digits)];
  if (mail === undefined) return no(404, "there is no such mail\n");
  if (part === undefined) return { status: 200, type: "text/html", body: mailPage(mail, Number(digits)) };
  const body = mail.html.replace(/<head>/i, '<head><base target="_blank">');
  return { status: 200, type: "text/html", body, policy: MAIL_POLICY };
}

const STYLE = `body{margin:0;padding:1.5rem;font:1rem/1.5 system-ui,sans-serif;background:#eef1f5;color:#1b2430}
main{max-width:60rem;margin:0 auto}a{color:#1f5fbf}h1{font-size:1.3rem}table{width:100%;border-collapse:collapse;background:#fff}
th,td{padding:.5rem .75rem;border-bottom:1px solid #c3cbd6;text-align:left;vertical-align:top;overflow-wrap:anywhere}
pre{padding:1rem;background:#fff;white-space:pre-wrap;overflow-wrap:anywhere}iframe{width:100%;height:34rem;border:1px solid #c3cbd6;background:#fff}`;

const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** Also where somebody opens it by itself: the policy makes of it a place of its own, without scripts. */
const MAIL_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

function pageOf(title: string, content: Html): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title><style>${new Html(STYLE)}</style></head>
<body><main>${content}</main></body></html>
`.text;
}

function listPage(caught: readonly CaughtMail[]): string {
  const rows = caught.map(
    ({ to, subject, at }, index) =>
      html`<tr><td>${at}</td><td><bdi>${to}</bdi></td><td><a href="/message/${index}"><bdi>${subject === "" ? "(no subject)" : subject}</bdi></a></td></tr>`,
  );
  return pageOf(
    "Mails of the demo",
    html`<h1>Mails of the demo</h1><p>Whatever it mails ends here, and goes to nobody. <a href="/messages.json">messages.json</a> has all of it.</p>
${rows.length === 0 ? html`<p>There is none yet.</p>` : html`<table><tr><th>At</th><th>To</th><th>Subject</th></tr>${rows.toReversed()}</table>`}`,
  );
}

function mailPage({ to, subject, text, at }: CaughtMail, index: number): string {
  return pageOf(
    subject,
    html`<p><a href="/">All mails</a></p><h1><bdi>${subject}</bdi></h1><p>To <bdi>${to}</bdi>, at ${at}</p>
<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" src="/message/${index}/html" title="The mail"></iframe>
<h2>As plain text</h2><pre>${text}</pre>`,
  );
}
