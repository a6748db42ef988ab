/** The stream of changes, over real connections: who hears of what, and how it ends. */
import assert from "node:assert/strict";
import { get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { after, afterEach, before, mock, test } from "node:test";
import { accept, type Outcome, reject } from "../../src/domain/rejection.ts";
import { dueWork } from "../../src/store/due-work.ts";
import type { Who } from "../../src/use-cases/decisions.ts";
import type { Caller } from "../../src/use-cases/ports.ts";
import { submitRequest } from "../../src/use-cases/requests/submit-request.ts";
import { type Loop, startLoop } from "../../src/worker/loop.ts";
import { startWorker, type Worker } from "../../src/worker/worker.ts";
import { askFor, must } from "../fixtures/system.ts";
import { type Cast, openCast, type Role } from "../golden/cast.ts";
import { pendingRequest, places } from "../golden/operations.ts";

const LONGEST_WAIT_MS = 10_000;

let cast: Cast;
let worker: Worker;
let loop: Loop;
let port: number;
const streams: Stream[] = [];
before(async () => {
  cast = await openCast();
  const { opened, deps, changes } = cast.system;
  const onError = (what: string, error: unknown) => assert.fail(`${what}: ${error}`);
  loop = startLoop({ name: "changes", run: changes.pass, onError });
  worker = await startWorker({
    deps,
    due: dueWork(opened.worker.db, () => opened.clock.now()),
    onWake: (wake) =>
      opened.onWake(() => {
        wake();
        loop.wake();
      }),
    onError,
  });
  await cast.app.listen({ host: "127.0.0.1", port: 0 });
  port = (cast.app.server.address() as AddressInfo).port;
});
afterEach(async () => {
  for (const stream of streams.splice(0)) await stream.close();
});
after(async () => {
  await worker.stop();
  await loop.stop();
  await cast.close();
});

interface Stream {
  readonly response: IncomingMessage;
  /** The next event, or null at the end. Comments are left out. */
  next(): Promise<{ event: string; data: unknown } | null>;
  close(): Promise<void>;
}

test("ready comes first; then a change is told to both of its tenants and to nobody else's", async () => {
  const [contoso, fabrikam, northwind] = [
    await listen("member"),
    await listen("requester"),
    await listen("stranger"),
  ];
  for (const stream of [contoso, fabrikam, northwind])
    assert.deepEqual(await stream.next(), { event: "ready", data: {} });
  must(
    await submitRequest(cast.system.deps, cast.caller("requester"), askFor(places(cast).ledger, 1_800_000)),
  );
  for (const stream of [contoso, fabrikam]) {
    const heard = await topicsUntil(stream, "notifications");
    assert.deepEqual([...heard].sort(), ["access-requests", "audit", "notifications"]);
  }
  const { status } = await cast.call("stranger", "PUT", "/configuration/Tier/probe", {
    spec: { maximumDuration: "PT2H" },
  });
  assert.equal(status, 200);
  assert.deepEqual(await northwind.next(), {
    event: "changed",
    data: { topics: ["configuration", "audit"] },
  });
});

test("its headers keep it from being stored or held back, and carry what every answer carries", async () => {
  const { response } = await listen("member");
  assert.equal(response.headers["content-type"], "text/event-stream");
  assert.equal(response.headers["cache-control"], "no-store");
  assert.equal(response.headers["x-accel-buffering"], "no");
  assert.equal(response.headers["x-content-type-options"], "nosniff");
});

test("what happened before is not news, and what is told once is not told again", async () => {
  const tier = (name: string) =>
    cast.call("administrator", "PUT", `/configuration/Tier/${name}`, { spec: { maximumDuration: "PT2H" } });
  await tier("before");
  const first = await listen("member");
  await first.next();
  await tier("after");
  assert.deepEqual((await first.next())?.data, { topics: ["configuration", "audit"] });
  await pendingRequest(cast);
  const heard = await topicsUntil(first, "access-requests");
  assert.ok(!heard.has("configuration"), [...heard].join());
});

test("one caller has at most eight, and gets another when one of them ends", async () => {
  for (let count = 0; count < 8; count++) await listen("auditor");
  const { status, body } = await cast.call("auditor", "GET", "/events");
  assert.deepEqual([status, body.code], [429, "too_many_requests"]);
  await streams.pop()?.close();
  const again = await eventually(
    () => connect("auditor"),
    ({ statusCode }) => statusCode === 200,
  );
  again.destroy();
});

test("without a token there is no stream", async () => {
  const response = await connect("nobody");
  assert.equal(response.statusCode, 401);
  response.destroy();
});

test("a stream beats, and ends within a minute of its caller's account, or of the credentials it was proved with", async () => {
  mock.timers.enable({ apis: ["setInterval"] });
  try {
    const stream = await listen("approver");
    const lines: string[] = [];
    stream.response.on("data", (chunk) => lines.push(String(chunk)));
    await stream.next();
    mock.timers.tick(45_000);
    await eventually(
      async () => lines.join(""),
      (text) => text.split(": still here").length === 4,
    );
    const callers = cast.callers as Map<Role, Who>;
    const caller = cast.caller("approver");
    callers.delete("approver");
    mock.timers.tick(45_000);
    assert.equal(await stream.next(), null);
    // A token or sign-in that is still one of ours, of somebody whose password has changed meanwhile.
    let now: Outcome<Caller> = accept(caller);
    callers.set("approver", {
      ref: caller.ref,
      via: "curfew-portal",
      admit: () => now,
      admitNow: async () => now,
    });
    const proved = await listen("approver");
    await proved.next();
    now = reject("unauthenticated", "sign in again");
    mock.timers.tick(45_000);
    assert.equal(await proved.next(), null);
    callers.set("approver", caller);
  } finally {
    mock.timers.reset();
  }
});

test("closing the server ends every stream at once", { timeout: LONGEST_WAIT_MS }, async () => {
  const stream = await listen("member");
  await stream.next();
  const began = performance.now();
  const closing = cast.app.close();
  assert.equal(await stream.next(), null);
  await closing;
  assert.ok(performance.now() - began < 2_000);
});

async function listen(role: Role): Promise<Stream> {
  const response = await connect(role);
  assert.equal(response.statusCode, 200);
  const lines = createInterface({ input: response })[Symbol.asyncIterator]();
  response.on("error", () => {});
  const stream: Stream = {
    response,
    async next() {
      const fields = new Map<string, string>();
      for (;;) {
        const line = await within(lines.next());
        if (line.done) return null;
        const [, name = "", value = ""] = /^(\w+): (.*)$/.exec(line.value) ?? [];
        if (name !== "") fields.set(name, value);
        if (line.value === "" && fields.has("event"))
          return { event: fields.get("event") ?? "", data: JSON.parse(fields.get("data") ?? "null") };
      }
    },
    async close() {
      response.destroy();
    },
  };
  streams.push(stream);
  return stream;
}

function connect(role: Role): Promise<IncomingMessage> {
  const headers = role === "nobody" ? {} : { authorization: role };
  return new Promise((resolve, fail) =>
    get({ host: "127.0.0.1", port, path: "/api/v1/events", headers }, resolve).on("error", fail),
  );
}

async function topicsUntil(stream: Stream, wanted: string): Promise<Set<string>> {
  const heard = new Set<string>();
  while (!heard.has(wanted)) {
    const next = await stream.next();
    assert.equal(next?.event, "changed");
    const { topics, ...rest } = next.data as { topics: string[] };
    assert.deepEqual(rest, {}, "nothing but topics");
    for (const topic of topics) heard.add(topic);
  }
  return heard;
}

async function within<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error("nothing came in time")), LONGEST_WAIT_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function eventually<T>(look: () => Promise<T>, isSo: (found: T) => boolean): Promise<T> {
  const until = performance.now() + LONGEST_WAIT_MS;
  for (;;) {
    const found = await look();
    if (isSo(found)) return found;
    assert.ok(performance.now() < until, "it never came to be so");
    await new Promise((resolve) => setImmediate(resolve));
  }
}
