/** A process that lives one grant and kills itself, as `kill -9` would, at the given moment of it. */

import assert from "node:assert/strict";
import { dueWork } from "../../src/store/due-work.ts";
import { deactivateGrant } from "../../src/use-cases/grants/end-grant.ts";
import type { EndsTogether, TargetGateway } from "../../src/use-cases/ports.ts";
import { decideRequest } from "../../src/use-cases/requests/decide-request.ts";
import { submitRequest } from "../../src/use-cases/requests/submit-request.ts";
import { startWorker } from "../../src/worker/worker.ts";
import { until } from "../fixtures/program.ts";
import { askFor, must, openTestSystem } from "../fixtures/system.ts";

const DURATION_MS = 600_000;
const [dataDir = "", host = "", port = "", effect = "", moment = ""] = process.argv.slice(2);

const system = await openTestSystem({ host, port: Number(port) }, dataDir);
const deps = { ...system.deps, gateway: mortal(system.deps.gateway) };
await startWorker({
  deps,
  due: dueWork(system.opened.db, () => system.opened.clock.now()),
  onWake: system.opened.onWake,
  onError: (what, error) => process.stderr.write(`${what}: ${error}\n`),
});
const request = must(
  await submitRequest(deps, system.person("fabrikam", "frank"), askFor(system.orders, DURATION_MS)),
);
const decided = must(
  await decideRequest(deps, system.person("contoso", "casey"), {
    requestId: request.id,
    decision: "approve",
    justification: "fine",
    terms: null,
    surfaceAsks: true,
    expectedVersion: null,
  }),
);
process.stdout.write(`${JSON.stringify({ requestId: request.id, state: decided.state })}\n`);
if (effect === "idle") process.kill(process.pid, "SIGKILL");
if (effect === "remove" || effect === "together") {
  const frank = system.person("fabrikam", "frank");
  const [grantId] = decided.state.name === "approved" ? decided.state.grantIds : [];
  assert.ok(grantId);
  const isActive = async () =>
    (await deps.store.inTenant(request.tenantId, (tx) => tx.grants.find(grantId)))?.state.name === "active";
  await until(isActive, 10_000, "the grant to be active");
  must(await deactivateGrant(deps, frank, grantId));
}

/** `moment`: before the nth single effect, after the `cut`, or `after` all of them and before anything is stored. */
function mortal(gateway: TargetGateway): TargetGateway {
  const die = () => process.kill(process.pid, "SIGKILL");
  const guarded = (guard: () => Promise<boolean>) => {
    let effects = 0;
    return async () => {
      effects++;
      if (moment === String(effects)) die();
      return guard();
    };
  };
  return {
    ...gateway,
    async provision(grant, entitlement, guard) {
      if (effect !== "provision") return gateway.provision(grant, entitlement, guard);
      const done = await gateway.provision(grant, entitlement, guarded(guard));
      die();
      return done;
    },
    async remove(grant, entitlement, guard) {
      if (effect !== "remove") return gateway.remove(grant, entitlement, guard);
      const done = await gateway.remove(grant, entitlement, guarded(guard));
      die();
      return done;
    },
    ...(gateway.together === undefined ? {} : { together: mortally(gateway.together) }),
  };

  /** The cut and what follows it are one count of effects. */
  function mortally(together: EndsTogether): EndsTogether {
    if (effect !== "together") return effect === "remove" ? { ...together, serves: () => false } : together;
    let last: () => Promise<boolean> = async () => true;
    return {
      ...together,
      async cut(target, ends, guard) {
        last = guarded(guard);
        const done = await together.cut(target, ends, last);
        if (moment === "cut") die();
        return done;
      },
      async remove(target, ends) {
        const done = await together.remove(target, ends, last);
        if (moment === "after") die();
        return done;
      },
    };
  }
}
