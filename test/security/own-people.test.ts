/** An application is no way around the settings of the scope it lies in, for the consumer's own people. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { applyConfiguration } from "../../src/use-cases/apply/apply-configuration.ts";
import { submitRequest } from "../../src/use-cases/requests/submit-request.ts";
import { askFor, must, OPERATOR, openTestSystem, type TestSystem } from "../fixtures/system.ts";

let system: TestSystem;
before(async () => {
  system = await openTestSystem(null);
  const documents = [
    {
      kind: "RoleSettings",
      tenant: "contoso",
      name: "contributor on production",
      spec: {
        role: "Contributor",
        scope: "/subscriptions/contoso-production",
        maximumDuration: "PT1H",
        mfaRequired: true,
      },
    },
    {
      kind: "Eligibility",
      tenant: "contoso",
      name: "casey contributes",
      spec: { principal: "casey", role: "Contributor", scope: "/subscriptions/contoso-production" },
    },
  ];
  must(await applyConfiguration(system.deps, OPERATOR, { documents, dryRun: false, prune: false }));
});
after(() => system.remove());

test("somebody of the consumer who asks at an application is held by the scope's settings as well", async () => {
  const casey = system.person("contoso", "casey");
  const passwordOnly = { ...casey, session: { ...casey.session, amr: ["pwd"] } };
  const tooLong = await submitRequest(system.deps, casey, askFor(system.billing, 8 * 3_600_000));
  assert.equal(tooLong.ok, false);
  assert.match(tooLong.ok ? "" : tooLong.rejection.message, /more than the maximum of 1 h/);
  const noFactor = await submitRequest(system.deps, passwordOnly, askFor(system.billing, 1_800_000));
  assert.equal(noFactor.ok ? "" : noFactor.rejection.code, "step_up_needed");
  assert.ok((await submitRequest(system.deps, casey, askFor(system.billing, 1_800_000))).ok);
});

test("its publisher is held by the application's own policy, which inherits nothing", async () => {
  const frank = system.person("fabrikam", "frank");
  assert.ok((await submitRequest(system.deps, frank, askFor(system.billing, 8 * 3_600_000))).ok);
});
