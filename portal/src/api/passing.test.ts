import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiProblem } from "../../../src/client/problem.ts";
import { isPassing, isUnknown, Unreachable } from "./passing.ts";

const problem = (status: number) => new ApiProblem(status, { code: "x", detail: "x" });

test("what passes by itself is asked again, and what was refused is not", () => {
  const statuses = [400, 401, 403, 404, 408, 409, 412, 422, 429, 500, 502, 503, 504];
  assert.deepEqual(
    statuses.filter((status) => isPassing(problem(status))),
    [408, 429, 502, 503, 504],
  );
  assert.ok(isPassing(new Unreachable({ cause: new TypeError("fetch failed") })));
  assert.ok(!isPassing(new Error("a fault of the page")) && !isPassing(null));
});

test("a call that was refused was not done; of any other nobody knows", () => {
  assert.ok(isUnknown(problem(503)) && isUnknown(new Unreachable({})));
  assert.ok(!isUnknown(problem(409)) && !isUnknown(problem(429)));
});
