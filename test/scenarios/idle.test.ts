/** With nothing to do the whole service asks the database once a second. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { statementsIn } from "../fixtures/statements.ts";

const FOR_MS = 10_000;
// The pulse, and what some loop may look for in that time.
const MOST = 12;

test("an idle process sends no more than seventy statements a minute", async () => {
  const { startService } = await import("../../src/compose.ts");
  const { openTestSystem } = await import("../fixtures/system.ts");
  const system = await openTestSystem(null);
  const service = await startService(system, {
    issuer: "http://localhost",
    origins: [],
    deviceFlow: false,
    trustedProxy: null,
    portal: null,
    log: (line) => assert.fail(line),
  });
  try {
    await delay(2_000);
    const sent = await statementsIn(() => delay(FOR_MS));
    const all = [...sent.values()].reduce((sum, times) => sum + times, 0);
    assert.ok(all <= MOST, `${all} statements: ${JSON.stringify([...sent])}`);
    assert.ok((sent.get("pulse") ?? 0) >= 8, "the clock is read once a second");
  } finally {
    await service.close();
    await system.remove();
  }
});
