/** What a target has to do that says it can bring many ends about at once. Run as a part of the target contract. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { addMs } from "../../src/domain/time.ts";
import type { End, Ending } from "../../src/targets/ending.ts";
import type { Handle, Secret, Spec, TargetContext } from "../../src/targets/target.ts";
import {
  Crash,
  faultOf,
  grant,
  issue,
  type OpenSession,
  remove,
  revoke,
  specOf,
  systemClock,
  type TargetHarness,
} from "./target-harness.ts";

const MANY = 4;
const SOON_MS = 2_500;

interface Holder {
  readonly spec: Spec;
  readonly handle: Handle;
  readonly secret: Secret;
  readonly session: OpenSession;
}

export function endingContract(harnessOf: () => TargetHarness): void {
  const contract = (what: string, work: (harness: TargetHarness) => Promise<void>) =>
    test(`together: ${what}`, async (t: TestContext) => {
      const harness = harnessOf();
      if (harness.target.openEnding === undefined) t.skip("this kind ends one at a time");
      else await work(harness);
    });

  contract("whoever is past their end is out by one cut, and nobody else", async (harness) => {
    const over = await holders(harness, MANY);
    const [other] = await holders(harness, 1);
    assert.ok(other);
    const endsAt = addMs(systemClock.now(), SOON_MS);
    for (const { spec } of over) await grant(harness, { ...spec, generation: 2, expiresAt: endsAt });
    await delay(endsAt - systemClock.now() + 1);
    const outcomes = await ending(harness, ({ cut }) => cut(endsOf(over, 2)));
    assert.deepEqual(new Set(outcomes), new Set(["cut"]));
    for (const { session, secret } of over) {
      assert.equal(await session.isAlive(), false);
      assert.equal(await harness.attempt(secret), "refused");
    }
    assert.deepEqual([await other.session.isAlive(), await harness.attempt(other.secret)], [true, "in"]);
    await leave(harness, [...over, other]);
  });

  contract("before its end, a cut closes the log-in as well", async (harness) => {
    const revoked = await holders(harness, MANY);
    await ending(harness, ({ cut }) => cut(endsOf(revoked)));
    for (const { session, secret } of revoked) {
      assert.equal(await session.isAlive(), false);
      assert.equal(await harness.attempt(secret), "refused");
    }
    await leave(harness, revoked);
  });

  contract("what is removed was seen to be gone, with or without a cut; twice is once", async (harness) => {
    const held = await holders(harness, MANY);
    const [silent] = await plans(harness, 1);
    assert.ok(silent);
    const ends = [...endsOf(held), silent];
    const [first, second] = await ending(harness, async ({ remove }) => [
      await remove(ends),
      await remove(ends),
    ]);
    assert.deepEqual(first, [...held.map(() => "removed"), "absent"]);
    assert.deepEqual(new Set(second), new Set(["absent"]));
    for (const { handle, session, secret } of held) {
      assert.equal((await harness.look(handle)).exists, false);
      assert.deepEqual([await session.isAlive(), await harness.attempt(secret)], [false, "refused"]);
    }
    const cut = await ending(harness, (each) => each.cut(ends));
    assert.deepEqual(new Set(cut), new Set(["absent"]));
  });

  contract("access of a newer generation, or of another installation, is left as it is", async (harness) => {
    const spec = specOf(harness, { generation: 2 });
    const { handle } = await grant(harness, spec);
    const secret = await issue(harness, handle, { generation: 2 });
    const session = await harness.openSession(secret);
    const old = await ending(harness, (each) => both(each, [{ handle, generation: 1 }]));
    assert.deepEqual(old, [["left"], ["left"]]);
    const stranger = harness.context({ owner: "another-installation" });
    const theirs = await ending(harness, (each) => both(each, [{ handle, generation: 2 }]), stranger);
    assert.deepEqual(theirs, [["left"], ["left"]]);
    assert.deepEqual([await session.isAlive(), await harness.attempt(secret)], [true, "in"]);
    assert.equal((await harness.look(handle)).entitled, true);
    await session.close();
    await remove(harness, handle);
  });

  contract(
    "one that cannot simply be removed is left, cut and closed, and holds up no other",
    async (harness) => {
      const [stuck, ...others] = await holders(harness, MANY);
      assert.ok(stuck);
      const undo = await harness.byHand.giveForGood(stuck.handle);
      const ends = endsOf([stuck, ...others]);
      const [cut, removed] = await ending(harness, (each) => both(each, ends));
      assert.deepEqual(new Set(cut), new Set(["cut"]));
      assert.deepEqual(removed, ["left", ...others.map(() => "removed")]);
      assert.deepEqual(
        [await stuck.session.isAlive(), await harness.attempt(stuck.secret)],
        [false, "refused"],
      );
      assert.equal((await revoke(harness, stuck.handle)).outcome, "residual", "taken alone it says why");
      await undo();
      await remove(harness, stuck.handle);
    },
  );

  contract("after a crash before any step the same again ends it", async (harness) => {
    const steps: string[] = [];
    const first = await holders(harness, 2);
    const note = (step: string) => void steps.push(step);
    await ending(harness, (each) => both(each, endsOf(first), note));
    assert.ok(steps.length > 2, "each effect is told before it happens");
    for (const index of steps.keys()) {
      const held = await holders(harness, 2);
      let left = index;
      const crash = () => {
        if (left-- === 0) throw new Crash("killed");
      };
      await assert.rejects(
        ending(harness, (each) => both(each, endsOf(held), crash)),
        Crash,
      );
      const [, removed] = await ending(harness, (each) => both(each, endsOf(held)));
      assert.ok(
        removed?.every((outcome) => outcome !== "left"),
        `after a crash before \`${steps[index]}\``,
      );
      for (const { handle, session } of held) {
        assert.deepEqual([await session.isAlive(), (await harness.look(handle)).exists], [false, false]);
      }
    }
  });

  contract(
    "a target that cannot be reached is a retryable fault",
    async ({ target, deadConfig, context }) => {
      const opened = target.openEnding?.(deadConfig, context());
      assert.equal((await faultOf(Promise.resolve(opened))).kind, "retryable");
    },
  );
}

/** Over a connection of its own. */
export async function ending<T>(
  { target, config, context }: TargetHarness,
  work: (ending: Ending) => Promise<T>,
  ctx: TargetContext = context(),
): Promise<T> {
  const opened = await target.openEnding?.(config, ctx);
  assert.ok(opened);
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}

export async function both(
  each: Ending,
  ends: readonly End[],
  onStep?: TargetContext["onStep"],
): Promise<(readonly string[])[]> {
  return [await each.cut(ends, onStep), await each.remove(ends, onStep)];
}

/** Live, each with a session open. */
export async function holders(harness: TargetHarness, many: number): Promise<Holder[]> {
  const held: Holder[] = [];
  for (let count = 0; count < many; count++) {
    const spec = specOf(harness);
    const { handle } = await grant(harness, spec);
    const secret = await issue(harness, handle);
    held.push({ spec, handle, secret, session: await harness.openSession(secret) });
  }
  return held;
}

export function endsOf(held: readonly Holder[], generation = 1): End[] {
  return held.map(({ handle }) => ({ handle, generation }));
}

async function plans(harness: TargetHarness, many: number): Promise<End[]> {
  return Array.from({ length: many }, () => ({
    handle: harness.target.plan(specOf(harness)),
    generation: 1,
  }));
}

async function leave(harness: TargetHarness, held: readonly Holder[]): Promise<void> {
  for (const { session } of held) await session.close();
  await ending(harness, (each) => each.remove(endsOf(held, 2)));
  for (const { handle } of held) assert.equal((await harness.look(handle)).exists, false);
}
