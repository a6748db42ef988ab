/** One tenant's condition never decides about another's: not even when it breaks the engine that reads them all. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { asId, type ObjectId, type RoleDefinitionId, type TenantId } from "../../src/domain/ids.ts";
import { parseScope } from "../../src/domain/scope.ts";
import { instant } from "../../src/domain/time.ts";
import { conditionFault, evaluateConditions } from "../../src/policy/conditions.ts";

const scope = parseScope("/subscriptions/0b5a7b1e-6c6f-4d57-9f55-0c5a3c1f2a10");
assert.ok(scope);
const ask = {
  requester: { tenantId: asId<TenantId>("a"), objectId: asId<ObjectId>("b") },
  roleDefinitionId: asId<RoleDefinitionId>("c"),
  scope,
  purpose: null,
  emergency: false,
  session: { amr: ["pwd"], acr: null, acrs: [], authTime: null, ip: null, via: "curfew-cli" },
  timeZone: "UTC",
  now: instant(0),
};
const when = (expression: string) => `permit (principal, action, resource) when { ${expression} };`;
const DEEP = 7_000;
const BREAKING = {
  brackets: when(`${"(".repeat(DEEP)}true${")".repeat(DEEP)}`),
  sets: when(`${"[".repeat(DEEP)}${"]".repeat(DEEP)} == []`),
  members: when(`context${".a".repeat(DEEP)}`),
  sums: when(`1${"+1".repeat(DEEP)} == 1`),
};

for (const [what, text] of Object.entries(BREAKING)) {
  test(`a condition of ${DEEP} ${what} is refused, and the next one is read as ever`, () => {
    assert.match(conditionFault(text) ?? "", /nested too deeply/);
    assert.equal(conditionFault(when("true")), null);
    assert.deepEqual(evaluateConditions([when("true")], ask), { permitted: true });
  });

  test(`such a condition denies its own ask where it is met, and no other: ${what}`, () => {
    assert.equal(evaluateConditions([text], ask).permitted, false);
    assert.deepEqual(evaluateConditions([when("true")], ask), { permitted: true });
  });
}
