import assert from "node:assert/strict";
import { test } from "node:test";
import type { Application } from "../domain/application.ts";
import { NOW, ref, user } from "../domain/life.fixture.ts";
import type { Identity } from "../domain/principal.ts";
import { BUILT_IN_ROLES, CONTRIBUTOR_ID, READER_ID } from "../domain/role-definition.ts";
import { nothingToActivate } from "./declined-jit.ts";

const declined = { enabled: false, acknowledgedBy: ref("carol"), acknowledgedAt: NOW } as const;

function said(who: Identity, roles = [CONTRIBUTOR_ID], forOneself = true, jitAccess: object = declined) {
  const authorizations = roles.map((roleDefinitionId) => ({ principal: ref("support"), roleDefinitionId }));
  const application = { authorizations, roles: BUILT_IN_ROLES, jitAccess } as unknown as Application;
  const facts = { application, beneficiary: who, consumerName: "Contoso", forOneself };
  return nothingToActivate(facts)?.message ?? null;
}

const frank: Identity = { principal: user("frank"), groups: [{ ...ref("support"), displayName: "support" }] };

test("whoever holds a role for good is told so, by tenant and roles", () => {
  const start = "Nothing to activate: Contoso declined JIT when deploying, so";
  assert.equal(said(frank), `${start} you hold Contributor permanently.`);
  assert.equal(
    said(frank, [READER_ID, CONTRIBUTOR_ID]),
    `${start} you hold Reader and Contributor permanently.`,
  );
  assert.equal(said(frank, [CONTRIBUTOR_ID], false), `${start} frank holds Contributor permanently.`);
});

test("the rules have to say where JIT is enabled, and to whoever holds nothing there", () => {
  assert.equal(said(frank, [CONTRIBUTOR_ID], true, { enabled: true }), null);
  assert.equal(said({ principal: user("fred"), groups: [] }), null);
});
