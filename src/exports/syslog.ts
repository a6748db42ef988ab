/**
 * Syslog over TLS: RFC 5424 messages, counted as RFC 5425 section 4.3.1 has it. The protocol has no answer, so every batch
 * has a connection of its own, and is accepted once the far side has read it to its end and closed in reply.
 */
import { once } from "node:events";
import { isIP } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { connect, type TLSSocket } from "node:tls";
import { revealed } from "../domain/plain-text.ts";
import { formatInstant } from "../domain/time.ts";
import { ocsfRow, type Severity } from "./ocsf-table.ts";
import { newFarSide, prepared } from "./parts.ts";
import { asciiJson, type Format, fitted } from "./payload.ts";
import { PRODUCT } from "./product.ts";
import { type ExportedEvent, type OperatorSink, type Sender, type Sent, SinkFault } from "./sink.ts";

export interface SyslogSettings {
  readonly host: string;
  /** 6514 is the port that RFC 5425 has for it. */
  readonly port: number;
  /** PEM of whoever vouches for the far side; null: those that Node trusts. */
  readonly ca: string | null;
  /** What we prove to be, PEM; null: nothing, which many far sides refuse. */
  readonly client: { readonly cert: string; readonly key: string } | null;
  readonly format: Format;
  /** Whose structured data it is (RFC 5424 section 7.2.2). 32473 is IANA's number for examples: have your own. */
  readonly enterprise: number;
  /** Of one message. RFC 5425 asks a receiver for 8,192, and rsyslog takes no more unless it is told to. */
  readonly mostBytes: number;
  /** Whom the messages are from: a host name, at most 255 characters of printable ASCII. */
  readonly hostname: string;
}

export const EXAMPLE_ENTERPRISE = 32_473;
const MOST_EVENTS = 500;
/** For all of a batch, from the name to the close. */
const TIMEOUT_MS = 30_000;
/** After the last byte, before the end is said: what a far side that had closed before answers it with is here by then. */
const SETTLE_MS = 100;

export function syslogSink(settings: SyslogSettings): OperatorSink {
  const farSide = newFarSide(MOST_EVENTS);
  const { host, port } = settings;
  return {
    kind: "syslog",
    label: "Syslog over TLS",
    place: isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`,
    open: async () => openSyslog(settings, farSide),
  };
}

export function openSyslog(
  settings: SyslogSettings,
  { pace } = newFarSide(MOST_EVENTS),
  timeoutMs = TIMEOUT_MS,
): Sender {
  const closing = new AbortController();
  return {
    mostEvents: MOST_EVENTS,
    async send(events): Promise<Sent> {
      const frameOf = (event: ExportedEvent) => syslogFrame(syslogMessage(event, settings));
      const { ready, unfit } = prepared(events.slice(0, pace.size), frameOf);
      const last = ready.at(-1);
      if (last === undefined)
        return unfit ?? { kind: "later", afterMs: null, reason: "there is nothing to send" };
      const frames = Buffer.concat(ready.map(({ made }) => made));
      const inTime = AbortSignal.timeout(timeoutMs);
      try {
        await deliver(frames, settings, AbortSignal.any([closing.signal, inTime]));
      } catch (error) {
        if (inTime.aborted) pace.slower();
        return { kind: "later", afterMs: null, reason: reasonOf(error, settings) };
      }
      pace.faster();
      return { kind: "accepted", through: last.number };
    },
    async close() {
      closing.abort();
    },
  };
}

/** RFC 5425 section 4.3: MSG-LEN SP SYSLOG-MSG, counted in bytes. */
export function syslogFrame(message: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(message)} ${message}`);
}

/**
 * `<PRI>1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID [STRUCTURED-DATA] MSG`, RFC 5424 section 6: one line of printable
 * characters. What identifies an event stands in the structured data as well, so that no receiver has to read the JSON.
 * @throws RangeError where ids and hashes alone are too long
 */
export function syslogMessage(event: ExportedEvent, settings: SyslogSettings): string {
  const { format, enterprise, mostBytes, hostname } = settings;
  const priority = FACILITY * 8 + SEVERITIES[ocsfRow(event.type).severity];
  const head = `<${priority}>1 ${formatInstant(event.at)} ${headerField(hostname, 255)} curfew - ${headerField(event.type, 32)}`;
  const data = [
    ["id", event.id],
    ["type", event.type],
    ["tenant", event.tenantId],
    ["number", String(event.number)],
    ["subjectKind", event.subject.kind],
    ["subject", event.subject.id],
    ["correlation", event.correlationId],
    ["leaf", event.leafHash],
    ["link", event.linkHash],
  ].map(([name, value = ""]) => ` ${name}="${parameterValue(value)}"`);
  const origin = `[origin software="${PRODUCT.name}" swVersion="${PRODUCT.version}"]`;
  const before = `${head} [curfew@${enterprise}${data.join("")}]${origin} `;
  const left = mostBytes - Buffer.byteLength(before);
  return `${before}${fitted(event, { format, mostBytes: left, textOf: asciiJson }).text}`;
}

/** RFC 5424 table 1: log audit. */
const FACILITY = 13;
/** RFC 5424 table 2, by how much somebody has to do. */
const SEVERITIES: Readonly<Record<Severity, number>> = { Informational: 6, Low: 5, Medium: 4, High: 3 };

/** PRINTUSASCII, and `-` where there is nothing. */
function headerField(text: string, mostChars: number): string {
  return text.replace(/[^\x21-\x7e]/g, "_").slice(0, mostChars) || "-";
}

const MOST_PARAMETER_CHARS = 256;

/**
 * RFC 5424 section 6.3.3: `"`, `\` and `]` are escaped, and nothing else can be. So what is hidden, ends a line or is no
 * ASCII is written out before; the JSON of the message has it exactly.
 */
function parameterValue(text: string): string {
  const plain = revealed(text).replace(/[^\x20-\x7e]/g, "?");
  const short =
    plain.length <= MOST_PARAMETER_CHARS ? plain : `${plain.slice(0, MOST_PARAMETER_CHARS)}... (cut)`;
  return short.replace(/["\\\]]/g, (char) => `\\${char}`);
}

/** Resolves when the far side has closed in reply to our end, and so has taken everything before it from its TCP. */
async function deliver(frames: Buffer, settings: SyslogSettings, signal: AbortSignal): Promise<void> {
  const { host, port, ca, client } = settings;
  signal.throwIfAborted();
  const socket = connect({
    host,
    port,
    // Also where an environment says otherwise: whoever reads the log proves to be who the operator named.
    rejectUnauthorized: true,
    minVersion: "TLSv1.2",
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === null ? {} : { ca }),
    ...(client ?? {}),
  });
  const failed = new Promise<never>((_, reject) => {
    socket.on("error", reject);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  // It may be nobody's turn to wait for it.
  failed.catch(() => undefined);
  try {
    await Promise.race([once(socket, "secureConnect"), failed]);
    await Promise.race([sayAll(socket, frames), failed]);
  } finally {
    socket.destroy();
  }
}

async function sayAll(socket: TLSSocket, frames: Buffer): Promise<void> {
  const ended = once(socket, "end").then(() => "ended" as const);
  // What it says to us is nothing, but closing over unread bytes would be a reset.
  socket.resume();
  const written = new Promise<"written">((resolve) => socket.write(frames, () => resolve("written")));
  // It closed by itself: how much of it was read before that, nobody knows.
  if ((await Promise.race([written, ended])) === "ended") throw closedEarly();
  if ((await Promise.race([pause(SETTLE_MS), ended])) === "ended") throw closedEarly();
  socket.end();
  await ended;
}

function closedEarly(): SinkFault {
  return new SinkFault("the far side closed the connection before it had everything");
}

/** It names the host and what went wrong, and nothing of what was sent. */
function reasonOf(error: unknown, { host, port }: SyslogSettings): string {
  const place = `\`${host}:${port}\``;
  if (error instanceof SinkFault) return `${place}: ${error.message}`;
  const { name, code } = (error instanceof Error ? error : {}) as { name?: unknown; code?: unknown };
  if (name === "TimeoutError") return `${place} has not taken all of it in time and closed in reply`;
  if (name === "AbortError") return "the sink is being closed";
  const said = typeof code === "string" ? code : "no reason given";
  return /CERT|ALTNAME|SIGNATURE|ISSUER|SELF_SIGNED/.test(said)
    ? `${place} does not prove to be \`${host}\` by a certificate of the authority that is set (${said})`
    : `${place} cannot be reached over TLS (${said})`;
}
