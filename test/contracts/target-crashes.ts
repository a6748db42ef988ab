/** Stops a target before each of its steps, looks what that left, and goes on or back. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { addMs, HOUR_MS } from "../../src/domain/time.ts";
import { type Handle, type Spec, type TargetContext, TargetFault } from "../../src/targets/target.ts";
import { Crash, grant, issue, remove, revoke, specOf, type TargetHarness } from "./target-harness.ts";

export type Moment = "grant" | "secret" | "revoke";

/** Access whose secret was asked for once before, so that every step of another is on the way. */
async function prepare(harness: TargetHarness, spec: Spec, moment: Moment): Promise<Handle> {
  const handle = harness.target.plan(spec);
  if (moment === "grant") return handle;
  await grant(harness, spec);
  await issue(harness, handle);
  return handle;
}

async function perform(
  harness: TargetHarness,
  spec: Spec,
  moment: Moment,
  ctx: TargetContext,
): Promise<void> {
  const { target, config } = harness;
  const handle = target.plan(spec);
  if (moment === "revoke") await target.revoke(handle, config, ctx, { cutSessions: true });
  else if (moment === "secret")
    await target.issueSecret(handle, config, ctx, { id: randomUUID(), generation: 1 });
  else {
    await target.grant(spec, config, ctx);
    await target.grant(extended(spec), config, ctx);
  }
}

function extended(spec: Spec): Spec {
  return { ...spec, generation: spec.generation + 1, expiresAt: addMs(spec.expiresAt, HOUR_MS) };
}

export async function stepsOf(harness: TargetHarness, moment: Moment): Promise<readonly string[]> {
  const spec = specOf(harness);
  const handle = await prepare(harness, spec, moment);
  const steps: string[] = [];
  await perform(harness, spec, moment, harness.context({ onStep: (step) => void steps.push(step) }));
  if (moment !== "revoke") await remove(harness, handle);
  return steps;
}

interface CrashPlan {
  readonly harness: TargetHarness;
  readonly moment: Moment;
  readonly index: number;
  readonly then: "on" | "back";
}

export async function crashAt({ harness, moment, index, then }: CrashPlan): Promise<void> {
  const spec = specOf(harness);
  const handle = await prepare(harness, spec, moment);
  let left = index;
  const onStep = () => {
    if (left === 0) throw new Crash("killed");
    left -= 1;
  };
  await assert.rejects(perform(harness, spec, moment, harness.context({ onStep })), Crash);
  const sight = await harness.look(handle);
  if (sight.exists) {
    assert.ok(sight.endsAt !== null && sight.endsAt <= extended(spec).expiresAt, "an end is armed");
  } else assert.deepEqual([sight.open, sight.entitled], [false, false]);
  if (then === "on") {
    await perform(harness, spec, moment, harness.context()).catch((error: unknown) => {
      // The extension was through: only it can be repeated.
      if (!(error instanceof TargetFault && error.kind === "conflict" && moment === "grant")) throw error;
    });
    const { exists } = await harness.look(handle);
    assert.equal(exists, moment !== "revoke");
    const generation = moment === "grant" ? 2 : 1;
    if (exists) assert.equal(await harness.attempt(await issue(harness, handle, { generation })), "in");
  }
  const { outcome, residual } = await revoke(harness, handle);
  assert.notEqual(outcome, "residual", JSON.stringify(residual));
  assert.equal((await harness.look(handle)).exists, false);
}
