/** A process that is seconds late says so at once, and takes calls again when it has caught up. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import Fastify from "fastify";
import { handleFaults } from "../../src/http/faults.ts";
import { refuseUnderPressure } from "../../src/http/pressure.ts";

test("what comes in while the process is seconds late is refused with 503, and soon taken again", async () => {
  const app = Fastify();
  handleFaults(app);
  refuseUnderPressure(app);
  app.get("/", async () => "here");
  const address = await app.listen({ port: 0, host: "127.0.0.1" });
  const call = () => fetch(address);
  try {
    assert.equal((await call()).status, 200);
    const until = performance.now() + 3_000;
    while (performance.now() < until); // A caller's hard work, in the only thread there is.
    await delay(0);
    const refused = await call();
    assert.equal(refused.status, 503);
    assert.equal(refused.headers.get("retry-after"), "2");
    assert.match(await refused.text(), /"code":"unavailable"/);
    await delay(1_100);
    assert.equal((await call()).status, 200);
  } finally {
    await app.close();
  }
});

test("an answer that nobody reads keeps nothing from being stopped", { timeout: 20_000 }, async () => {
  const app = Fastify();
  refuseUnderPressure(app, 300);
  const chunk = Buffer.alloc(65_536);
  app.get("/large", (_request, reply) => reply.send(Readable.from(Array(512).fill(chunk))));
  const { port } = new URL(await app.listen({ port: 0, host: "127.0.0.1" }));
  const unread = connect(Number(port), "127.0.0.1");
  unread.on("error", () => {}).pause();
  unread.write("GET /large HTTP/1.1\r\nhost: x\r\n\r\n");
  await delay(200);
  const began = performance.now();
  await app.close();
  assert.ok(performance.now() - began < 5_000);
  unread.destroy();
});
