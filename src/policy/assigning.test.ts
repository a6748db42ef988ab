import assert from "node:assert/strict";
import { test } from "node:test";
import { NOW } from "../domain/life.fixture.ts";
import type { SessionFacts } from "../domain/session.ts";
import { addMs, DAY_MS } from "../domain/time.ts";
import { givingOutcomes } from "./assigning.ts";

const session: SessionFacts = { amr: ["pwd"], acr: null, acrs: [], authTime: NOW, ip: null, via: "test" };
const none = { justificationRequired: false, mfaRequired: false, maximumDurationMs: null as number | null };
const window = { startsAt: NOW, endsAt: addMs(NOW, DAY_MS) };

function failed(rules: Partial<typeof none>, said: object = {}) {
  const outcomes = givingOutcomes(
    "assigning",
    { ...none, ...rules },
    { window, targets: [], justification: null, session, ...said },
  );
  return outcomes.filter(({ outcome }) => outcome === "unsatisfied").map(({ rule }) => rule);
}

test("where nothing is asked, an assignment needs neither end nor words", () => {
  assert.deepEqual(failed({}, { window: { startsAt: NOW, endsAt: null } }), []);
});

test("a maximum demands an end, and holds to the millisecond", () => {
  assert.deepEqual(failed({ maximumDurationMs: DAY_MS }), []);
  assert.deepEqual(failed({ maximumDurationMs: DAY_MS - 1 }), ["ExpirationRule"]);
  assert.deepEqual(failed({ maximumDurationMs: DAY_MS }, { window: { startsAt: NOW, endsAt: null } }), [
    "ExpirationRule",
  ]);
});

test("a justification of blanks is none, and a password alone is no second factor", () => {
  assert.deepEqual(failed({ justificationRequired: true, mfaRequired: true }, { justification: "  " }), [
    "MfaRule",
    "JustificationRule",
  ]);
  const proven = { ...session, amr: ["pwd", "mfa"] };
  assert.deepEqual(
    failed({ justificationRequired: true, mfaRequired: true }, { justification: "why", session: proven }),
    [],
  );
});
