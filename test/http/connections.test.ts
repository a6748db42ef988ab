/** Connections that ask for nothing are bounded by address and in all, and keep nobody from being served. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { connect, type Socket } from "node:net";
import { after, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import Fastify from "fastify";
import { boundConnections, type ConnectionLimits, TIMES } from "../../src/http/connections.ts";

const HALF = "GET / HTTP/1.1\r\nhost: x\r\nx-slow: ";
const HALF_A_BODY =
  "POST / HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 10\r\n\r\nhalf";
const TLS_HELLO_BEGINS = "\x16\x03\x01";
const LIMITS: ConnectionLimits = { perAddress: 8, inAll: 30, trustedProxy: null };

async function serve(limits: Partial<ConnectionLimits> = {}) {
  const app = Fastify({ http: TIMES });
  boundConnections(app.server, { ...LIMITS, ...limits });
  let finish = (): void => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  app.get("/", async () => "here");
  app.post("/", async () => "taken");
  app.get("/large", async () => Buffer.alloc(32 * 1_048_576));
  app.get("/long", async () => {
    await finished;
    return "at last";
  });
  const port = Number(new URL(await app.listen({ port: 0, host: "127.0.0.1" })).port);
  const all: Socket[] = [];
  after(async () => {
    for (const socket of all) socket.destroy();
    finish();
    await app.close();
  });
  return {
    port,
    finish,
    /** One after the other, so that the first is the oldest. */
    async knock(times: number, text: string, localAddress = "127.0.0.1"): Promise<Socket[]> {
      const mine: Socket[] = [];
      for (let time = 0; time < times; time++) {
        const socket = connect({ port, host: "127.0.0.1", localAddress });
        socket.on("error", () => {});
        await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
        socket.resume().write(text);
        mine.push(socket);
      }
      all.push(...mine);
      await delay(50);
      return mine;
    },
  };
}

const isOpen = (socket: Socket) => !socket.destroyed && !socket.readableEnded;
const openIn = (sockets: readonly Socket[]) =>
  sockets.map((one, index) => (isOpen(one) ? index : -1)).filter((at) => at >= 0);

async function ask(port: number, agent?: Agent, localAddress = "127.0.0.1"): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asking = request(
      { port, host: "127.0.0.1", localAddress, ...(agent ? { agent } : {}) },
      (answer) => {
        answer.resume();
        answer.once("end", () => resolve(answer.statusCode));
      },
    );
    asking.once("error", reject);
    asking.end();
  });
}

for (const [what, text] of Object.entries({
  "a head that never ends": HALF,
  "a body that never ends": HALF_A_BODY,
  "nothing at all": "",
})) {
  test(`${what}: an address has so many, the oldest goes first, and whole calls are served`, async () => {
    const { port, knock } = await serve();
    const stalled = await knock(25, text);
    assert.deepEqual(openIn(stalled), [17, 18, 19, 20, 21, 22, 23, 24]);
    assert.equal(await ask(port), 200);
    const elsewhere = await knock(3, text, "127.0.0.2");
    assert.equal(openIn(elsewhere).length, 3, "another address has its own");
    assert.ok(openIn(stalled).length >= 7);
  });
}

test("one that is served does not count, and one between two calls goes after those that never asked", async () => {
  const { port, finish, knock } = await serve({ inAll: 60 });
  const long = await knock(10, "GET /long HTTP/1.1\r\nhost: x\r\n\r\n");
  const agent = new Agent({ keepAlive: true });
  assert.equal(await ask(port, agent), 200);
  const stalled = await knock(12, HALF);
  assert.equal(openIn(long).length, 10);
  assert.equal(openIn(stalled).length, 7);
  const [kept] = Object.values(agent.freeSockets).flat();
  assert.ok(kept !== undefined && isOpen(kept), "it rests between two calls");
  assert.equal(await ask(port, agent), 200);
  finish();
  await delay(50);
  // Now the others rest, and there are too many of both.
  const resting = openIn(long).length + Number(isOpen(kept));
  assert.equal(openIn(stalled).length + resting, 8);
  assert.ok(resting >= 4);
  agent.destroy();
});

test("those that rest between two calls keep nobody out: the newcomer is not the one to go", async () => {
  const { port, knock } = await serve();
  const resting = await knock(8, "GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  assert.equal(openIn(resting).length, 8);
  const [newcomer] = await knock(1, HALF);
  assert.ok(newcomer !== undefined && isOpen(newcomer));
  assert.equal(openIn(resting).length, 7);
  assert.equal(await ask(port), 200);
});

test("one that sends its body goes after those that rest", async () => {
  const { port, knock } = await serve();
  const [upload] = await knock(1, HALF_A_BODY);
  await knock(7, "GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  for (let time = 0; time < 20; time++) assert.equal(await ask(port), 200);
  assert.ok(upload !== undefined && isOpen(upload));
});

test("a proxy that is named has as many as there are in all, and the oldest of all goes first", async () => {
  for (const trustedProxy of ["127.0.0.1", "loopback", "10.1.2.3, 127.0.0.0/8", "127.0.0.0/255.0.0.0"]) {
    const { port, knock } = await serve({ trustedProxy });
    const stalled = await knock(20, HALF);
    assert.equal(openIn(stalled).length, 20, trustedProxy);
    await knock(20, HALF);
    assert.ok(openIn(stalled).length <= 10, trustedProxy);
    assert.equal(await ask(port), 200);
  }
});

test("while everybody is served, no more are let in than there may be", async () => {
  const { finish, knock } = await serve({ perAddress: 50, inAll: 10, trustedProxy: "127.0.0.1" });
  const long = await knock(30, "GET /long HTTP/1.1\r\nhost: x\r\n\r\n");
  assert.ok(openIn(long).length <= 10 && openIn(long).length >= 9, `${openIn(long).length} are open`);
  finish();
});

test("whoever is served has no more than are left for others", async () => {
  const { port, finish, knock } = await serve({ inAll: 20 });
  const long = await knock(30, "GET /long HTTP/1.1\r\nhost: x\r\n\r\n");
  assert.equal(openIn(long).length, 11);
  const next = await knock(30, "GET /long HTTP/1.1\r\nhost: x\r\n\r\n", "127.0.0.2");
  assert.equal(openIn(next).length, 5);
  assert.equal(await ask(port, undefined, "127.0.0.3"), 200);
  finish();
});

test("an answer that nobody reads ends, one that is long in coming does not", async () => {
  const { port, finish, knock } = await serve({ unreadMs: 300 });
  const [waiting] = await knock(1, "GET /long HTTP/1.1\r\nhost: x\r\n\r\n");
  const unread = connect({ port, host: "127.0.0.1" });
  const read = once(unread, "close").catch(() => {});
  unread.on("error", () => {}).pause();
  unread.write("GET /large HTTP/1.1\r\nhost: x\r\n\r\n");
  await delay(1_500);
  let bytes = 0;
  unread.on("data", (some) => {
    bytes += some.length;
  });
  unread.resume();
  await Promise.race([read, delay(5_000)]);
  assert.ok(unread.closed && bytes < 32 * 1_048_576, `${bytes} bytes were sent, open: ${!unread.closed}`);
  assert.ok(waiting !== undefined && isOpen(waiting));
  finish();
});

test("what never becomes TLS counts as well", async () => {
  const { localTls } = await import("../../src/demo/local-ca.ts");
  const { mkdtempSync, rmSync } = await import("node:fs");
  const folder = mkdtempSync("/tmp/curfew-tls-");
  const tls = await localTls(folder);
  const app = Fastify({ https: { ...TIMES, ...tls } });
  boundConnections(app.server, LIMITS);
  app.get("/", async () => "here");
  const port = Number(new URL(await app.listen({ port: 0, host: "127.0.0.1" })).port);
  const sockets: Socket[] = [];
  try {
    for (let time = 0; time < 20; time++) {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => {});
      await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
      socket.write(TLS_HELLO_BEGINS);
      sockets.push(socket);
    }
    await delay(50);
    assert.equal(openIn(sockets).length, 8);
    const { request: secure } = await import("node:https");
    const status = await new Promise((resolve, reject) => {
      const asking = secure({ port, host: "127.0.0.1", rejectUnauthorized: false }, (answer) =>
        resolve(answer.statusCode),
      );
      asking.once("error", reject);
      asking.end();
    });
    assert.equal(status, 200);
  } finally {
    for (const socket of sockets) socket.destroy();
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
