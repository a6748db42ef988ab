/** The outbound client against real servers on this machine: what an address, a name or an answer could do to the house. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import {
  createServer as createPlain,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from "node:http";
import { createServer as createSecure } from "node:https";
import { type AddressInfo, createServer as createSocketServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { localTls } from "../../src/demo/local-ca.ts";
import {
  createOutboundHttp,
  OutboundFault,
  type OutboundHttp,
  type OutboundRequest,
} from "../../src/outbound/http.ts";
import { createOutbound } from "../../src/outbound/places.ts";

const CONTOSO = { id: "5f0c9f6e-0f54-4c0e-9d0b-0d9d5f3a1c11", name: "contoso" };
const FABRIKAM = { id: "6a0c9f6e-0f54-4c0e-9d0b-0d9d5f3a1c12", name: "fabrikam" };

const servers: { close(): unknown }[] = [];
const clients: OutboundHttp[] = [];
let ca = "";
let secure: { port: number; got: IncomingMessage[] };
let plain: { port: number; got: IncomingMessage[] };

const answering: RequestListener = (request, response) => {
  if (request.url === "/redirect")
    response.writeHead(302, { location: `http://127.0.0.1:${plain.port}/inside` });
  if (request.url === "/large") response.write("x".repeat(200_000));
  if (request.url === "/endless") {
    const timer = setInterval(() => response.write("drop "), 20);
    response.on("close", () => clearInterval(timer));
    return;
  }
  if (request.url === "/silent") return;
  if (request.url === "/headers") response.writeHead(200, { "x-long": "y".repeat(40_000) });
  if (request.url === "/zipped") response.writeHead(200, { "content-encoding": "gzip" });
  request.resume().on("end", () => response.end("heard"));
};

async function listen(server: Server): Promise<{ port: number; got: IncomingMessage[] }> {
  const got: IncomingMessage[] = [];
  server.on("request", (request) => got.push(request));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  servers.push(server);
  return { port: (server.address() as AddressInfo).port, got };
}

before(async () => {
  const tls = await localTls(mkdtempSync(join(tmpdir(), "curfew-outbound-")));
  ca = readFileSync(tls.caFile, "utf8");
  secure = await listen(createSecure({ cert: tls.cert, key: tls.key }, answering));
  plain = await listen(createPlain(answering));
});

after(async () => {
  for (const client of clients) await client.close();
  for (const server of servers) {
    if ("closeAllConnections" in server) (server as Server).closeAllConnections();
    server.close();
  }
});

type Permit = { tenant: string | null; place: string; port: number | null };

function clientOf(
  allow: readonly Permit[],
  lookup: (name: string) => Promise<readonly string[]> = async () => ["127.0.0.1"],
  tenant = CONTOSO,
): OutboundHttp {
  const client = createOutboundHttp({ outbound: createOutbound({ allow, lookup, stepMs: 1 })(tenant), ca });
  clients.push(client);
  return client;
}

const permitted = (port: number, place = "localhost"): Permit[] => [{ tenant: "contoso", place, port }];
const asked = (url: string, more: Partial<OutboundRequest> = {}): OutboundRequest => ({
  method: "POST",
  url,
  headers: { "content-type": "application/json" },
  body: "{}",
  ...more,
});

async function refused(work: Promise<unknown>, kind: string, says?: RegExp): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof OutboundFault, String(error));
    assert.equal(error.kind, kind, error.message);
    if (says !== undefined) assert.match(error.message, says);
    return true;
  });
}

test("a permitted place is asked over TLS by its name, and its answer is read whole", async () => {
  const answer = await clientOf(permitted(secure.port)).send(asked(`https://localhost:${secure.port}/a?b=c`));
  assert.equal(answer.status, 200);
  assert.equal(answer.body.toString(), "heard");
  const [request] = secure.got.slice(-1);
  assert.equal(request?.url, "/a?b=c");
  assert.equal(request?.headers.host, `localhost:${secure.port}`);
});

test("an address that stands in the URL is looked at however it is written, and nothing is connected to", async () => {
  const before = plain.got.length + secure.got.length;
  const notations = [
    ...[
      "127.0.0.1",
      "127.1",
      "0x7f.1",
      "0x7f000001",
      "2130706433",
      "0177.0.0.1",
      "017700000001",
      "127.0.0.1.",
    ],
    ...["[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]"],
    ...["[64:ff9b::7f00:1]", "[2002:7f00:1::]", "0.0.0.0", "[::]", "169.254.169.254", "[fe80::1]"],
    ...["%31%32%37.0.0.1", "１２７.０.０.１", "127。0。0。1", "①②⑦.⓪.⓪.①"],
  ];
  const nowhere = clientOf([]);
  for (const scheme of ["http", "https"])
    for (const host of notations) {
      const port = scheme === "http" ? plain.port : secure.port;
      await refused(nowhere.send(asked(`${scheme}://${host}:${port}/`)), "forbidden");
    }
  assert.equal(plain.got.length + secure.got.length, before);
});

test("a name that leads inside is refused like one that leads nowhere", async () => {
  const before = secure.got.length;
  const nowhere = clientOf([], async (name) => (name === "unknown.example" ? [] : ["127.0.0.1"]));
  const told: string[] = [];
  for (const name of ["unknown.example", "inside.example", "localhost"]) {
    const error = await nowhere
      .send(asked(`https://${name}:${secure.port}/`))
      .catch((thrown: unknown) => thrown);
    assert.ok(error instanceof OutboundFault && error.kind === "unreachable");
    told.push(error.message.replace(name, "NAME"));
  }
  assert.equal(new Set(told).size, 1);
  assert.equal(secure.got.length, before);
});

test("rebinding: the name is asked once, and what was looked at is what is connected to", async () => {
  const before = secure.got.length;
  const answers = [["192.0.2.1", "127.0.0.1"], ["93.184.215.14"], ["127.0.0.1"]];
  let lookups = 0;
  const lookup = async () => {
    lookups++;
    return answers.shift() ?? ["127.0.0.1"];
  };
  const client = clientOf([], lookup);
  const url = `https://rebinding.example:${secure.port}/`;
  // One bad address among several condemns the name.
  await refused(client.send(asked(url)), "unreachable");
  assert.equal(lookups, 1);
  // A public one is connected to, though the next answer would be inside.
  await refused(client.send(asked(url, { timeoutMs: 400 })), "unreachable");
  assert.equal(lookups, 2);
  assert.equal(secure.got.length, before);
});

test("a redirect is an answer: nothing is asked of where it points", async () => {
  const before = plain.got.length;
  const client = clientOf([...permitted(secure.port), ...permitted(plain.port, "127.0.0.1")]);
  const answer = await client.send(asked(`https://localhost:${secure.port}/redirect`));
  assert.equal(answer.status, 302);
  assert.equal(plain.got.length, before);
});

test("http goes only to a place that the operator permits, and says so", async () => {
  const answer = await clientOf(permitted(plain.port)).send(asked(`http://localhost:${plain.port}/`));
  assert.equal(answer.status, 200);
  // A public address needs no permit, and is not asked in clear.
  const open = clientOf([], async () => ["93.184.215.14"]);
  await refused(open.send(asked("http://public.example/")), "forbidden", /in clear; write https/);
  for (const url of ["ftp://localhost/", "file:///etc/passwd", "data:,x", "//localhost/", "localhost:1/", ""])
    await refused(open.send(asked(url)), "forbidden");
});

test("a user name or a password in an address is refused, and is in no message", async () => {
  const client = clientOf(permitted(secure.port));
  for (const userinfo of ["user:hunter2@", "hunter2@", ":hunter2@"]) {
    const error = await client
      .send(asked(`https://${userinfo}localhost:${secure.port}/`))
      .catch((thrown) => thrown);
    assert.ok(error instanceof OutboundFault && error.kind === "forbidden");
    assert.doesNotMatch(error.message, /hunter2/);
  }
});

test("what is permitted to one tenant is not to another, and no connection is shared", async () => {
  const allow = [...permitted(secure.port), { tenant: "fabrikam", place: "localhost", port: secure.port }];
  const url = `https://localhost:${secure.port}/`;
  await refused(clientOf(permitted(secure.port), undefined, FABRIKAM).send(asked(url)), "unreachable");
  const [contoso, fabrikam] = [clientOf(allow), clientOf(allow, undefined, FABRIKAM)];
  const portsOf = async (client: OutboundHttp) => {
    const ports = new Set<number | undefined>();
    for (let i = 0; i < 8; i++) {
      await client.send(asked(url));
      ports.add(secure.got.at(-1)?.socket.remotePort);
    }
    return ports;
  };
  const [ofContoso, ofFabrikam] = [await portsOf(contoso), await portsOf(fabrikam)];
  assert.ok(ofContoso.size <= 4, "a tenant's own connections are kept");
  assert.deepEqual(
    [...ofContoso].filter((port) => ofFabrikam.has(port)),
    [],
  );
});

test("an answer that is too long, too slow, endless or no HTTP is none, in bounded time", async () => {
  const client = clientOf(permitted(secure.port));
  const url = (path: string) => `https://localhost:${secure.port}${path}`;
  const began = performance.now();
  await refused(client.send(asked(url("/large"))), "unreadable", /longer than 65536 bytes/);
  assert.equal((await client.send(asked(url("/large"), { mostBytes: 300_000 }))).body.length, 200_005);
  await refused(client.send(asked(url("/silent"), { timeoutMs: 200 })), "unreachable", /within 0.2 s/);
  await refused(client.send(asked(url("/endless"), { timeoutMs: 200 })), "unreachable", /within 0.2 s/);
  await refused(client.send(asked(url("/headers"))), "unreadable");
  // Nothing is unpacked: what is small on the wire stays small.
  assert.equal((await client.send(asked(url("/zipped")))).body.toString(), "heard");
  const stopping = new AbortController();
  setTimeout(() => stopping.abort(), 50);
  await refused(client.send(asked(url("/silent"), { signal: stopping.signal })), "unreachable");
  assert.ok(performance.now() - began < 5_000);
  const babbling = createSocketServer((socket) =>
    socket.on("error", () => {}).end("SSH-2.0-OpenSSH_9.2\r\n"),
  );
  await new Promise<void>((done) => babbling.listen(0, "127.0.0.1", done));
  servers.push(babbling);
  const { port } = babbling.address() as AddressInfo;
  await refused(clientOf(permitted(port)).send(asked(`http://localhost:${port}/`)), "unreadable");
});

test("a header cannot end another one, nor say what the client says", async () => {
  const client = clientOf(permitted(secure.port));
  const before = secure.got.length;
  const hostile: [string, string][] = [
    ...["a\r\nx-evil: 1", "a\nb", "a\0b", "ünïcode", "\u202e"].map((value): [string, string] => [
      "x-a",
      value,
    ]),
    ...["x\r\ny", "x y", "", "x:"].map((name): [string, string] => [name, "a"]),
    ...["Host", "content-length", "Transfer-Encoding", "connection", "proxy-authorization", "upgrade"].map(
      (name): [string, string] => [name, "a"],
    ),
  ];
  for (const [name, value] of hostile)
    await refused(
      client.send(asked(`https://localhost:${secure.port}/`, { headers: { [name]: value } })),
      "forbidden",
    );
  const line = `https://localhost:${secure.port}/a b\r\nx-evil: 1`;
  await client.send(asked(line));
  assert.equal(secure.got.at(-1)?.headers["x-evil"], undefined);
  assert.equal(secure.got.length, before + 1);
});

test("a certificate for another name is no answer, nor is one of an authority that nobody knows", async () => {
  const before = secure.got.length;
  const other = clientOf(permitted(secure.port, "other.example"));
  await refused(
    other.send(asked(`https://other.example:${secure.port}/`)),
    "unreachable",
    /ERR_TLS_CERT_ALTNAME/,
  );
  const allow = permitted(secure.port);
  const outbound = createOutbound({ allow, lookup: async () => ["127.0.0.1"], stepMs: 1 })(CONTOSO);
  const strict = createOutboundHttp({ outbound });
  clients.push(strict);
  await refused(strict.send(asked(`https://localhost:${secure.port}/`)), "unreachable");
  assert.equal(secure.got.length, before);
});

test("no proxy of the environment is asked", async () => {
  const variables = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "NODE_USE_ENV_PROXY",
  ];
  const kept = Object.fromEntries(variables.map((name) => [name, process.env[name]]));
  try {
    for (const name of variables) process.env[name] = name.startsWith("NODE") ? "1" : "http://127.0.0.1:9";
    const answer = await clientOf(permitted(secure.port)).send(asked(`https://localhost:${secure.port}/`));
    assert.equal(answer.status, 200);
  } finally {
    for (const name of variables) {
      if (kept[name] === undefined) delete process.env[name];
      else process.env[name] = kept[name];
    }
  }
});
