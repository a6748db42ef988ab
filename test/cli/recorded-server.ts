/** A real HTTP server that gives recorded answers in turn, at recorded times, and remembers what it was sent. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Answer, OperationId } from "../../src/client/client.ts";
import { OPERATIONS } from "../../src/client/operations.ts";
import { held } from "./recorded.ts";

/** An answer, an answer at another time, or a refusal. */
export type Recorded<O extends OperationId> =
  | { readonly answer: Answer<O>; readonly at?: string }
  | {
      readonly problem: {
        readonly status: number;
        readonly code: string;
        readonly detail: string;
        readonly path?: string;
        readonly rules?: readonly object[];
        readonly touched?: readonly object[];
        readonly requestId?: string;
      };
    };

/** The last one of each list is given from then on. */
export type Script = { readonly [O in OperationId]?: readonly Recorded<O>[] };

export interface Sent {
  readonly operation: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

export interface RecordedServer {
  readonly url: string;
  readonly sent: readonly Sent[];
  close(): Promise<void>;
}

export const TOKEN = "a-recorded-token";

export async function startRecordedServer(script: Script, at: string): Promise<RecordedServer> {
  const sent: Sent[] = [];
  const given = new Map<string, number>();
  const server = createServer(async (request, reply) => {
    const { operation, recorded } = find(script, given, request);
    sent.push({ operation, url: request.url ?? "", headers: request.headers, body: await bodyOf(request) });
    const head = { date: new Date("at" in recorded && recorded.at ? recorded.at : at).toUTCString() };
    if (request.headers.authorization !== `Bearer ${TOKEN}`) {
      reply
        .writeHead(401, head)
        .end(JSON.stringify({ code: "unauthenticated", detail: "send a bearer token" }));
    } else if ("problem" in recorded) {
      const { status } = recorded.problem;
      reply
        .writeHead(status, { ...head, "content-type": "application/problem+json" })
        .end(JSON.stringify(recorded.problem));
    } else {
      reply
        .writeHead(200, { ...head, "content-type": "application/json" })
        .end(JSON.stringify(recorded.answer));
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

type Any = { answer: unknown; at?: string } | { problem: { status: number; code: string; detail: string } };

function find(
  script: Script,
  given: Map<string, number>,
  request: IncomingMessage,
): { operation: string; recorded: Any } {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  for (const [operation, { method, path }] of Object.entries(OPERATIONS)) {
    const pattern = new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`);
    if (method !== request.method || !pattern.test(pathname)) continue;
    const list: readonly Any[] = script[operation as OperationId] ?? [];
    const turn = given.get(operation) ?? 0;
    given.set(operation, turn + 1);
    const recorded = list[Math.min(turn, list.length - 1)];
    if (recorded === undefined) break;
    if ("answer" in recorded) held(operation as OperationId, recorded.answer as never);
    return { operation, recorded };
  }
  const detail = `nothing was recorded for ${request.method} ${pathname}`;
  return { operation: "none", recorded: { problem: { status: 404, code: "not_found", detail } } };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? null : JSON.parse(text);
}
