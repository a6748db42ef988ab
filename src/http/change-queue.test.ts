import assert from "node:assert/strict";
import { test } from "node:test";
import { accept } from "../domain/rejection.ts";
import { changeQueue, type QueueChange } from "./change-queue.ts";

/** Works that end when they are told to. */
function begin(queued: QueueChange, tenant: string, running: Map<string, number>) {
  const { promise, resolve: end } = Promise.withResolvers<void>();
  const outcome = queued(tenant, async () => {
    running.set(tenant, (running.get(tenant) ?? 0) + 1);
    await promise;
    running.set(tenant, (running.get(tenant) ?? 0) - 1);
    return accept("done");
  });
  return { outcome, end };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const sum = (running: Map<string, number>) => [...running.values()].reduce((all, one) => all + one, 0);

test("a tenant changes its configuration one call at a time, in the order they came", async () => {
  const queued = changeQueue();
  const running = new Map<string, number>();
  const [first, second] = [begin(queued, "contoso", running), begin(queued, "contoso", running)];
  const other = begin(queued, "fabrikam", running);
  await settled();
  assert.deepEqual(Object.fromEntries(running), { contoso: 1, fabrikam: 1 });
  second.end();
  other.end();
  first.end();
  for (const { outcome } of [first, second, other]) assert.ok((await outcome).ok);
  assert.equal(sum(running), 0);
});

test("all tenants together have four under way, and the fifth follows", async () => {
  const queued = changeQueue();
  const running = new Map<string, number>();
  const works = ["a", "b", "c", "d", "e"].map((tenant) => begin(queued, tenant, running));
  await settled();
  assert.equal(sum(running), 4);
  works[0]?.end();
  await settled();
  assert.equal(running.get("e"), 1);
  for (const { end } of works) end();
  for (const { outcome } of works) assert.ok((await outcome).ok);
});

test("who sends more than can wait is refused at once, and nobody else", async () => {
  const queued = changeQueue();
  const running = new Map<string, number>();
  const works = Array.from({ length: 9 }, () => begin(queued, "contoso", running));
  const refused = await works[8]?.outcome;
  assert.equal(refused?.ok === false && refused.rejection.code, "too_many_requests");
  const other = begin(queued, "fabrikam", running);
  for (const { end } of [...works, other]) end();
  assert.ok((await other.outcome).ok);
  for (const { outcome } of works.slice(0, 8)) assert.ok((await outcome).ok);
});

test("a call that throws gives its place on", async () => {
  const queued = changeQueue();
  await assert.rejects(queued("contoso", () => Promise.reject(new Error("away"))));
  assert.ok((await queued("contoso", async () => accept("done"))).ok);
});
