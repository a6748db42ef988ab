import assert from "node:assert/strict";
import { test } from "node:test";
import { searchQueue } from "./search-queue.ts";

/** A search that takes until it is told to end. */
function open() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, resolve };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("of one person one search is under way, the latest waits, and those between are refused", async () => {
  const search = searchQueue();
  const begun: string[] = [];
  const first = open();
  const ask = (word: string, until: Promise<void> = Promise.resolve()) =>
    search("ada", async () => {
      begun.push(word);
      await until;
      return word;
    });
  const asked = [ask("c", first.promise), ask("ca"), ask("cas"), ask("case")];
  await settle();
  assert.deepEqual(begun, ["c"]);
  first.resolve();
  const answers = await Promise.all(asked);
  assert.deepEqual(
    answers.map((one) => (one.ok ? one.value : one.rejection.code)),
    ["c", "too_many_requests", "too_many_requests", "case"],
  );
  assert.deepEqual(begun, ["c", "case"]);
});

test("all together have four under way; who fails leaves the place, and where too many wait it is said", async () => {
  const search = searchQueue();
  const gate = open();
  let under = 0;
  let most = 0;
  const asked = Array.from({ length: 70 }, (_, at) =>
    search(`person ${at}`, async () => {
      most = Math.max(most, ++under);
      await gate.promise;
      under--;
      if (at === 0) throw new Error("a fault");
      return at;
    }),
  );
  await settle();
  assert.equal(under, 4);
  gate.resolve();
  const answers = await Promise.allSettled(asked);
  assert.equal(most, 4);
  assert.equal(answers.filter(({ status }) => status === "rejected").length, 1);
  const refused = answers.filter((one) => one.status === "fulfilled" && !one.value.ok);
  assert.equal(refused.length, 2, "sixty-four wait");
  const after = await search("person 0", async () => "again");
  assert.ok(after.ok && after.value === "again");
});
