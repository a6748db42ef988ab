import assert from "node:assert/strict";
import { test } from "node:test";
import type { Grant } from "./grant.ts";
import { askedRoles, attemptsWords, decidedWords, heldFor, stageLabel, stageProgress } from "./holding.ts";
import type { AccessRequest } from "./request.ts";

type Held = Grant["entitlements"][number];
type Decision = AccessRequest["decisions"][number];

test("what each target keeps is said for whom", () => {
  const grant = { beneficiary: { objectId: "1", displayName: "support" } } as Grant;
  const held = (objectId: string) => ({ target: { label: "PostgreSQL" }, member: { objectId } }) as Held;
  assert.equal(heldFor(grant, held("1"), true), "PostgreSQL, for you");
  assert.equal(heldFor(grant, held("1"), false), "PostgreSQL, for support");
  assert.equal(heldFor(grant, held("2"), false), "PostgreSQL, for a member of support");
  const failed = (attempts: number) => attemptsWords({ attempts, lastError: "nobody answers" } as Held);
  assert.equal(failed(1), "One attempt failed: nobody answers.");
  assert.equal(failed(3), "3 attempts failed, the last one: nobody answers.");
});

test("who decides, how many of them, and what they decided; the other party's stay unnamed", () => {
  const stage = (required: number, approved: number) => stageProgress({ required, approved } as never);
  assert.equal(stage(1, 0), "One of them is enough, nobody has approved.");
  assert.equal(stage(2, 1), "2 of them must approve, 1 approved.");
  assert.equal(stageLabel("Contoso, 2 approvers", 1, 2), "Stage 2: Contoso, 2 approvers");
  assert.equal(stageLabel("Contoso, 2 approvers", 0, 1), "Contoso, 2 approvers");
  const decided = (decision: string, by: object) => decidedWords({ decision, by } as Decision);
  assert.equal(decided("approve", { displayName: "Casey Cook" }), "Casey approved");
  assert.equal(decided("deny", { tenantName: "Contoso" }), "Contoso, an approver, denied");
});

test("an extension is told apart from what it extends", () => {
  const asked = (extendsGrantId: string | null) =>
    askedRoles({ roles: [{ id: "1", name: "Contributor" }], extendsGrantId } as AccessRequest);
  assert.deepEqual([asked(null), asked("2")], ["Contributor", "More time as Contributor"]);
});
