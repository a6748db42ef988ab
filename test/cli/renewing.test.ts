/** Renewing a kept sign-in: each refresh token is used once, and nobody forgets what somebody else has kept. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { EXIT } from "../../src/cli/exit.ts";
import { keepLogin, type Login, readLogin, tokenFile } from "../../src/cli/sign-in/kept-tokens.ts";
import { until } from "../fixtures/program.ts";
import { runApart } from "./capture.ts";

let server: Server;
let url: string;
let folder: string;
let file: string;
/** What was sent to the token endpoint, and how it answers next. */
const sent: string[] = [];
let answer: (reply: ServerResponse, refreshToken: string) => void;

before(async () => {
  server = createServer(async (request, reply) => {
    if (request.url?.startsWith("/.well-known/")) {
      const endpoints = { authorization_endpoint: `${url}/authorize`, token_endpoint: `${url}/token` };
      reply.writeHead(200, { "content-type": "application/json" });
      reply.end(JSON.stringify({ issuer: url, ...endpoints }));
      return;
    }
    let body = "";
    for await (const chunk of request) body += chunk;
    const refreshToken = new URLSearchParams(body).get("refresh_token") ?? "";
    sent.push(refreshToken);
    answer(reply, refreshToken);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = mkdtempSync(join(tmpdir(), "curfew-renewing-"));
  file = tokenFile(join(folder, "curfew"), url);
});
after(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

function keep(
  accessToken: string,
  leftMs: number,
  refreshToken: string | null = `${accessToken}-refresh`,
): Login {
  const login = { url, caFile: null, who: "Frank", signedInAt: null, accessToken, refreshToken };
  const kept = { ...login, expiresAt: Date.now() + leftMs };
  keepLogin(file, kept);
  sent.length = 0;
  return kept;
}

const curfew = (...argv: string[]) => runApart(argv, { XDG_CONFIG_HOME: folder, CURFEW_URL: url }, folder);

function json(reply: ServerResponse, status: number, body: object): void {
  reply.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

const renewed = (reply: ServerResponse, refreshToken: string) =>
  json(reply, 200, {
    access_token: `after-${refreshToken}`,
    refresh_token: "next",
    token_type: "bearer",
    expires_in: 600,
  });
const refused = (reply: ServerResponse) =>
  json(reply, 400, { error: "invalid_grant", error_description: "the grant is over" });

test("a token with minutes left is used, one near its end is renewed first", async () => {
  answer = renewed;
  keep("young", 5 * 60_000);
  assert.equal((await curfew("token")).out, "young\n");
  assert.deepEqual(sent, []);
  keep("old", 30_000);
  assert.equal((await curfew("token")).out, "after-old-refresh\n");
  assert.deepEqual(sent, ["old-refresh"]);
});

test("of many commands at once one renews, and all go on with what it got", async () => {
  answer = (reply, refreshToken) => {
    setTimeout(() => (sent.length === 1 ? renewed : refused)(reply, refreshToken), 200);
  };
  keep("shared", 0);
  const all = await Promise.all([1, 2, 3, 4].map(() => curfew("token")));
  assert.deepEqual(
    all.map(({ out }) => out),
    Array(4).fill("after-shared-refresh\n"),
  );
  assert.deepEqual(sent, ["shared-refresh"]);
});

test("a holder killed in the middle of renewing leaves the next one free, with what is still kept", async () => {
  answer = () => {};
  keep("held", 0);
  const { promise: killed, resolve } = Promise.withResolvers<void>();
  const bin = new URL("../../bin/curfew.mjs", import.meta.url).pathname;
  const child = spawn(process.execPath, [bin, "token"], {
    env: { PATH: process.env.PATH, HOME: folder, XDG_CONFIG_HOME: folder, CURFEW_URL: url },
    stdio: "ignore",
  });
  child.once("exit", () => resolve());
  await until(() => sent.length === 1, 20_000, "it to renew");
  answer = renewed;
  const waiting = Promise.all([1, 2, 3].map(() => curfew("token")));
  child.kill("SIGKILL");
  await killed;
  const startedAt = performance.now();
  assert.deepEqual(
    (await waiting).map(({ exit, out }) => [exit, out]),
    Array(3).fill([0, "after-held-refresh\n"]),
  );
  assert.ok(performance.now() - startedAt < 20_000, "nobody waits for the dead");
  assert.deepEqual(sent, ["held-refresh", "held-refresh"]);
});

test("who is refused forgets their own sign-in, never the one that took its place", async () => {
  const newer = { ...keep("lost", 0), accessToken: "winner", expiresAt: Date.now() + 3_600_000 };
  answer = (reply) => {
    keepLogin(file, newer);
    refused(reply);
  };
  const loser = await curfew("token");
  assert.equal(loser.out, "winner\n", loser.err);
  assert.equal(readLogin(file, url)?.accessToken, "winner");
  keep("over", 0);
  answer = refused;
  const over = await curfew("token");
  assert.match(over.err, /your sign-in is over/);
  assert.equal(over.exit, EXIT.signedOut);
  assert.ok(!existsSync(file), "what was refused is of no use");
});

test("a server that cannot renew just now ends no sign-in", async () => {
  keep("kept", 0);
  answer = (reply) => json(reply, 503, { error: "temporarily_unavailable" });
  assert.equal((await curfew("token")).exit, 1);
  assert.equal(readLogin(file, url)?.refreshToken, "kept-refresh");
});
