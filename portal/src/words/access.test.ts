import assert from "node:assert/strict";
import { test } from "node:test";
import { gotWords } from "../../../src/client/asked.ts";
import { announcedWords, hadWords, movedEndWords, STEP, stageOf, tabWords, waitingWords } from "./access.ts";
import { durationWords } from "./duration.ts";
import type { Grant } from "./grant.ts";
import { type AccessRequest, stateColor, stateWords } from "./request.ts";
import { showTimesIn } from "./time.ts";

showTimesIn("utc");
const NOW = Date.parse("2026-11-21T14:00:00Z");

type Became = NonNullable<AccessRequest["became"]>;
type Got = NonNullable<Became["got"]>;

const got = (more: Partial<Got> = {}): Got => ({
  ...{ liveFor: "PT6M0.4S", of: "PT25M", because: "deactivated", fetched: true },
  ...more,
});

const request = (more: Partial<AccessRequest> = {}) =>
  ({
    state: "pending",
    roles: [{ id: "1", name: "Contributor" }],
    scopeName: "orders",
    ownerName: "Contoso",
    stages: [],
    became: null,
    proposal: null,
    extendsGrantId: null,
    timedOutBecause: null,
    strandedAt: null,
    createdAt: "2026-11-21T13:57:00Z",
    decideBy: "2026-11-21T15:00:00Z",
    ...more,
  }) as AccessRequest;

const approved = (name: Became["name"], more: Partial<Became> = {}) =>
  request({ state: "approved", became: { name, unconfirmed: null, endsAt: null, got: null, ...more } });

test("a request is where what it led to is: never just approved", () => {
  const stages = [
    request(),
    ...(["scheduled", "opening", "live", "closing", "ended"] as const).map((name) => approved(name)),
    ...(["denied", "canceled", "timedOut"] as const).map((state) => request({ state })),
  ].map(stageOf);
  assert.deepEqual(stages, [
    ...["waiting", "scheduled", "opening", "live", "over", "over"],
    ...["refused", "refused", "refused"],
  ]);
  const open = ["waiting", "opening", "live", "over"] as const;
  assert.deepEqual(
    [...open].sort((a, b) => STEP[a] - STEP[b]),
    open,
  );
});

test("what is said aloud and what the tab is called change with the stage and not with the clock", () => {
  const all = [request(), approved("scheduled"), approved("opening"), approved("live"), approved("ended")];
  assert.equal(new Set(all.map(announcedWords)).size, all.length);
  assert.equal(new Set(all.map((one) => tabWords(stageOf(one), "x"))).size, all.length);
  assert.equal(announcedWords(request({ state: "timedOut" })), "Contributor on orders: timed out.");
});

test("while it waits: since when, and until when, whether or not anybody is left to decide", () => {
  assert.match(
    waitingWords(request(), NOW),
    /^Asked 3 min ago\. It times out 15:00:00 UTC if nobody decides\.$/,
  );
  assert.match(
    waitingWords(request({ strandedAt: "2026-11-21T13:58:00Z" }), NOW),
    /Nobody is left who could decide it\.$/,
  );
});

test("approved never hides the outcome", () => {
  const words = (one: AccessRequest) => [stateWords(one), stateColor(one)];
  assert.deepEqual(words(approved("live")), ["Approved, live", "green"]);
  assert.deepEqual(words(approved("opening", { unconfirmed: "not open in PostgreSQL yet" })), [
    "Approved, not open yet",
    "orange",
  ]);
  const early = approved("ended", { got: got() });
  assert.deepEqual(words(early), ["Approved, ended early after 6 of 25 min", "gray"]);
  const unused = approved("ended", { got: got({ because: "expired", fetched: false }) });
  assert.deepEqual(words(unused), [
    "Approved, ended on time, never used: its log-in was not fetched",
    "gray",
  ]);
  const extension = { ...early, extendsGrantId: "2" };
  assert.deepEqual(words(extension), ["Approved, ended", "gray"], "the rest is not the extension's");
  assert.deepEqual(words(request({ state: "timedOut", timedOutBecause: "grantEnded" })), [
    "Timed out: the access was over first",
    "gray",
  ]);
});

test("what was had is said in the unit of the whole where it fits, and nothing is made up of what is not known", () => {
  const say = (more: Partial<Got>) => gotWords(got(more), durationWords);
  assert.equal(say({ because: "revoked" }), "revoked after 6 of 25 min");
  assert.equal(say({ because: "revoked", liveFor: "PT40S" }), "revoked after 40 s of 25 min");
  assert.equal(say({ because: "revoked", of: null }), "revoked");
  assert.equal(say({ because: "revoked", fetched: null }), "revoked after 6 of 25 min");
  assert.equal(say({ because: "never_live", fetched: false }), "never live");
  assert.equal(say({ because: "canceled", fetched: false }), "canceled before it began");
  const grant = (more: Partial<Got>) => ({ got: got(more), beneficiary: { displayName: "Frank" } }) as Grant;
  assert.equal(hadWords(grant({}), true), "You got 6 of 25 min: ended early.");
  assert.equal(
    hadWords(grant({ because: "revoked", fetched: false }), false),
    "Frank got 6 of 25 min: revoked. Nobody fetched its log-in, so nobody used it.",
  );
  assert.equal(hadWords({ ...grant({}), got: null }, true), null);
  assert.equal(movedEndWords("2026-11-21T15:00:00Z", null, NOW), "15:00:00 UTC → no end");
});
