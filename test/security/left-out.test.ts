/** Who is refused again and again fills no log, and how often it was stays visible: asks, changes that are tried, secrets that are guessed. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { TenantId } from "../../src/domain/ids.ts";
import { addMs, MINUTE_MS, SECOND_MS } from "../../src/domain/time.ts";
import { createLeftOut, tellLeftOut } from "../../src/use-cases/left-out.ts";
import type { Deps, LeftOut } from "../../src/use-cases/ports.ts";
import { submitRequest } from "../../src/use-cases/requests/submit-request.ts";
import { startWorker } from "../../src/worker/worker.ts";
import { openApplyWorld } from "../apply/apply-world.ts";
import { openWorld } from "../fixtures/world.ts";
import * as identity from "../identity/world.ts";

const closing: (() => Promise<void>)[] = [];
after(async () => {
  for (const close of closing) await close();
});

async function entriesIn({ store }: Pick<Deps, "store">, tenantId: TenantId, type: string) {
  const filter = { type, limit: 100 } as never;
  const entries = await store.inTenant(tenantId, (tx) => tx.log.entries(filter));
  return entries.map(({ entry }) => {
    const { actor, subject, facts } = entry;
    return { actor, subject, facts: facts as Readonly<Record<string, unknown>> };
  });
}

test("forty refused asks are thirty entries, and one that counts ten when the minute is over", async () => {
  const world = await openWorld();
  closing.push(world.close);
  const town = await world.newTown();
  const deps = { ...world.deps, leftOut: createLeftOut() };
  const { contoso } = town.tenants;
  const ask = () => submitRequest(deps, town.as("cora"), town.input());
  for (let time = 0; time < 40; time++) {
    assert.equal((await ask()).ok, false);
    world.clock.advance(100);
  }
  assert.equal((await entriesIn(deps, contoso, "request.refused")).length, 30);
  const tell = (ms: number) => tellLeftOut(deps, addMs(world.clock.now(), ms));
  await tell(-MINUTE_MS);
  assert.deepEqual(await entriesIn(deps, contoso, "entries.left_out"), [], "the minute is not over");
  world.clock.advance(MINUTE_MS);
  await tell(-MINUTE_MS);
  await tell(0);
  const [told, ...more] = await entriesIn(deps, contoso, "entries.left_out");
  assert.deepEqual(more, []);
  assert.deepEqual(told?.actor, { kind: "user", ...town.ref("cora"), via: "curfew-cli" });
  assert.deepEqual([told?.facts.of, told?.facts.count], ["request.refused", 10]);
  assert.ok(String(told?.facts.since) < String(told?.facts.until));
  await ask();
  assert.equal(
    (await entriesIn(deps, contoso, "request.refused")).length,
    31,
    "and the next minute has its own room",
  );
});

test("a worker that is stopped tells what was counted, and what cannot be told is counted on", async () => {
  const world = await openWorld();
  closing.push(world.close);
  const town = await world.newTown();
  const leftOut = createLeftOut();
  const deps = { ...world.deps, leftOut };
  for (let time = 0; time < 33; time++) await submitRequest(deps, town.as("cora"), town.input());
  const broken = { ...deps.store, inTenant: () => Promise.reject(new Error("away")) };
  await assert.rejects(tellLeftOut({ ...deps, store: broken }, null), /away/);
  const { onWake } = world.opened;
  const worker = await startWorker({ deps, due: world.due, onWake, onError: () => {} });
  await worker.stop();
  const [told] = await entriesIn(deps, town.tenants.contoso, "entries.left_out");
  assert.equal(told?.facts.count, 3);
  assert.deepEqual(leftOut.take(null), []);
});

test("changes that are tried out, and refused, share their room; each kind is counted", async () => {
  const world = await openApplyWorld();
  closing.push(world.close);
  const documents = [
    { apiVersion: "curfew/v1", kind: "Tenant", name: "crowd", spec: { displayName: "Crowd" } },
  ] as never;
  await world.apply(world.operator, documents);
  const tenantId = await world.tenantId("crowd");
  const leftOut = createLeftOut();
  const deps = { ...world.deps, leftOut };
  const caller = {
    ...world.operator,
    ref: { ...world.operator.ref, tenantId },
    rights: ["administrator"],
  } as const;
  const { applyConfiguration } = await import("../../src/use-cases/apply/apply-configuration.ts");
  const group = (name: string) =>
    [{ apiVersion: "curfew/v1", kind: "Group", tenant: "crowd", name, spec: { displayName: name } }] as never;
  for (let time = 0; time < 20; time++) {
    await applyConfiguration(deps, caller, { documents: group("tried"), dryRun: true, prune: false });
    await applyConfiguration(deps, caller, { documents: group("wrong name!"), dryRun: false, prune: false });
  }
  await tellLeftOut(deps, null);
  const counts = (await entriesIn(deps, tenantId, "entries.left_out")).map(({ facts }) => [
    facts.of,
    facts.count,
  ]);
  assert.deepEqual(counts.sort(), [
    ["change.refused", 5],
    ["change.tried", 5],
  ]);
});

test("a client's secret that is guessed at, and a client that there is not, which only the operator hears of", async () => {
  const world = await identity.openWorld();
  closing.push(world.close);
  const leftOut: LeftOut = createLeftOut();
  const running = await identity.serve(world, { leftOut });
  closing.unshift(running.close);
  const tenantId = await identity.makeTenant(world, "fabrikam");
  const { clientId, ref } = await identity.makeWorkload(world, running, tenantId, "pipeline");
  const guess = () =>
    fetch(`${running.baseUrl}/fabrikam/oauth2/v2.0/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        scope: "api",
        client_id: clientId,
        client_secret: "g".repeat(40),
      }),
    });
  for (let time = 0; time < 25; time++) assert.equal((await guess()).status, 401);
  await running.identity.close();
  const deps = { store: world.opened.store, clock: world.opened.clock, leftOut };
  const written = (await entriesIn(deps, tenantId, "sign_in.refused")).length;
  await tellLeftOut(deps, null);
  const [told] = await entriesIn(deps, tenantId, "entries.left_out");
  assert.deepEqual(told?.subject, { kind: "principal", id: ref.objectId });
  assert.equal(Number(told?.facts.count) + written, 25);
  assert.ok(written < 25);
});

test("however many are refused, the counts take a bounded place, and none is lost", () => {
  const leftOut = createLeftOut();
  const at = addMs(Date.UTC(2026, 0, 1) as never, SECOND_MS);
  const logOf = "tenant" as TenantId;
  for (let person = 0; person < 12_000; person++) {
    const ref = { tenantId: logOf, objectId: `person ${person}` as never };
    const subject = { kind: "tenant", id: logOf };
    const event = {
      type: "request.refused",
      actor: { kind: "user", ref, via: "x" },
      subject,
      parties: [logOf],
      facts: {},
      correlationId: "",
    } as const;
    leftOut.add(logOf, event, at);
  }
  const counts = leftOut.take(null);
  assert.ok(counts.length <= 10_001, `${counts.length}`);
  assert.equal(
    counts.reduce((sum, { count }) => sum + count, 0),
    12_000,
  );
});
