import assert from "node:assert/strict";
import { test } from "node:test";
import { cutSessions } from "./own-role.ts";
import type { Session } from "./session.ts";

/** A server that lists these process ids, look by look, and none after them. */
function sessionListing(looks: number[][]): Session {
  const never = () => assert.fail("only looks");
  const rows = async <Row>() => (looks.shift() ?? []).map((pid) => ({ pid })) as Row[];
  return { database: "orders", rows, run: never, undone: never, transaction: never, elsewhere: never };
}

test("cut: a log-in that is listed only after everybody else was gone is cut too", async () => {
  const looks = [[1, 2], [2], [], [3], [], []];
  assert.deepEqual(await cutSessions(sessionListing(looks), "1"), { cut: 3, left: 0 });
  assert.deepEqual(looks, []);
});
