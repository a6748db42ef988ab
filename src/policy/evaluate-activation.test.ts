import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { grant, minutes, NOW, ref, stage } from "../domain/life.fixture.ts";
import { RULES } from "../domain/rule.ts";
import { HOUR_MS } from "../domain/time.ts";
import { ask, facts, SESSION, settings } from "./activation.fixture.ts";
import { evaluateActivation, evaluateAtApproval } from "./evaluate-activation.ts";

test("every rule answers, whatever is asked, and each in a sentence", () => {
  const any = fc.record({
    durationMs: fc.option(fc.integer({ min: -HOUR_MS, max: 400 * HOUR_MS })),
    justification: fc.option(fc.string()),
    emergency: fc.boolean(),
    session: fc.record({ amr: fc.array(fc.string()), authTime: fc.constantFrom(null, NOW) }),
  });
  fc.assert(
    fc.property(any, (given) => {
      const decision = evaluateActivation(
        ask({ ...given, session: { ...SESSION, ...given.session } }),
        settings({ mfaRequired: true }),
        facts(),
        NOW,
      );
      assert.deepEqual([...decision.rules.map(({ rule }) => rule)].sort(), [...RULES].sort());
      assert.ok(decision.rules.every(({ message }) => message.trim() !== ""));
      assert.equal(
        decision.allowed,
        decision.rules.every(({ outcome }) => outcome !== "unsatisfied"),
      );
    }),
  );
});

test("one evaluation shows every fault at once, with the inputs that would mend them", () => {
  const decision = evaluateActivation(
    ask({ durationMs: 9 * HOUR_MS, justification: null }),
    settings({ mfaRequired: true, ticket: { required: true, patterns: [] } }),
    facts({ eligibilities: [] }),
    NOW,
  );
  const failed = decision.rules.filter(({ outcome }) => outcome === "unsatisfied").map(({ rule }) => rule);
  assert.deepEqual([...failed].sort(), [
    "EligibilityRule",
    "ExpirationRule",
    "JustificationRule",
    "MfaRule",
    "TicketingRule",
  ]);
  assert.deepEqual([...decision.missing].sort(), ["duration", "justification", "mfa", "ticket"]);
});

test("break-glass skips the stages, tells their approvers, and skips nothing else", () => {
  const stages = [stage(["carol"]), stage(["casey"])];
  const given = settings({
    approval: { mode: "manual", stages },
    emergency: { allowed: true, maximumDurationMs: HOUR_MS },
    mfaRequired: true,
  });
  const decision = evaluateActivation(ask({ emergency: true }), given, facts(), NOW);
  assert.deepEqual(decision.approval, { mode: "automatic", notified: [ref("carol"), ref("casey")] });
  assert.equal(decision.allowed, false);
  const stepped = { ...SESSION, amr: ["pwd", "otp"] };
  assert.equal(
    evaluateActivation(ask({ emergency: true, session: stepped }), given, facts(), NOW).allowed,
    true,
  );
});

test("an extension's window runs from the grant's start to decision + duration", () => {
  const extending = grant();
  const { window } = evaluateActivation(
    ask({ extending, durationMs: HOUR_MS }),
    settings(),
    facts(),
    minutes(50),
  );
  assert.deepEqual(window, { startsAt: NOW, endsAt: minutes(110) });
});

test("at the last approval, what is about the moment of asking is not asked again", () => {
  const cooling = facts({ lastDeniedAt: NOW, pendingOfRequester: 20, emergencyReviewDue: true });
  const given = settings({ cooldownAfterDenialMs: HOUR_MS });
  assert.equal(evaluateActivation(ask(), given, cooling, NOW).allowed, false);
  assert.equal(evaluateAtApproval(ask(), given, cooling, NOW).allowed, true);
});
