/** `fetch` for programs that talk to one server: it may trust one more certificate authority, and it bounds the answer. */
import http from "node:http";
import https from "node:https";
import { getCACertificates } from "node:tls";
import type { Fetch } from "./client.ts";

const TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** No answer came: nothing listens there, the network failed, or the certificate is not trusted. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/**
 * Follows no redirect. Throws `Unreachable` when no answer came, or none within 30 s.
 * @param ca certificates to trust beside the usual ones, in PEM; null for none
 */
export function createFetch(ca: string | null): Fetch {
  const trusted = ca === null ? {} : { ca: [...getCACertificates("default"), ca] };
  return async (input, init) => {
    const request = new Request(input, { ...init, redirect: "manual" });
    const url = new URL(request.url);
    const body = Buffer.from(await request.arrayBuffer());
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const headers: Record<string, string> = Object.fromEntries(request.headers);
    if (body.length > 0) headers["content-length"] = String(body.length);
    try {
      return await exchange(url, { method: request.method, headers, signal, ...trusted }, body);
    } catch (error) {
      if (request.signal.aborted) throw error;
      throw new Unreachable(`${url.origin} does not answer: ${reasonOf(error)}`, { cause: error });
    }
  };
}

function exchange(url: URL, options: https.RequestOptions, body: Buffer): Promise<Response> {
  const send = url.protocol === "https:" ? https.request : http.request;
  return new Promise((resolve, reject) => {
    const outgoing = send(url, options, (incoming) => {
      const chunks: Buffer[] = [];
      let length = 0;
      incoming.on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length > MAX_ANSWER_BYTES) incoming.destroy(new Error("the answer is too long"));
        else chunks.push(chunk);
      });
      incoming.on("error", reject);
      incoming.on("end", () => resolve(responseOf(url, incoming, Buffer.concat(chunks))));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

function responseOf(url: URL, incoming: http.IncomingMessage, body: Buffer): Response {
  const headers = new Headers();
  for (let at = 0; at + 1 < incoming.rawHeaders.length; at += 2) {
    headers.append(incoming.rawHeaders[at] ?? "", incoming.rawHeaders[at + 1] ?? "");
  }
  const status = incoming.statusCode ?? 0;
  const response = new Response(status === 204 || status === 304 ? null : new Uint8Array(body), {
    status,
    headers,
  });
  Object.defineProperty(response, "url", { value: url.href });
  return response;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if (error.name === "TimeoutError") return `nothing came within ${TIMEOUT_MS / 1_000} s`;
  // A host with several addresses fails once for each of them.
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first instanceof Error ? first.message : error.message;
}
