import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { previewJson } from "../../src/http/api/shapes/preview.ts";
import { applyConfiguration } from "../../src/use-cases/apply/apply-configuration.ts";
import type { Caller } from "../../src/use-cases/ports.ts";
import { decideRequest } from "../../src/use-cases/requests/decide-request.ts";
import { previewRequest } from "../../src/use-cases/requests/preview-request.ts";
import { submitRequest } from "../../src/use-cases/requests/submit-request.ts";
import { readRequestContext } from "../../src/use-cases/views/request-context.ts";
import { askFor, must, OPERATOR, openTestSystem, type TestSystem } from "../fixtures/system.ts";

let system: TestSystem;
before(async () => {
  system = await openTestSystem(null);
});
after(() => system.remove());

async function approversAre(...members: string[]): Promise<void> {
  const spec = { displayName: "platform-approvers", members, owners: ["carol"] };
  const documents = [{ kind: "Group", tenant: "contoso", name: "platform-approvers", spec }];
  must(await applyConfiguration(system.deps, OPERATOR, { documents, dryRun: false, prune: false }));
}

async function said(who: Caller, requestId: Parameters<typeof readRequestContext>[2]): Promise<string> {
  const decision = { decision: "approve", justification: "fine", terms: null, surfaceAsks: true } as const;
  const decided = await decideRequest(system.deps, who, { ...decision, requestId, expectedVersion: null });
  assert.ok(!decided.ok && decided.rejection.code === "forbidden");
  return decided.rejection.message;
}

test("an approver who left the group since the request was made learns when, and nobody else does", async () => {
  const carol: Caller = { ...system.person("contoso", "carol"), rights: ["administrator"] };
  const casey = system.person("contoso", "casey");
  const { id } = must(
    await submitRequest(system.deps, system.person("fabrikam", "frank"), askFor(system.orders, 3_600_000)),
  );
  await approversAre("casey", "colin");
  const today = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
  const left = `You left platform-approvers on ${today.format(system.deps.clock.now()).replace("Sept", "Sep")}.`;
  assert.equal(await said(carol, id), left);
  const seen = must(await readRequestContext(system.deps, carol, id));
  assert.deepEqual(seen.cannotDecide, { code: "forbidden", message: left });
  // Never an approver of this request, and of the other tenant: not a word of the group.
  const fiona: Caller = { ...system.person("fabrikam", "fiona"), rights: ["administrator"] };
  for (const who of [fiona, system.person("fabrikam", "frank")]) {
    const message = must(await readRequestContext(system.deps, who, id)).cannotDecide?.message ?? "";
    assert.ok(message !== "" && !message.includes("platform-approvers"));
  }
  assert.equal(must(await readRequestContext(system.deps, casey, id)).canDecide, true);
  await approversAre("carol", "casey");
  assert.equal(must(await readRequestContext(system.deps, carol, id)).canDecide, true);
  assert.equal(await said(system.person("contoso", "colin"), id), left);
});

test("where JIT was declined there is nothing to activate, in preview and when asked", async () => {
  const legacy = system.orders.replace(/orders$/, "legacy") as typeof system.orders;
  const ask = askFor(legacy, 3_600_000);
  const message =
    "Nothing to activate: Contoso declined JIT when deploying, so you hold Contributor permanently.";
  const frank = system.person("fabrikam", "frank");
  const preview = previewJson(must(await previewRequest(system.deps, frank, ask)));
  assert.equal(preview.allowed, false);
  assert.deepEqual(preview.problem, { code: "jit_access_is_fixed", message });
  const submitted = await submitRequest(system.deps, frank, ask);
  assert.deepEqual(submitted, { ok: false, rejection: { code: "jit_access_is_fixed", message } });
  const colin = await submitRequest(system.deps, system.person("contoso", "colin"), ask);
  assert.ok(!colin.ok && colin.rejection.code === "rules_not_satisfied");
});
