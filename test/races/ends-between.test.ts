/** A process that stands still across an end, under real time: what has ended is not brought back, what ran out is not decided. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import type { AccessRequest } from "../../src/domain/access-request.ts";
import { type Grant, isLive } from "../../src/domain/grant.ts";
import { type Instant, MINUTE_MS, SECOND_MS } from "../../src/domain/time.ts";
import { extendGrant } from "../../src/use-cases/grants/extend-grant.ts";
import type { EffectDeps } from "../../src/use-cases/ports.ts";
import { decideRequest } from "../../src/use-cases/requests/decide-request.ts";
import { submitRequest } from "../../src/use-cases/requests/submit-request.ts";
import { until } from "../fixtures/program.ts";
import type { Town } from "../fixtures/town.ts";
import { codeOf, openWorld, realClock, value, type World } from "../fixtures/world.ts";
import { between, stopping } from "./between.ts";

let world: World;
before(async () => {
  world = await openWorld({ clock: realClock });
});
after(() => world.close());

const SHORT_MS = 3 * SECOND_MS;
const BRIEF = { justificationRequired: false, minimumDurationMs: 1 } as const;

const past = (at: Instant) => until(() => world.clock.now() > at, 20_000, "the end to pass");

async function rules(town: Town, how: "automatic" | "manual", decideByMs = MINUTE_MS): Promise<void> {
  await town.setRules("Contributor", town.scopes.web, {
    ...BRIEF,
    approval:
      how === "automatic"
        ? { mode: "automatic", notified: [] }
        : { mode: "manual", stages: [town.stage(["approvers"], { decideByMs })] },
  });
}

/** Three seconds of access, and from then on whoever wants more is asked about. */
async function holding(town: Town, then: "automatic" | "manual"): Promise<Grant & { endsAt: Instant }> {
  await rules(town, "automatic");
  const [grant] = await town.grantsOf(value(await town.ask("colin", { durationMs: SHORT_MS })));
  await rules(town, then);
  assert.ok(grant?.endsAt);
  return { ...grant, endsAt: grant.endsAt };
}

const extend = (town: Town, grant: Grant) => (deps: EffectDeps) =>
  extendGrant(deps, town.as("colin"), {
    grantId: grant.id,
    durationMs: MINUTE_MS,
    justification: null,
    ticket: null,
  });

const approve = (town: Town, request: AccessRequest) => (deps: EffectDeps) =>
  decideRequest(deps, town.as("carol"), {
    requestId: request.id,
    decision: "approve",
    justification: null,
    terms: null,
    surfaceAsks: false,
    expectedVersion: null,
  });

async function isOver(town: Town, grant: Grant & { endsAt: Instant }): Promise<void> {
  const now = await town.grant(grant.id);
  assert.equal(now.endsAt, grant.endsAt, "its end was moved after it");
  assert.equal(isLive(now, world.clock.now()), false);
}

// Side by side: each mostly waits.
describe("standing still across an end", { concurrency: true }, () => {
  test("an extension that is approved at once, by a process that stands still across the end, extends nothing", async () => {
    const town = await world.newTown();
    const grant = await holding(town, "automatic");
    const outcome = await between(world, extend(town, grant), () => past(grant.endsAt));
    assert.equal(codeOf(outcome), "grant_not_active");
    await isOver(town, grant);
  });

  test("an extension's last approval, by a process that stands still across the end, extends nothing", async () => {
    const town = await world.newTown();
    const grant = await holding(town, "manual");
    const extension = value(await extend(town, grant)(world.deps));
    const outcome = await between(world, approve(town, extension), () => past(grant.endsAt));
    assert.equal(codeOf(outcome), "request_not_pending");
    await isOver(town, grant);
  });

  test("asking for more time, by a process that stands still across the end, asks for nothing", async () => {
    const town = await world.newTown();
    const grant = await holding(town, "manual");
    const outcome = await between(world, extend(town, grant), () => past(grant.endsAt));
    assert.equal(codeOf(outcome), "grant_not_active");
    await isOver(town, grant);
  });

  for (const what of ["person", "grant"] as const) {
    test(`an extension whose commit waits for the ${what}'s row across the end extends nothing`, async () => {
      const town = await world.newTown();
      const grant = await holding(town, "manual");
      const extension = value(await extend(town, grant)(world.deps));
      const tables = { person: "person_turn", grant: "access_grant" } as const;
      let held: Promise<unknown> = Promise.resolve();
      const outcome = await between(world, approve(town, extension), async () => {
        const locked = Promise.withResolvers<void>();
        held = town.rows("contoso", async (trx) => {
          const { rows } = await sql`SELECT FROM ${sql.table(tables[what])} FOR UPDATE`.execute(trx);
          assert.ok(rows.length > 0);
          locked.resolve();
          await past(grant.endsAt);
        });
        await locked.promise;
      });
      await held;
      assert.equal(codeOf(outcome), "request_not_pending");
      await isOver(town, grant);
    });
  }

  test("an approval whose decide-by passes while the process stands still is not counted", async () => {
    const town = await world.newTown();
    await rules(town, "manual", SHORT_MS);
    const request = value(await town.ask("colin"));
    assert.ok(request.state.name === "pending");
    const { decideBy } = request.state;
    const outcome = await between(world, approve(town, request), () => past(decideBy));
    assert.equal(codeOf(outcome), "request_not_pending");
    assert.deepEqual((await town.request(request.id)).approvals, []);
  });

  test("an ask that nobody needs any more once the process goes on is refused", async () => {
    const town = await world.newTown();
    await rules(town, "manual");
    const neededUntil = (world.clock.now() + SHORT_MS) as Instant;
    const outcome = await between(
      world,
      (deps) => submitRequest(deps, town.as("colin"), town.input({ neededUntil })),
      () => past(neededUntil),
    );
    assert.equal(codeOf(outcome), "invalid_input");
  });

  test("what was read long ago is read again: a process that stood still for longer than facts keep decides twice", async () => {
    const town = await world.newTown();
    const stopped = stopping(world, [
      async () => {
        const began = world.clock.now();
        await until(() => world.clock.now() > began + 10_500, 20_000, "facts to be old");
      },
    ]);
    value(await submitRequest(stopped.deps, town.as("colin"), town.input()));
    assert.equal(stopped.tries(), 2);
  });
});
