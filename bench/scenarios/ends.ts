/** Plain grants that end within one second: how late are they closed, and when has the log caught up? */
import { setTimeout as delay } from "node:timers/promises";
import { copyOpenGrants, openModel, settle } from "../bulk.ts";
import { check, end, pick } from "../life.ts";
import { quantile, type Scenario } from "../scenario.ts";
import { play, type Stage } from "../stage.ts";
import { DATABASE, expect, type Subject } from "../subject.ts";

/** Looking costs as well: the more there are, the less often. */
const lookEveryMs = (grants: number) => Math.max(20, grants / 500);
const LOG_EVERY_MS = 50;
/** How far two clocks of one machine may be apart. */
const EARLY_MS = 20;
const OVER_WITHIN_MS = 180_000;

const MEASURES = {
  p50: ["closed after its end, p50", "ms", "lower"],
  p99: ["closed after its end, p99", "ms", "lower"],
  log: ["log caught up after the last end", "ms", "lower"],
} as const;

export const ends = endsOf("ends", 10_000, 3);
/** Far more than one batch, or one second, can hold. */
export const manyEnds = endsOf("many-ends", 50_000, 1);

function endsOf(name: string, grants: number, rounds: number): Scenario {
  return {
    name,
    question: `${grants.toLocaleString("en")} grants end within one second: how late are they closed?`,
    askers: 8,
    run: (stage) =>
      play(stage, stage.quick ? 1 : rounds, MEASURES, (subject) => storm(stage, subject, grants)),
  };
}

async function storm({ quick }: Stage, subject: Subject, many: number) {
  const [grants, aheadMs] = quick ? [300, 3_000] : [many, 20_000 + many];
  const requester = pick(subject.requesters, 0);
  const model = await openModel(subject, requester);
  const logBefore = await logLength(subject);
  const begins = Date.now() + aheadMs;
  await copyOpenGrants(subject, model, {
    seed: `storm ${begins}`,
    count: grants,
    endsAt: `${begins}::bigint + (n - 1)::bigint * 1000 / ${grants}`,
  });
  if (!quick) await settle(subject.cluster);
  if (Date.now() > begins) throw new Error("the grants came too late to be measured; give them more time");
  const [lateness, logMs] = await Promise.all([
    closing(subject, grants, begins),
    caughtUp(subject, logBefore + grants, begins + 1_000),
  ]);
  if (!(await check(subject, subject.lane, requester))) throw new Error("the one that goes on was ended too");
  await end(subject.lane, requester, model.grantId);
  return { p50: quantile(lateness, 0.5), p99: quantile(lateness, 0.99), log: logMs };
}

/** Looks again and again how many are still open; they are closed in the order in which they end, so that tells of each. */
async function closing(subject: Subject, grants: number, begins: number): Promise<number[]> {
  const client = await subject.cluster.connect(DATABASE, { application_name: "bench" });
  const lateness: number[] = [];
  const everyMs = lookEveryMs(grants);
  try {
    const goingOn = 1;
    while (lateness.length < grants) {
      const { rows } = await client.query("SELECT count(*)::int AS open FROM access_grant WHERE open");
      const now = Date.now();
      const closed = grants + goingOn - rows[0].open;
      while (lateness.length < closed) {
        lateness.push(now - (begins + Math.floor((lateness.length * 1_000) / grants)));
      }
      if (now > begins + OVER_WITHIN_MS) throw new Error(`${rows[0].open} grants are still open`);
      await delay(everyMs);
    }
  } finally {
    await client.end();
  }
  // One that is closed before its end is as wrong as one that never is.
  if (Math.min(...lateness) < -EARLY_MS) throw new Error("a grant was closed before its end");
  return lateness;
}

async function caughtUp(subject: Subject, entries: number, lastEnd: number): Promise<number> {
  await delay(Math.max(0, lastEnd - Date.now()));
  while ((await logLength(subject)) < entries) {
    if (Date.now() > lastEnd + OVER_WITHIN_MS) throw new Error("the log has not caught up");
    await delay(LOG_EVERY_MS);
  }
  return Date.now() - lastEnd;
}

/** How many entries are numbered and linked. */
async function logLength({ lane, administrator }: Subject): Promise<number> {
  const reply = await lane.call(administrator.token, "GET", "/api/v1/audit-head");
  expect(reply, 200);
  return reply.body.sequence;
}
