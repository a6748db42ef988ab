/** Another process has changed the policy, and the books of this one are old: what is asked is asked again by the new ones. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { AccessRequest } from "../../src/domain/access-request.ts";
import type { Outcome } from "../../src/domain/rejection.ts";
import type { KeptBooks } from "../../src/store/books.ts";
import { createDecisions } from "../../src/store/decisions/decisions.ts";
import { transactionOf as transactionOn } from "../../src/store/repositories/transaction.ts";
import type { TenantScope } from "../../src/store/within-tenant.ts";
import { checkAccess } from "../../src/use-cases/grants/check-access.ts";
import type { EffectDeps } from "../../src/use-cases/ports.ts";
import { submitRequest } from "../../src/use-cases/requests/submit-request.ts";
import { codeOf, openWorld, value, type World } from "../fixtures/world.ts";
import { rulesOf } from "./between.ts";

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

test("where an application begins to be, what is held of it is looked for at its own place", async () => {
  const town = await world.newTown();
  await town.setPolicy({ mode: "automatic" });
  const deployed = await town.rows("contoso", (trx) =>
    trx.selectFrom("application").select("body").where("id", "=", town.orders.id).executeTakeFirstOrThrow(),
  );
  const asked = { justification: "fix order 4711" };
  value(await town.ask("frank", { scope: town.scopes.orders, ...asked }));
  // Another process undeploys and deploys it: this one knows of neither until it looks.
  const other = world.restarted();
  const without = JSON.stringify({ ...(deployed.body as object), deletedAt: world.clock.now() });
  const put = (body: string) =>
    town.change("contoso", (trx) =>
      trx.updateTable("application").set({ body }).where("id", "=", town.orders.id).execute(),
    );
  await put(without);
  assert.equal(
    codeOf(
      await submitRequest(other, town.as("frank"), town.input({ scope: town.scopes.managed, ...asked })),
    ),
    "not_found",
  );
  await put(JSON.stringify(deployed.body));
  const again: Outcome<AccessRequest> = await town.ask("frank", { scope: town.scopes.managed, ...asked });
  assert.deepEqual(rulesOf(again), ["RoleAssignmentExists"]);
});

test("who joins a group may at once what it holds, and who leaves it may not, though the change was another process's", async () => {
  const town = await world.newTown();
  await town.setRules("Contributor", town.scopes.db, { justificationRequired: false });
  const asked = await town.ask("cora", { scope: town.scopes.db, for: "backend", justification: "on call" });
  assert.equal(value(asked).state.name, "approved");
  const may = async () => {
    const wanted = { roleDefinitionId: town.role("Contributor") };
    const input = { principal: town.ref("casey"), scope: town.scopes.db, wanted };
    return value(await checkAccess(world.deps, town.as("casey"), input)).allowed;
  };
  // The books of this process hear of a change only when something is asked.
  for (const isIn of [false, true, false, true]) {
    if (isIn) await town.join("backend", "casey");
    else await town.leave("backend", "casey");
    assert.equal(await may(), isIn);
  }
});

test("policy that moves at every look is held at the second try, and then it is decided", async () => {
  const town = await world.newTown();
  const { opened } = world;
  let moves = 0;
  const books: KeptBooks = {
    kept: opened.books.kept,
    following: opened.books.following,
    forget: opened.books.forget,
    size: opened.books.size,
    async atLeast(tenantId, version, run) {
      const book = await opened.books.atLeast(tenantId, version, run);
      if (run.holdsConnection) return book;
      await (moves++ % 2 === 0 ? town.join("approvers", "cora") : town.leave("approvers", "cora"));
      return book;
    },
  };
  const { pools, db, incarnation: restoration } = opened;
  const transactionOf = (scope: TenantScope) => transactionOn(scope, books, restoration);
  const decisions: EffectDeps["decisions"] = (clock) =>
    createDecisions({
      ...{ pool: pools.calls, db, books, clock, restoration, transactionOf },
      ...{ wake: () => {}, decided: () => {} },
    });
  // Known already, and old by now.
  await town.ask("cora");
  await town.join("approvers", "colin");
  value(await submitRequest({ ...world.deps, decisions }, town.as("colin"), town.input()));
  assert.ok(moves >= 5, `it moved ${moves} times`);
});
