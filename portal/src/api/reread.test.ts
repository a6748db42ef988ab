import assert from "node:assert/strict";
import { test } from "node:test";
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { changedBy } from "./depends.ts";
import { readAgain } from "./reread.ts";

/** A page that shows these, and how often each was read. */
async function shown(operations: readonly string[]) {
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000, retry: false } } });
  const reads = new Map<string, number>();
  const stops = operations.map((operation) => {
    const queryFn = async () => {
      reads.set(operation, (reads.get(operation) ?? 0) + 1);
      await pause(20);
      return operation;
    };
    return new QueryObserver(queries, { queryKey: [operation, {}], queryFn }).subscribe(() => {});
  });
  await pause(60);
  const counts = () => operations.map((operation) => reads.get(operation) ?? 0);
  assert.deepEqual(
    counts(),
    operations.map(() => 1),
  );
  return {
    queries,
    counts,
    close: () => {
      for (const stop of stops) stop();
      queries.clear();
    },
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("a decision and the notice of it are one reading of what they could have changed", async () => {
  const page = await shown(["readAccessRequest", "listGrants", "listSubscriptions", "unheardOf"]);
  readAgain(page.queries, changedBy("decideAccessRequest", {}));
  await pause(50);
  readAgain(page.queries, ["access-requests", "audit"]);
  await pause(300);
  assert.deepEqual(page.counts(), [2, 2, 1, 2]);
  page.close();
});

test("what is being read when something changes is read again: it may say what was so before", async () => {
  const page = await shown(["readAccessRequest"]);
  void page.queries.refetchQueries();
  await pause(5);
  readAgain(page.queries, ["access-requests"]);
  await pause(300);
  assert.deepEqual(page.counts(), [3]);
  page.close();
});

test("a trial changes nothing, and of what nobody wrote down anything may have changed", () => {
  assert.deepEqual(changedBy("putConfiguration", { query: { dryRun: "true" } }), []);
  assert.deepEqual(changedBy("checkProposed", {}), []);
  assert.equal(changedBy("putConfiguration", { query: {} }), null);
  assert.equal(changedBy("lockOut", {}), null);
});
