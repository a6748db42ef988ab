/** A process that stops between what it decided and its commit, while something else happens; and what came of it. */
import assert from "node:assert/strict";
import type { Outcome } from "../../src/domain/rejection.ts";
import type { BoundedClock } from "../../src/domain/time.ts";
import type { EffectDeps } from "../../src/use-cases/ports.ts";
import type { Town } from "../fixtures/town.ts";
import { codeOf, type World } from "../fixtures/world.ts";

export interface Stopped {
  readonly deps: EffectDeps;
  /** How often something was decided that would have been stored. */
  tries(): number;
}

/** What happens before each commit, try by try; afterwards nothing does. */
export function stopping(
  world: World,
  acts: readonly (() => Promise<unknown>)[],
  clock: BoundedClock = world.clock,
): Stopped {
  let tries = 0;
  const beforeCommit = async () => {
    await acts[tries++]?.();
  };
  const decisions: EffectDeps["decisions"] = (by) => world.opened.decisions(by, beforeCommit);
  return { deps: { ...world.deps, clock, decisions }, tries: () => tries };
}

/** Decides with a process of its own that stands still while the other thing happens; both are over when it resolves. */
export async function between<T>(
  world: World,
  decide: (deps: EffectDeps) => Promise<T>,
  meanwhile: () => Promise<unknown>,
): Promise<T> {
  let happened = false;
  const stopped = stopping(world, [
    async () => {
      await meanwhile();
      happened = true;
    },
  ]);
  const done = await decide(stopped.deps);
  assert.ok(happened, "nothing was decided that could have been committed");
  return done;
}

/** How often each answer was given. */
export function tally(outcomes: readonly Outcome<unknown>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[codeOf(outcome)] = (counts[codeOf(outcome)] ?? 0) + 1;
  return counts;
}

/** The rules that a refusal names. */
export function rulesOf(outcome: Outcome<unknown>): string[] {
  if (outcome.ok) return [];
  return (outcome.rejection.rules ?? [])
    .filter((one) => one.outcome === "unsatisfied")
    .map((one) => one.rule);
}

/** How many requests and grants contoso holds. */
export async function countOf(town: Town): Promise<{ requests: number; grants: number }> {
  return town.rows("contoso", async (trx) => {
    const count = async (table: "access_request" | "access_grant") =>
      (await trx.selectFrom(table).select("id").execute()).length;
    return { requests: await count("access_request"), grants: await count("access_grant") };
  });
}

/** What the log says of one thing, refusals left out. */
export async function eventsOf(world: World, town: Town, id: string): Promise<string[]> {
  const entries = await world.deps.store.inTenant(town.tenants.contoso, (tx) =>
    tx.log.entries({ subjectId: id, limit: 200 }),
  );
  return entries.map(({ entry }) => String(entry.type)).filter((type) => type !== "decision.refused");
}
