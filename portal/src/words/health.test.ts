import assert from "node:assert/strict";
import { test } from "node:test";
import { troubleLine } from "./health.ts";
import { showTimesIn } from "./time.ts";

test("an outage says since when, and that nobody has to do anything", () => {
  showTimesIn("utc");
  const [since, now] = [Date.parse("2026-12-01T09:00:05Z"), Date.parse("2026-12-01T09:04:00Z")];
  assert.equal(
    troubleLine("silent", since, now),
    "Curfew has not answered since 09:00:05 UTC. This page shows what was true before, and goes on by itself.",
  );
  assert.match(
    troubleLine("overloaded", since, now),
    /^Curfew has been too busy to answer since 09:00:05 UTC\./,
  );
  assert.match(
    troubleLine("offline", since - 86_400_000, now),
    /^You have been offline since 30 Nov 09:00 UTC\./,
  );
});
