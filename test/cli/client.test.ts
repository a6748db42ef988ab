/** The client: generated from the API's description, patient where that is safe, and careful with tokens. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { allOf, createClient } from "../../src/client/client.ts";
import { generate } from "../../src/client/generate.ts";
import { ApiProblem } from "../../src/client/problem.ts";
import { configure } from "../../src/client/provider.ts";
import { createFetch, Unreachable } from "../../src/client/send.ts";

test("the client's types and operations are what openapi.json says", () => {
  const description = JSON.parse(readFileSync(new URL("../../openapi.json", import.meta.url), "utf8"));
  for (const [name, text] of Object.entries(generate(description))) {
    const file = new URL(`../../src/client/${name}`, import.meta.url);
    assert.equal(readFileSync(file, "utf8"), text, `${name}: run \`node src/client/generate.ts\``);
  }
});

interface Call {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: string | undefined;
}

async function withServer(
  answers: readonly { status: number; body: unknown; headers?: Record<string, string> }[],
  work: (url: string, calls: readonly Call[]) => Promise<void>,
): Promise<void> {
  const calls: Call[] = [];
  const server = createServer((request, reply) => {
    const answer = answers[Math.min(calls.length, answers.length - 1)];
    calls.push({ method: request.method, url: request.url, authorization: request.headers.authorization });
    request.resume();
    reply.writeHead(answer?.status ?? 500, { "content-type": "application/json", ...answer?.headers });
    reply.end(JSON.stringify(answer?.body));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const fetch = createFetch(null);
const unavailable = {
  status: 503,
  body: { code: "unavailable", detail: "in a moment" },
  headers: { "retry-after": "0" },
};

test("a server that is away for a moment is asked again, for what only reads", () =>
  withServer([unavailable, { status: 200, body: { id: "x" } }], async (baseUrl, calls) => {
    const client = createClient({ baseUrl, fetch, token: async () => "t" });
    assert.deepEqual(await client.call("readGrant", { path: { id: "a/b" } }), { id: "x" });
    assert.deepEqual(
      calls.map(({ url }) => url),
      ["/api/v1/grants/a%2Fb", "/api/v1/grants/a%2Fb"],
    );
  }));

test("what changes something is sent once, and the refusal keeps its parts", () =>
  withServer([unavailable], async (baseUrl, calls) => {
    const client = createClient({ baseUrl, fetch, token: async () => "t" });
    await assert.rejects(
      client.call("deactivateGrant", { path: { id: "x" } }),
      (error: unknown) => error instanceof ApiProblem && error.code === "unavailable" && error.status === 503,
    );
    assert.equal(calls.length, 1);
  }));

test("a token that is turned down is renewed once", () =>
  withServer(
    [{ status: 401, body: { code: "unauthenticated", detail: "expired" } }],
    async (baseUrl, calls) => {
      const asked: boolean[] = [];
      const client = createClient({
        baseUrl,
        fetch,
        async token(refused) {
          asked.push(refused);
          return refused ? "second" : "first";
        },
      });
      await assert.rejects(client.call("readMe", {}), ApiProblem);
      assert.deepEqual(asked, [false, true]);
      assert.deepEqual(
        calls.map(({ authorization }) => authorization),
        ["Bearer first", "Bearer second"],
      );
    },
  ));

test("an answer that is no problem of the API is still a refusal with a sentence", () =>
  withServer([{ status: 502, body: "<html>" }], async (baseUrl) => {
    const client = createClient({ baseUrl, fetch, token: async () => "t" });
    await assert.rejects(client.call("readMe", {}), { name: "ApiProblem", code: "unknown", status: 502 });
  }));

test("where nothing listens, the error says where and is told apart from a refusal", async () => {
  await assert.rejects(fetch("http://127.0.0.1:9/"), (error: unknown) => {
    assert.ok(error instanceof Unreachable);
    assert.match(error.message, /^http:\/\/127\.0\.0\.1:9 does not answer: /);
    return true;
  });
});

test("allOf goes on from cursor to cursor until there is none", async () => {
  const asked: (string | undefined)[] = [];
  const items: number[] = [];
  for await (const item of allOf(async ({ cursor }) => {
    asked.push(cursor);
    return cursor === undefined ? { items: [1, 2], nextCursor: "more" } : { items: [3], nextCursor: null };
  })) {
    items.push(item);
  }
  assert.deepEqual(
    [items, asked],
    [
      [1, 2, 3],
      [undefined, "more"],
    ],
  );
});

test("a server whose discovery document leads to another origin is refused", () =>
  withServer(
    [
      {
        status: 200,
        body: {
          issuer: "https://evil.example",
          authorization_endpoint: "https://evil.example/authorize",
          token_endpoint: "https://evil.example/token",
        },
      },
    ],
    async (baseUrl) => {
      await assert.rejects(configure({ baseUrl, fetch }), /sends sign-ins to https:\/\/evil\.example/);
    },
  ));
