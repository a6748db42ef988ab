import assert from "node:assert/strict";
import { test } from "node:test";
import type { EligibilityId, ObjectId } from "../../domain/ids.ts";
import {
  group,
  minutes,
  NOW,
  OTHER_TENANT,
  ref,
  roleId,
  SCOPE,
  user,
  workload,
} from "../../domain/life.fixture.ts";
import type { Scope } from "../../domain/scope.ts";
import { addMs } from "../../domain/time.ts";
import { answerOf, eligibility, outcomeOf } from "../activation.fixture.ts";

const eligible = (more: Parameters<typeof eligibility>[0]) =>
  outcomeOf("EligibilityRule", { facts: { eligibilities: [eligibility(more)] } });

test("EligibilityRule: satisfied by an eligibility for the role, at the scope or above it, for the whole window", () => {
  assert.equal(eligible({}), "satisfied");
  assert.equal(eligible({ scope: "/" as Scope }), "satisfied");
  assert.equal(eligible({ scope: SCOPE.toUpperCase() as Scope }), "satisfied");
  assert.equal(eligible({ startsAt: NOW, endsAt: minutes(60) }), "satisfied");
});

test("EligibilityRule: unsatisfied by another role, a neighbour, a part of the scope, or another tenant's principal", () => {
  assert.equal(eligible({ roleDefinitionId: roleId("owner") }), "unsatisfied");
  assert.equal(eligible({ scope: `${SCOPE}2` as Scope }), "unsatisfied");
  assert.equal(eligible({ scope: `${SCOPE}/providers/x` as Scope }), "unsatisfied");
  assert.equal(eligible({ principal: ref("colin", OTHER_TENANT) }), "unsatisfied");
  assert.equal(outcomeOf("EligibilityRule", { facts: { eligibilities: [] } }), "unsatisfied");
});

test("EligibilityRule: one millisecond short at either end is too short", () => {
  assert.equal(eligible({ endsAt: addMs(minutes(60), -1) }), "unsatisfied");
  assert.equal(eligible({ startsAt: addMs(NOW, 1) }), "unsatisfied");
});

test("EligibilityRule: through a group, and it says through which", () => {
  const engineers = { objectId: "engineers" as ObjectId, displayName: "engineers" };
  const colin = { principal: user("colin"), groups: [engineers] };
  const through = answerOf("EligibilityRule", {
    facts: { beneficiary: colin, eligibilities: [eligibility({ principal: ref("engineers") })] },
  });
  assert.deepEqual([through.outcome, through.message], ["satisfied", "eligible through group engineers"]);
});

test("EligibilityRule: every role asked for needs its own", () => {
  const roleDefinitionIds = [roleId("contributor"), roleId("reader")];
  assert.equal(outcomeOf("EligibilityRule", { ask: { roleDefinitionIds } }), "unsatisfied");
  const both = [
    eligibility(),
    eligibility({ id: "e2" as EligibilityId, roleDefinitionId: roleId("reader") }),
  ];
  assert.equal(
    outcomeOf("EligibilityRule", { ask: { roleDefinitionIds }, facts: { eligibilities: both } }),
    "satisfied",
  );
});

test("EligibilityRule: somebody who is gone is eligible for nothing, be it who asks or who would hold", () => {
  const gone = { principal: user("colin", { deletedAt: NOW }), groups: [] };
  assert.equal(outcomeOf("EligibilityRule", { facts: { requester: gone } }), "unsatisfied");
  assert.equal(outcomeOf("EligibilityRule", { facts: { beneficiary: gone } }), "unsatisfied");
});

test("EligibilityRule: says whether it is missing or only too short, and never speaks of somebody else's", () => {
  const message = (more: Parameters<typeof eligibility>[0]) =>
    answerOf("EligibilityRule", { facts: { eligibilities: [eligibility(more)] } }).message;
  assert.match(message({ endsAt: minutes(5) }), /does not last/);
  assert.match(message({ principal: ref("casey") }), /is not eligible/);
  assert.match(message({ scope: `${SCOPE}2` as Scope }), /is not eligible/);
});

const bot = { principal: workload("pipeline"), groups: [] };
const team = { principal: group("engineers"), groups: [] };
const beneficiary = (identity: typeof bot | typeof team, owns: boolean) =>
  outcomeOf("BeneficiaryRule", { facts: { beneficiary: identity, requesterOwnsBeneficiary: owns } });

test("BeneficiaryRule: oneself, a workload one owns, a group one owns", () => {
  assert.equal(outcomeOf("BeneficiaryRule"), "satisfied");
  assert.equal(beneficiary(bot, true), "satisfied");
  assert.equal(beneficiary(team, true), "satisfied");
});

test("BeneficiaryRule: not a workload or group one does not own, and never another user", () => {
  assert.equal(beneficiary(bot, false), "unsatisfied");
  assert.equal(beneficiary(team, false), "unsatisfied");
  const casey = { principal: user("casey"), groups: [] };
  const owned = { beneficiary: casey, requesterOwnsBeneficiary: true };
  assert.equal(outcomeOf("BeneficiaryRule", { facts: owned }), "unsatisfied");
});
