/** The proxies of the installation guide, with the configuration that stands there, in front of the real program. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { buildPortal } from "../../src/build-portal.ts";
import { CookieJar, followForms, signInByForm } from "../../src/client/form-sign-in.ts";
import { createFetch } from "../../src/client/send.ts";
import { localTls } from "../../src/demo/local-ca.ts";
import { freePort } from "../fixtures/plain-cluster.ts";
import { until } from "../fixtures/program.ts";

const GUIDE = readFileSync(new URL("../../docs/operations/install.md", import.meta.url), "utf8");
const NAME = "curfew.example.com";
const ADA = { email: "ada@example.com", password: "a long enough password" };
const LONG_HEADER_CHARS = 7_000;

const folder = mkdtempSync(join(tmpdir(), "curfew-proxies-"));
const children: ChildProcess[] = [];
after(async () => {
  for (const child of children) await end(child);
  rmSync(folder, { recursive: true, force: true });
});

interface Tls {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

let tls: Tls;
before(async () => {
  await buildPortal(() => {});
  const { caFile } = await localTls(folder);
  tls = {
    cert: join(folder, "server.pem"),
    key: join(folder, "server.key"),
    ca: readFileSync(caFile, "utf8"),
  };
});

/** What to start with the guide's own text, moved to ports and files of the test's. */
const PROXIES = [
  { name: "nginx", language: "nginx", asked: ["-v"], start: startNginx },
  { name: "caddy", language: "caddyfile", asked: ["version"], start: startCaddy },
] as const;

for (const { name, language, asked, start } of PROXIES) {
  const missing = spawnSync(name, asked).error === undefined ? false : `${name} is not installed here`;
  test(`behind ${name}, as the guide has it: sign-in, portal, stream, addresses and sizes`, {
    skip: missing,
  }, async () => {
    const [port, publicPort] = [await freePort(), await freePort()];
    const base = `https://localhost:${publicPort}`;
    const text = blockOf(language).replaceAll("127.0.0.1:8080", `127.0.0.1:${port}`);
    const server = await serve(port, base, name);
    start(text, publicPort);
    const fetch = createFetch(tls.ca);
    await until(
      async () => (await fetch(`${base}/healthz`).catch(() => null)) !== null,
      20_000,
      name,
      server.output,
    );

    const setUp = await fetch(`${base}/api/v1/setup`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: base },
      body: JSON.stringify({ token: server.token(), tenantName: "example", displayName: "Ada", ...ADA }),
    });
    assert.ok(setUp.ok, `${setUp.status} ${await setUp.text()}`);

    // As a program, and as the portal in a browser, by cookies that are sent over TLS alone.
    const { accessToken } = await signInByForm({ baseUrl: base, fetch, ...ADA });
    const authorization = `Bearer ${accessToken}`;
    const jar = new CookieJar();
    await followForms(new URL("/sign-in", base), `${base}/auth/callback`, { ...ADA, fetch, jar }).then(
      async ({ callback }) => {
        const answer = await fetch(callback, {
          redirect: "manual",
          headers: { cookie: jar.headerFor(callback) },
        });
        jar.keep(answer);
        await answer.body?.cancel();
      },
    );
    const cookie = jar.headerFor(new URL("/api/v1/me", base));
    assert.match(cookie, /__Host-|__Secure-/);
    const asPortal = { cookie, origin: base, "sec-fetch-site": "same-origin" };
    assert.equal((await fetch(`${base}/api/v1/me`, { headers: asPortal })).status, 200);

    // The stream says `ready` at once, and a change when it happens, not when a buffer is full.
    const within = await streamOf(`${base}/api/v1/events`, authorization);
    await within("event: ready");
    const put = { kind: "Subscription", name: "production" };
    const padding = "# ".padEnd(2_000_000, "x");
    const body = JSON.stringify({ documents: [put], padding });
    const json = { authorization, "content-type": "application/json" };
    const large = await fetch(`${base}/api/v1/configuration`, { method: "POST", headers: json, body });
    assert.equal(large.status, 400, "two megabytes arrive, and are refused by Curfew for what they say");
    const applied = JSON.stringify({ documents: [put] });
    assert.equal(
      (await fetch(`${base}/api/v1/configuration`, { method: "POST", headers: json, body: applied })).status,
      200,
    );
    await within("event: changed");

    // A long header passes; an address and a name that a client claims are nobody's.
    const claims = {
      authorization,
      "x-forwarded-for": "203.0.113.9",
      "x-forwarded-host": "elsewhere.example",
      "x-long": "x".repeat(LONG_HEADER_CHARS),
    };
    assert.equal((await fetch(`${base}/api/v1/me`, { headers: claims })).status, 200);
    const discovery = await fetch(`${base}/.well-known/openid-configuration`, { headers: claims });
    assert.equal(((await discovery.json()) as { issuer: string }).issuer, base);
    // Metrics are for loopback, where this test is: it would be elsewhere if its claim had been believed.
    assert.equal((await fetch(`${base}/metrics`, { headers: claims })).status, 200);
  });
}

/** What waits for a line of the stream, five seconds at most. */
async function streamOf(address: string, authorization: string): Promise<(what: string) => Promise<void>> {
  const request = https.get(address, { ca: tls.ca, headers: { authorization } });
  let read = "";
  const [answer] = (await once(request, "response")) as [IncomingMessage];
  answer.setEncoding("utf8").on("data", (text) => {
    read += text;
  });
  after(() => request.destroy());
  return (what) =>
    until(
      () => read.includes(what),
      5_000,
      what,
      () => read,
    );
}

function blockOf(language: string): string {
  const [, text] = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(GUIDE) ?? [];
  assert.ok(text, `the guide has no block for ${language}`);
  return text
    .replaceAll("/etc/curfew/tls/fullchain.pem", tls.cert)
    .replaceAll("/etc/curfew/tls/key.pem", tls.key);
}

function startNginx(text: string, publicPort: number): void {
  const own = join(folder, "nginx");
  mkdirSync(own);
  const site = text.replace("listen 443", `listen 127.0.0.1:${publicPort}`).replace(NAME, "localhost");
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (of) => `${of}_temp_path ${own}/${of};`,
  );
  // What a distribution's nginx.conf says around it.
  const http = `http { access_log off; ${temporary.join(" ")}\n${site} }`;
  // As root its workers would be somebody else, who may not look in here.
  const user = process.geteuid?.() === 0 ? "user root;" : "";
  writeFileSync(join(own, "nginx.conf"), `${user} daemon off; pid ${own}/pid; events {} ${http}`);
  children.push(spawn("nginx", ["-e", "stderr", "-c", join(own, "nginx.conf")], { stdio: "inherit" }));
}

function startCaddy(text: string, publicPort: number): void {
  const own = join(folder, "caddy");
  mkdirSync(own);
  const file = join(own, "Caddyfile");
  writeFileSync(
    file,
    `{\n  admin off\n  auto_https disable_redirects\n}\n${text.replace(NAME, `https://localhost:${publicPort}`)}`,
  );
  const env = { ...process.env, HOME: own, XDG_DATA_HOME: own, XDG_CONFIG_HOME: own };
  children.push(
    spawn("caddy", ["run", "--config", file, "--adapter", "caddyfile"], { stdio: "ignore", env }),
  );
}

async function serve(port: number, publicUrl: string, name: string) {
  const lines: string[] = [];
  const child = spawn(process.execPath, ["bin/curfew.mjs", "serve"], {
    env: { ...process.env, ...environmentOf(port, publicUrl), CURFEW_DATA_DIR: join(folder, `data-${name}`) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => lines.push(String(chunk)));
  const output = () => lines.join("");
  const token = () => /set-up token:\s+(\S+)/.exec(output())?.[1] ?? "";
  await until(() => token() !== "" || child.exitCode !== null, 30_000, "the server", output);
  return { output, token };
}

/** The guide's own lines for a proxy on the same machine. */
function environmentOf(port: number, publicUrl: string): Record<string, string> {
  const [, lines = ""] = /```\n([^`]*CURFEW_TRUSTED_PROXY=[^`]*)```/.exec(GUIDE) ?? [];
  const variables = Object.fromEntries(
    lines
      .trim()
      .split("\n")
      .map((line) => line.split("=", 2)),
  );
  assert.equal(variables.CURFEW_PUBLIC_URL, `https://${NAME}`);
  return { ...variables, CURFEW_HTTP_PORT: String(port), CURFEW_PUBLIC_URL: publicUrl };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}
