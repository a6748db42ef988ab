import assert from "node:assert/strict";
import { test } from "node:test";
import { Turnstile } from "./turnstile.ts";

test("two go in, one waits, the next is turned away, and a place that is left is taken by who waited", async () => {
  const turnstile = new Turnstile({ atOnce: 2, mayWait: 1 });
  const leave: (() => void)[] = [];
  const entered: string[] = [];
  const visit = (name: string) =>
    turnstile.pass(async () => {
      entered.push(name);
      await new Promise<void>((resolve) => leave.push(resolve));
      return name;
    });
  const first = visit("first");
  const second = visit("second");
  const third = visit("third");
  assert.equal(await visit("fourth"), null);
  assert.deepEqual(entered, ["first", "second"]);
  leave.shift()?.();
  assert.equal(await first, "first");
  while (entered.length < 3) await Promise.resolve();
  for (const go of leave) go();
  assert.deepEqual(await Promise.all([second, third]), ["second", "third"]);
});

test("work that throws gives its place back", async () => {
  const turnstile = new Turnstile({ atOnce: 1, mayWait: 0 });
  await assert.rejects(
    turnstile.pass(() => Promise.reject(new Error("broken"))),
    /broken/,
  );
  assert.equal(await turnstile.pass(async () => "through"), "through");
});
