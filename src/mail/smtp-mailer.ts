/**
 * The way to the operator's mail server: SMTP (RFC 5321) over TLS, by nodemailer, which is loaded with the first mail. What
 * the server answers becomes one of four: it took it, it never will, it may later, or nobody was asked.
 */
import { createHash, randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import type { Transporter } from "nodemailer";
import { revealed } from "../domain/plain-text.ts";
import type { Delivery, Mailer, MailOnItsWay } from "../use-cases/ports.ts";
import { renderMail } from "./render.ts";

export interface MailerOptions {
  readonly server: {
    readonly host: string;
    readonly port: number;
    /** `implicit`: from the first byte (RFC 8314). `starttls`: nothing is said before it is on. `never`: in clear. */
    readonly tls: "implicit" | "starttls" | "never";
    readonly login: { readonly user: string; readonly password: string } | null;
    /** PEM of who vouches for the server, beside the authorities that the system knows. */
    readonly ca: string | null;
  };
  readonly from: { readonly name: string; readonly address: string };
  readonly dkim: {
    readonly domain: string;
    readonly selector: string;
    /** PEM. */
    readonly privateKey: string;
  } | null;
  /** The portal's origin. */
  readonly origin: string;
  /** For tests, that need not wait as long as a slow server may take. */
  readonly times?: Partial<typeof TIMES>;
}

/** The whole of one delivery ends before whoever took the mail has it no more. */
const TIMES = { connectMs: 10_000, answerMs: 20_000, wholeMs: 50_000 };
const MOST_CONNECTIONS = 4;
const MOST_MAILS_OF_ONE = 100;
const IDLE_MS = 30_000;
const MOST_ERROR = 300;

/** Nobody is there, or whoever is there is not who they should be: no mail is to blame. */
class Unreachable extends Error {
  readonly code = "UNREACHABLE";
}

export function createMailer(options: MailerOptions): Mailer {
  const times = { ...TIMES, ...options.times };
  const { address } = options.from;
  const house = { origin: options.origin, domain: address.slice(address.lastIndexOf("@") + 1) };
  let transport: Promise<Transporter> | null = null;
  return {
    async deliver(mail) {
      transport ??= openTransport(options, times);
      const giveUp = AbortSignal.timeout(times.wholeMs);
      try {
        await (await transport).sendMail({ ...messageOf(mail, options, house), signal: giveUp } as never);
        return { outcome: "accepted" };
      } catch (error) {
        return deliveryOf(error, giveUp.aborted);
      }
    },
    newToken() {
      const token = randomBytes(32).toString("base64url");
      return { token, hash: hashOfToken(token) };
    },
    rest() {
      const open = transport;
      transport = null;
      open?.then((one) => one.close()).catch(() => {});
    },
  };
}

/** What is kept of a token that is in a mail. */
export function hashOfToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

async function openTransport({ server, dkim }: MailerOptions, times: typeof TIMES): Promise<Transporter> {
  const { createTransport } = await import("nodemailer");
  const { host, port, tls, login, ca } = server;
  const options = {
    pool: true,
    host,
    port,
    secure: tls === "implicit",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "never",
    tls: { minVersion: "TLSv1.2", ...(ca === null ? {} : { ca }) },
    // Without it, nodemailer sends unauthenticated where a server does not offer to be logged in to.
    ...(login === null ? {} : { auth: { user: login.user, pass: login.password }, forceAuth: true }),
    maxConnections: MOST_CONNECTIONS,
    maxMessages: MOST_MAILS_OF_ONE,
    maxRequeues: 1,
    idleTimeout: IDLE_MS,
    connectionTimeout: times.connectMs,
    greetingTimeout: times.connectMs,
    socketTimeout: times.answerMs,
    getSocket: (_: unknown, done: (error: Error | null, opened?: { connection: Socket }) => void) =>
      openSocket({ host, port, withinMs: times.connectMs }).then(
        (connection) => done(null, { connection }),
        (error: unknown) => done(error as Error),
      ),
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(dkim === null
      ? {}
      : {
          dkim: { domainName: dkim.domain, keySelector: dkim.selector, privateKey: dkim.privateKey },
        }),
  };
  return createTransport(options as never);
}

/** The name is resolved once, by the system; TLS then asks whoever answers for that name. */
function openSocket(to: {
  readonly host: string;
  readonly port: number;
  readonly withinMs: number;
}): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: to.host, port: to.port, autoSelectFamily: true });
    const fail = (why: string) => {
      socket.destroy();
      reject(new Unreachable(`${to.host}:${to.port} ${why}`));
    };
    const timer = setTimeout(() => fail("does not answer"), to.withinMs);
    socket.once("error", (error: Error & { code?: string }) => {
      clearTimeout(timer);
      fail(`cannot be reached (${error.code ?? "no address answered"})`);
    });
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.removeAllListeners("error");
      resolve(socket);
    });
  });
}

function messageOf(
  mail: MailOnItsWay,
  { from }: MailerOptions,
  house: Parameters<typeof renderMail>[1],
): Readonly<Record<string, unknown>> {
  const rendered = renderMail(mail, house);
  const { thread } = rendered;
  return {
    from,
    to: [rendered.to],
    ...(rendered.replyTo === null ? {} : { replyTo: { name: "", address: rendered.replyTo } }),
    envelope: { from: from.address, to: [rendered.to.address] },
    subject: rendered.subject,
    text: rendered.text,
    html: rendered.html,
    messageId: rendered.messageId,
    ...(thread === null ? {} : { inReplyTo: thread, references: [thread] }),
    headers: rendered.headers,
  };
}

interface SmtpError extends Error {
  readonly code?: string;
  /** Of the system or of OpenSSL, where `code` is nodemailer's. */
  readonly originalCode?: string;
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
  readonly timeoutType?: string;
}

/** Before anything of a mail was said. */
const OF_NO_MAIL = ["UNREACHABLE", "EDNS", "ETLS", "EAUTH", "ENOAUTH", "EOAUTH2", "EPROXY"];
const OF_CONNECTING = ["CONNECT_TIMEOUT", "GREETING_TIMEOUT", "UPGRADE_TIMEOUT"];

function deliveryOf(given: unknown, gaveUp: boolean): Delivery {
  const thrown = given as SmtpError;
  const error = errorOf(thrown);
  const { code = "", command, responseCode = 0, timeoutType = "" } = thrown;
  if (gaveUp) return { outcome: "later", error: "the mail server took too long" };
  // Without a command, every connection was closed before it could be used.
  const isClosed = code === "ECONNECTION" && command === undefined;
  // A certificate that nobody vouches for is an error of the socket's, as is a connection that breaks in a mail's midst.
  const isUntrusted = code === "ESOCKET" && !["ECONNRESET", "EPIPE"].includes(thrown.originalCode ?? "");
  if (
    isClosed ||
    isUntrusted ||
    OF_NO_MAIL.includes(code) ||
    OF_CONNECTING.includes(timeoutType) ||
    responseCode === 421
  )
    return { outcome: "unreachable", error };
  // An address that no server would be asked about.
  if (code === "EENVELOPE" && command === "API") return { outcome: "refused", error, ofAddress: true };
  // Of the sender, it is the operator's to put right: no mail is lost by it.
  if (command === "MAIL FROM" && code !== "EMESSAGE") return { outcome: "later", error };
  if (code === "EMESSAGE" && responseCode === 0) return { outcome: "refused", error, ofAddress: false };
  if (responseCode >= 500 && (command === "RCPT TO" || command === "DATA"))
    return { outcome: "refused", error, ofAddress: command === "RCPT TO" || isOfAddress(thrown) };
  return { outcome: "later", error };
}

/** RFC 3463, section 3.2: a bad mailbox, where a server looks only when it has the whole. */
function isOfAddress({ responseCode, response = "" }: SmtpError): boolean {
  return responseCode === 550 && /^\d{3}[ -]5\.1\.\d/.test(response);
}

/** What the server said, in one line; it may have said anything. */
function errorOf({ response, message }: SmtpError): string {
  const said = typeof response === "string" && response !== "" ? response : message;
  return revealed(said.replace(/\s+/g, " ")).slice(0, MOST_ERROR);
}
