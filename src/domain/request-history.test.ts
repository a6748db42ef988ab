import assert from "node:assert/strict";
import { test } from "node:test";
import type { EndReason } from "./grant.ts";
import { historyOf } from "./request-history.ts";
import type { RequestOutcome } from "./request-outcome.ts";

const ended = (cause: EndReason): RequestOutcome => ({ name: "ended", cause });
const sentence = (...outcomes: RequestOutcome[]) => historyOf(outcomes, 100).sentence;

test("a history is one sentence: how many, and what became of them", () => {
  const onTime = ended("expired");
  assert.equal(sentence(), "first request");
  assert.equal(sentence(onTime), "1 earlier, ended on time");
  assert.equal(sentence(ended("never_live")), "1 earlier, never live");
  assert.equal(sentence(onTime, onTime, onTime, onTime), "4 earlier, all ended on time");
  assert.equal(
    sentence(onTime, { name: "denied" }, ended("revoked"), onTime, { name: "canceled" }, { name: "live" }),
    "6 earlier: 2 ended on time, 1 ended early, 1 denied, 1 never decided, 1 still open",
  );
});

test("its numbers say the same, and that there may be more than were looked at", () => {
  const found = historyOf(
    [ended("expired"), ended("deactivated"), { name: "denied" }, { name: "timedOut" }],
    4,
  );
  assert.deepEqual(found, {
    earlier: 4,
    endedOnTime: 1,
    endedEarly: 1,
    denied: 1,
    sentence: "at least 4 earlier: 1 ended on time, 1 ended early, 1 denied, 1 never decided",
  });
});
