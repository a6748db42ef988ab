import assert from "node:assert/strict";
import { test } from "node:test";
import { NOW, roleId, SCOPE, workload } from "../../domain/life.fixture.ts";
import type { SessionFacts } from "../../domain/session.ts";
import { answerOf, outcomeOf, SESSION } from "../activation.fixture.ts";

const bot = { principal: workload("pipeline"), groups: [] };
const session = (more: Partial<SessionFacts>) => ({ session: { ...SESSION, ...more } });
const mfa = (more: Partial<SessionFacts>) =>
  outcomeOf("MfaRule", { ask: session(more), settings: { mfaRequired: true } });

test("MfaRule: not applicable where no second factor is demanded", () => {
  assert.equal(outcomeOf("MfaRule"), "notApplicable");
});

test("MfaRule: a second factor satisfies it, a password alone does not, and the reply says how to step up", () => {
  for (const method of ["mfa", "otp", "hwk"]) assert.equal(mfa({ amr: ["pwd", method] }), "satisfied");
  const refused = answerOf("MfaRule", { settings: { mfaRequired: true } });
  assert.deepEqual([refused.outcome, refused.missing], ["unsatisfied", "mfa"]);
});

test("MfaRule: absence never satisfies: no methods, or no time of sign-in", () => {
  assert.equal(mfa({ amr: [] }), "unsatisfied");
  assert.equal(mfa({ amr: ["otp"], authTime: null }), "unsatisfied");
});

const context = (more: Partial<SessionFacts>, authenticationContext = "c1") =>
  outcomeOf("AuthenticationContextRule", { ask: session(more), settings: { authenticationContext } });

test("AuthenticationContextRule: not applicable where none is demanded", () => {
  assert.equal(outcomeOf("AuthenticationContextRule"), "notApplicable");
});

test("AuthenticationContextRule: exactly the context that is demanded, in acrs or acr", () => {
  assert.equal(context({ acrs: ["c1", "c2"] }), "satisfied");
  assert.equal(context({ acr: "c1" }), "satisfied");
  assert.equal(context({ acrs: ["c2"], acr: "c10" }), "unsatisfied");
  assert.equal(context({}), "unsatisfied");
});

test("AuthenticationContextRule: where two roles demand one each, both are demanded", () => {
  assert.equal(context({ acrs: ["c1"] }, "c1 c2"), "unsatisfied");
  assert.equal(context({ acrs: ["c1", "c2"] }, "c1 c2"), "satisfied");
});

for (const rule of ["MfaRule", "AuthenticationContextRule"] as const) {
  test(`${rule}: for a service principal unsatisfied unless the settings allow workloads`, () => {
    const demanded = { mfaRequired: true, authenticationContext: "c1" };
    const given = { facts: { requester: bot }, ask: session({ amr: [], authTime: null }) };
    assert.equal(outcomeOf(rule, { ...given, settings: demanded }), "unsatisfied");
    assert.equal(
      outcomeOf(rule, { ...given, settings: { ...demanded, workloadsAllowed: true } }),
      "satisfied",
    );
  });
}

const condition = (...conditions: string[]) => answerOf("ConditionRule", { settings: { conditions } });

test("ConditionRule: not applicable without conditions", () => {
  assert.equal(outcomeOf("ConditionRule"), "notApplicable");
});

test("ConditionRule: unsatisfied when it forbids, does not permit, or fails to evaluate", () => {
  assert.equal(condition("permit(principal, action, resource);").outcome, "satisfied");
  assert.equal(condition("forbid(principal, action, resource);").outcome, "unsatisfied");
  assert.equal(condition("permit(principal, action, resource) when { false };").outcome, "unsatisfied");
  assert.equal(
    condition("permit(principal, action, resource) when { context.nothing };").outcome,
    "unsatisfied",
  );
  assert.equal(condition("not cedar at all").outcome, "unsatisfied");
});

test("ConditionRule: every condition must permit, for every role asked for", () => {
  const permit = "permit(principal, action, resource);";
  assert.equal(condition(permit, "forbid(principal, action, resource);").outcome, "unsatisfied");
  const notReader = `${permit} forbid(principal, action, resource == Role::"${SCOPE.toLowerCase()}|reader");`;
  assert.equal(condition(notReader).outcome, "satisfied");
  const roleDefinitionIds = [roleId("contributor"), roleId("reader")];
  const both = outcomeOf("ConditionRule", {
    ask: { roleDefinitionIds },
    settings: { conditions: [notReader] },
  });
  assert.equal(both, "unsatisfied");
});

test("ConditionRule: sees when it is, through what, and with which factors", () => {
  const hour = new Date(NOW).getUTCHours();
  const text = `permit(principal, action, resource) when {
    context.utcHour == ${hour} && context.via == "curfew-cli" && !context.mfa && context.ip.isInRange(ip("192.0.2.0/24")) };`;
  assert.equal(condition(text).outcome, "satisfied");
  assert.equal(condition(text.replace(`${hour}`, `${hour + 1}`)).outcome, "unsatisfied");
});
