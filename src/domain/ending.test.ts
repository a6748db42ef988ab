import assert from "node:assert/strict";
import { test } from "node:test";
import { type EndHold, endingOf } from "./ending.ts";

const ORDERS = { name: "orders-database", kind: "postgres" };
const POSTGRES: EndHold = { label: "PostgreSQL", heldBy: "native", sessions: "cutByCurfew" };

const said = (hold: Partial<EndHold>, p99Ms: number | null = 42) => {
  const { sentence, ifDown } = endingOf(
    ORDERS,
    { ...POSTGRES, ...hold },
    { count: p99Ms === null ? 0 : 7, p99Ms },
  );
  return [sentence, ifDown];
};

test("a target that holds the end itself: new log-ins by it, open sessions by Curfew, with what was measured", () => {
  const ifDown = "An open session could last until Curfew is back; nobody new can log in.";
  const start = "PostgreSQL itself refuses new log-ins from then. Curfew cuts open sessions";
  assert.deepEqual(said({}), [`${start} (last 30 days: 99 % within 42 ms).`, ifDown]);
  assert.deepEqual(said({}, null), [`${start} (nothing measured in the last 30 days).`, ifDown]);
  assert.deepEqual(said({}, 1_201), [`${start} (last 30 days: 99 % within 1.3 s).`, ifDown]);
});

test("a target that cannot hold an end says so, and what happens while nobody is there to end it", () => {
  assert.deepEqual(said({ label: "Example", heldBy: "timerOnly" }), [
    "Example cannot hold an end.",
    "If Curfew is down then, access lasts until it is back.",
  ]);
});

test("sessions that the target cuts, or that nobody cuts", () => {
  assert.equal(
    said({ sessions: "native" })[0],
    "PostgreSQL itself refuses new log-ins from then and cuts open sessions (last 30 days: 99 % within 42 ms).",
  );
  assert.equal(
    said({ sessions: "none" })[0],
    "PostgreSQL itself refuses new log-ins from then. Nothing cuts open sessions.",
  );
});
