/**
 * The one HTTP client for addresses that others choose. Every socket of it is opened by `connector` below, to an address
 * that `places.ts` permits to the tenant: a name is resolved once and pinned, an address that stands in the URL itself is
 * looked at like one that a name led to. Nothing here follows a redirect, asks a proxy, keeps a cookie or unpacks an answer.
 */
import { Agent, buildConnector, type Dispatcher } from "undici";
import { TargetFault } from "../domain/target-fault.ts";
import type { Endpoint, Outbound } from "./places.ts";

export interface OutboundRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** https; http only where the operator permits the place to this tenant. No user name or password in it. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** 8 MiB at the most. */
  readonly body: string | Uint8Array | null;
  /** For all of it, from the name to the last byte of the answer; 10 s by default, 60 s at the most. */
  readonly timeoutMs?: number;
  /** An answer that is longer is none; 64 KiB by default, 4 MiB at the most. */
  readonly mostBytes?: number;
  readonly signal?: AbortSignal;
}

/** Any status: a redirect is an answer like another, and is not followed. */
export interface OutboundAnswer {
  readonly status: number;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What one tenant may ask of the world; no connection of it is another tenant's. */
export interface OutboundHttp {
  /** @throws {OutboundFault} where there is no answer */
  send(request: OutboundRequest): Promise<OutboundAnswer>;
  close(): Promise<void>;
}

/**
 * `forbidden`: this place, or this form of address or header, is not for this tenant, until somebody changes that.
 * `unreachable`: no answer, which may pass. `unreadable`: an answer that is too long or is none.
 */
export type OutboundFaultKind = "forbidden" | "unreachable" | "unreadable";

export class OutboundFault extends Error {
  override readonly name = "OutboundFault";
  readonly kind: OutboundFaultKind;

  constructor(kind: OutboundFaultKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

export interface HttpOptions {
  readonly outbound: Outbound;
  /** Certificate authorities beside the system's, PEM; for tests. */
  readonly ca?: string;
}

const TIMEOUT_MS = { usual: 10_000, most: 60_000 };
const ANSWER_BYTES = { usual: 65_536, most: 4 * 1_048_576 };
const MOST_SENT_BYTES = 8 * 1_048_576;
const MOST_HEADER_BYTES = 16_384;
const MOST_URL_CHARS = 2_048;
const MOST_TO_ONE_PLACE = 4;
const MOST_PLACES = 64;
const KEPT_OPEN_MS = 15_000;

/** For one tenant: whoever serves another one makes another. */
export function createOutboundHttp({ outbound, ca }: HttpOptions): OutboundHttp {
  const agent = new Agent({
    connect: connector(outbound, ca),
    allowH2: false,
    pipelining: 1,
    connections: MOST_TO_ONE_PLACE,
    maxOrigins: MOST_PLACES,
    maxHeaderSize: MOST_HEADER_BYTES,
    keepAliveTimeout: KEPT_OPEN_MS,
    keepAliveMaxTimeout: KEPT_OPEN_MS,
  });
  return {
    async send(request) {
      const url = addressOf(request.url);
      const timeoutMs = Math.min(request.timeoutMs ?? TIMEOUT_MS.usual, TIMEOUT_MS.most);
      const inTime = AbortSignal.timeout(timeoutMs);
      const signal = request.signal === undefined ? inTime : AbortSignal.any([inTime, request.signal]);
      const body = bodyOf(request.body);
      const asked = {
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: request.method,
        headers: headersOf(request.headers),
        body,
        signal,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      };
      try {
        const answer = await agent.request(asked);
        return { ...headOf(answer), body: await readWhole(answer.body, request.mostBytes) };
      } catch (error) {
        throw faultOf(error, url, inTime.aborted ? timeoutMs : null);
      }
    },
    close: () => agent.destroy(),
  };
}

/** Whatever stands in a URL is an address or a name to WHATWG's parser: `0x7f.1` has become 127.0.0.1 here. */
function addressOf(text: string): URL {
  if (text.length > MOST_URL_CHARS)
    throw new OutboundFault("forbidden", "an address is at most 2,048 characters long");
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:"))
    throw new OutboundFault("forbidden", "an address begins with https://");
  if (url.username !== "" || url.password !== "")
    throw new OutboundFault("forbidden", "an address holds no user name and no password");
  return url;
}

/** Ours to say, or of no use here; the last two would turn a request into another one. */
const NOT_FOR_CALLERS =
  /^(?:host|connection|keep-alive|expect|te|trailer|upgrade|proxy-.*|content-length|transfer-encoding)$/;

function headersOf(given: Readonly<Record<string, string>>): Record<string, string> {
  for (const [name, value] of Object.entries(given)) {
    const fits = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/.test(name) && /^[\t\x20-\x7e]{0,8192}$/.test(value);
    if (!fits || NOT_FOR_CALLERS.test(name.toLowerCase()))
      throw new OutboundFault("forbidden", `the header \`${name.slice(0, 40)}\` cannot be sent`);
  }
  return { ...given };
}

function bodyOf(body: OutboundRequest["body"]): Buffer | null {
  if (body === null) return null;
  const bytes = Buffer.from(body as Uint8Array);
  if (bytes.length > MOST_SENT_BYTES) throw new OutboundFault("forbidden", "a request is at most 8 MiB long");
  return bytes;
}

/** The only way to a socket. What `resolve` refuses is not connected to; what it answers is an address, and is not resolved again. */
function connector(outbound: Outbound, ca: string | undefined): buildConnector.connector {
  const connect = buildConnector({
    allowH2: false,
    maxCachedSessions: 0,
    timeout: TIMEOUT_MS.usual,
    ...(ca === undefined ? {} : { ca }),
  });
  const connectTo = (options: buildConnector.Options): Promise<Parameters<buildConnector.Callback>[1]> =>
    new Promise((resolve, reject) =>
      connect(options, (error, socket) => (error === null ? resolve(socket) : reject(error))),
    );
  const open = async (options: buildConnector.Options) => {
    const host = options.hostname.replace(/^\[(.*)\]$/, "$1");
    const secure = options.protocol === "https:";
    const port = Number(options.port) || (secure ? 443 : 80);
    let last: unknown;
    for (const endpoint of await outbound.resolve(host, port)) {
      requireSafe(endpoint, secure);
      const { address, name } = endpoint;
      // TLS asks for the name, or for the address where the URL holds no name: RFC 6066 has no address as a server's name.
      const servername = secure && name !== address ? name : null;
      try {
        return await connectTo({ ...options, hostname: address, servername: servername as string });
      } catch (error) {
        last = error;
      }
    }
    throw last;
  };
  return (options, callback) => {
    open(options).then(
      (socket) => callback(...([null, socket] as Parameters<buildConnector.Callback>)),
      (error: Error) => callback(error, null),
    );
  };
}

function requireSafe(
  endpoint: Endpoint,
  secure: boolean,
): asserts endpoint is Extract<Endpoint, { via: "tcp" }> {
  if (endpoint.via !== "tcp") throw new OutboundFault("forbidden", "an address begins with https://");
  if (!secure && !endpoint.byPermit)
    throw new OutboundFault(
      "forbidden",
      `\`${endpoint.name}\` is asked over http, in clear; write https, or ask the operator of Curfew to permit the place (CURFEW_OUTBOUND_ALLOW)`,
    );
}

function headOf({
  statusCode,
  headers,
}: Dispatcher.ResponseData): Pick<OutboundAnswer, "status" | "headers"> {
  const told = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(", ") : value]],
  );
  return { status: statusCode, headers: Object.fromEntries(told) };
}

async function readWhole(body: Dispatcher.ResponseData["body"], asked: number | undefined): Promise<Buffer> {
  const most = Math.min(asked ?? ANSWER_BYTES.usual, ANSWER_BYTES.most);
  const parts: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop early destroys the connection: nobody goes on sending to us.
  for await (const part of body) {
    bytes += part.length;
    if (bytes > most) throw new OutboundFault("unreadable", `the answer is longer than ${most} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** For whoever owns the address: it names the host and what went wrong, and nothing that was sent. */
function faultOf(error: unknown, { host }: URL, tooLongMs: number | null): OutboundFault {
  if (error instanceof OutboundFault) return error;
  if (error instanceof TargetFault)
    return new OutboundFault(error.kind === "forbidden" ? "forbidden" : "unreachable", error.message, error);
  if (tooLongMs !== null)
    return new OutboundFault(
      "unreachable",
      `\`${host}\` did not answer within ${tooLongMs / 1_000} s`,
      error,
    );
  const { name, code: told } = (error instanceof Error ? error : {}) as { name?: unknown; code?: unknown };
  const code = typeof told === "string" ? told : "";
  if (name === "HTTPParserError" || code === "UND_ERR_HEADERS_OVERFLOW" || code.startsWith("UND_ERR_RES_"))
    return new OutboundFault("unreadable", `\`${host}\` answers what is no HTTP`, error);
  return new OutboundFault(
    "unreachable",
    `\`${host}\` cannot be reached${code === "" ? "" : ` (${code})`}`,
    error,
  );
}
