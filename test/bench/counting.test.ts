/** What the bench counts and compares: a wrong count looks like a fast program. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { count, parseLog, split } from "../../bench/counting.ts";
import { range, timesBetter } from "../../bench/scenario.ts";

const LOG = `@@7|curfew@@ LOG:  statement: begin
@@7|curfew@@ LOG:  execute <unnamed>: SELECT set_config('curfew.tenant', $1, true)
@@7|curfew@@ LOG:  execute ask:
\tINSERT INTO access_request (body)
\tVALUES ($1)
@@8|curfew@@ LOG:  execute <unnamed>: SELECT due($1)
@@7|curfew@@ LOG:  statement: commit
@@9|curfew@@ WARNING:  there is no transaction in progress
@@8|bench@@ LOG:  statement: SELECT 1
@@9|[unknown]@@ LOG:  connection received
`;

test("statements are told as they were sent: simple ones and executed ones, none of the bench's own", () => {
  const found = parseLog(LOG);
  assert.deepEqual(
    found.map(({ backend }) => backend),
    [7, 7, 7, 8, 7],
  );
  assert.equal(found[2]?.text, "INSERT INTO access_request (body)\n\tVALUES ($1)");
});

test("a transaction is one from BEGIN to COMMIT, or a statement outside of it", () => {
  assert.deepEqual(count(parseLog(LOG)), { statements: 2, frames: 2, settings: 1, transactions: 2 });
});

test("a backend that does what is done while nobody calls is not the callers'", () => {
  const idle = parseLog("@@3|curfew@@ LOG:  execute <unnamed>: SELECT due($1)\n");
  const { callers, background } = split(parseLog(LOG), idle);
  assert.deepEqual(
    [callers, background].map((part) => [...new Set(part.map(({ backend }) => backend))]),
    [[7], [8]],
  );
});

test("above one is better, whichever way a measure runs", () => {
  assert.equal(timesBetter(10, 34, "lower"), 3.4);
  assert.equal(timesBetter(34, 10, "higher"), 3.4);
});

test("a median is shown with its range, and a single value alone", () => {
  assert.equal(range([3, 1, 2]), "2 (1 to 3)");
  assert.equal(range([1234.56]), "1235");
  assert.equal(range([]), "–");
});
