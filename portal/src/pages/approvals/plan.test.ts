import assert from "node:assert/strict";
import { test } from "node:test";
import { isoDuration } from "../../words/duration.ts";
import type { AccessRequest } from "../../words/request.ts";
import { durationFault, freshDraft, narrowedTerms, offeredMs, spanOf, startOf } from "./plan.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.parse("2026-11-30T12:00:00Z");
const at = (ms: number) => new Date(ms).toISOString();
const asked = (duration: string, startAt: string | null = null) =>
  ({ terms: { duration, startAt, roleDefinitionIds: ["a", "b"] } }) as unknown as AccessRequest;

test("offered are a quarter of an hour, about half in whole steps, and what was asked; nothing below the minimum", () => {
  const offered = (askedMs: number, minimumMs = 0) => offeredMs(askedMs, minimumMs).map((ms) => ms / MINUTE);
  assert.deepEqual(offered(25 * MINUTE), [12, 15, 25]);
  assert.deepEqual(offered(HOUR), [15, 30, 60]);
  assert.deepEqual(offered(30 * MINUTE), [15, 30]);
  assert.deepEqual(offered(8 * HOUR), [15, 240, 480]);
  assert.deepEqual(offered(95 * MINUTE), [15, 45, 95]);
  assert.deepEqual(offeredMs(30_000, 0), [15_000, 30_000]);
  assert.deepEqual(offeredMs(1_000, 0), [1_000]);
  assert.deepEqual(offered(8 * MINUTE, 5 * MINUTE), [8]);
});

test("no more than was asked, no less than the rules say, but what was asked always", () => {
  const limits = { askedMs: HOUR, minimumMs: 5 * MINUTE };
  assert.equal(durationFault(null, limits), "none");
  assert.equal(durationFault(0, limits), "none");
  assert.equal(durationFault(HOUR + 1, limits), "tooLong");
  assert.equal(durationFault(4 * MINUTE, limits), "tooShort");
  assert.equal(durationFault(5 * MINUTE, limits), null);
  assert.equal(durationFault(MINUTE, { askedMs: MINUTE, minimumMs: 5 * MINUTE }), null);
});

test("the time begins with the approval, or with a start that lies ahead", () => {
  const span = (startAt: string | null) => spanOf(asked("PT1H", startAt), null, { lastsMs: HOUR }, NOW);
  assert.deepEqual(span(null), { startsAt: NOW, endsAt: NOW + HOUR });
  assert.deepEqual(span(at(NOW + HOUR)), { startsAt: NOW + HOUR, endsAt: NOW + 2 * HOUR });
  assert.deepEqual(span(at(NOW - HOUR)), { startsAt: NOW, endsAt: NOW + HOUR });
});

test("an extension never moves an end back, nor beyond the furthest", () => {
  const extending = {
    grantId: "g",
    startsAt: at(NOW - HOUR),
    endsAt: at(NOW + 20 * MINUTE),
    latestEnd: at(NOW + HOUR),
  };
  const end = (lastsMs: number) => spanOf(asked("PT2H"), extending, { lastsMs }, NOW).endsAt - NOW;
  assert.equal(end(10 * MINUTE), 20 * MINUTE);
  assert.equal(end(30 * MINUTE), 30 * MINUTE);
  assert.equal(end(2 * HOUR), HOUR);
});

test("what is approved as asked says no terms; what is narrowed says only what is", () => {
  const request = asked("PT1H");
  const draft = freshDraft(request);
  const terms = (part: object) => narrowedTerms(request, { ...draft, ...part }, isoDuration);
  assert.equal(terms({}), undefined);
  assert.equal(terms({ lasts: "other", typed: "60 min" }), undefined);
  assert.deepEqual(terms({ lasts: 30 * MINUTE }), { duration: "PT30M" });
  assert.deepEqual(terms({ roles: ["b"] }), { roleDefinitionIds: ["b"] });
  // A year of five digits, half way through being typed, is no start, and breaks no page.
  assert.equal(terms({ notBefore: "20261-11-30T15:00" }), undefined);
  assert.equal(startOf(request, { ...draft, notBefore: "20261-11-30T15:00" }), null);
  assert.deepEqual(Object.keys(terms({ notBefore: "2026-11-30T15:00" }) ?? {}), ["startAt"]);
});
