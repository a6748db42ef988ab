/** After a policy change the worker looks at every open grant again. Those that keep their ground should cost nothing. */
import { setTimeout as delay } from "node:timers/promises";
import { copyOpenGrants, openModel, removeCopies, settle } from "../bulk.ts";
import {
  cpuBetween,
  cpuOf,
  LOOK_EVERY_MS,
  ROWS_TOLD_AFTER_MS,
  rowsWritten,
  untilQuiet,
  walPosition,
} from "../counting.ts";
import { check, end, pick } from "../life.ts";
import type { Scenario } from "../scenario.ts";
import { play, type Stage } from "../stage.ts";
import { expect, type Subject } from "../subject.ts";
import { TIER } from "../world.ts";

const SEED = "looked at again";
/** Longer than a worker that missed its wake-up sleeps. */
const QUIET_LOOKS = 6;

const MEASURES = {
  seconds: ["a pass over 100,000 open grants, at most a minute watched", "s", "lower"],
  finished: ["… finished (1) or not (0)", "", "higher"],
  rows: ["rows written meanwhile, all grants keeping their ground", "", "lower"],
  ours: ["our CPU meanwhile", "ms", "lower"],
  postgres: ["PostgreSQL's CPU meanwhile", "ms", "lower"],
  wal: ["WAL meanwhile", "kB", "lower"],
} as const;

export const stale: Scenario = {
  name: "stale",
  question: "what does a policy change cost where 100,000 grants are open and keep their ground?",
  askers: 8,
  run: (stage) => play(stage, 1, MEASURES, (subject) => pass(stage, subject)),
};

async function pass({ quick }: Stage, subject: Subject) {
  const [grants, watchedMs] = quick ? [100, 20_000] : [100_000, 60_000];
  const { cluster, lane, administrator } = subject;
  const requester = pick(subject.requesters, 0);
  const model = await openModel(subject, requester);
  await copyOpenGrants(subject, model, { seed: SEED, count: grants });
  await settle(cluster);
  await subject.freshen();
  const rowsToldMs = quick ? 1_000 : ROWS_TOLD_AFTER_MS;
  await delay(rowsToldMs);
  const before = { rows: await rowsWritten(cluster), wal: await walPosition(cluster), cpu: cpuOf(subject) };
  const start = performance.now();
  const spec = { ...TIER.spec, maximumDuration: "PT10H" };
  expect(
    await lane.call(administrator.token, "PUT", `/api/v1/configuration/Tier/${TIER.name}`, { spec }),
    200,
  );
  const finished = await untilQuiet(subject, { looks: QUIET_LOOKS, withinMs: watchedMs });
  const tookMs = performance.now() - start - (finished ? QUIET_LOOKS * LOOK_EVERY_MS : 0);
  const spent = cpuBetween(before.cpu, cpuOf(subject));
  const wal = (await walPosition(cluster)) - before.wal;
  // Busy sessions tell them every second.
  await delay(finished ? rowsToldMs : 1_000);
  const rows = (await rowsWritten(cluster)) - before.rows;
  if (!(await check(subject, lane, requester))) throw new Error("a grant that keeps its ground was taken");
  if (quick) {
    await removeCopies(cluster, "access_grant", SEED, grants);
    await end(lane, requester, model.grantId);
  }
  return {
    seconds: tookMs / 1_000,
    finished: finished ? 1 : 0,
    rows,
    ours: spent.oursMs,
    postgres: spent.postgresMs,
    wal: wal / 1_000,
  };
}
