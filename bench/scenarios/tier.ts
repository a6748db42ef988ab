/** A policy change beside people at work: how long does one changed Tier take, and do they notice? */
import { setTimeout as delay } from "node:timers/promises";
import { castFor, live, liveFor, pick } from "../life.ts";
import { median, quantile, type Scenario } from "../scenario.ts";
import { play, type Stage, withLanes } from "../stage.ts";
import { expect, type Subject } from "../subject.ts";
import { TIER } from "../world.ts";

const PAUSE_MS = 300;

const MEASURES = {
  alone: ["apply of one Tier, nobody else calling", "ms", "lower"],
  median: ["apply of one Tier beside 40 busy clients, p50", "ms", "lower"],
  worst: ["apply of one Tier beside 40 busy clients, worst", "ms", "lower"],
  kept: ["lives meanwhile, of those without a change", "", "higher"],
  refused: ["clients refused or turned away meanwhile", "", "lower"],
} as const;

export const tier: Scenario = {
  name: "tier",
  question: "how long does a policy change take beside 40 busy clients?",
  askers: 40,
  run: (stage) => play(stage, stage.quick ? 1 : 3, MEASURES, (subject) => changed(stage, subject)),
};

async function changed({ quick }: Stage, subject: Subject) {
  const [clients, changes] = quick ? [3, 2] : [40, 10];
  const alone = await change(subject);
  const undisturbed = await liveFor(subject, clients, quick ? 300 : 4_000);
  const took: number[] = [];
  let lives = 0;
  let refused = 0;
  let over = false;
  const began = performance.now();
  await withLanes(subject, clients, async (lanes) => {
    const busy = lanes.map(async (lane, at) => {
      try {
        while (!over) {
          await live(subject, lane, castFor(subject, at));
          lives++;
        }
      } catch {
        // This client gives up: what it left pending would only stand in its own way.
        refused++;
      }
    });
    while (took.length < changes) {
      await delay(PAUSE_MS);
      took.push(await change(subject));
    }
    over = true;
    await Promise.all(busy);
  });
  const perSecond = (lives * 1_000) / (performance.now() - began);
  return {
    alone,
    median: median(took),
    worst: quantile(took, 1),
    kept: perSecond / undisturbed.perSecond,
    refused,
  };
}

let said = 0;

/** To another value each time: what stands as it was is no change. */
async function change({ lane, administrator }: Subject): Promise<number> {
  const maximumDuration = pick(["PT8H", "PT9H"], ++said);
  const start = performance.now();
  const reply = await lane.call(administrator.token, "PUT", `/api/v1/configuration/Tier/${TIER.name}`, {
    spec: { ...TIER.spec, maximumDuration },
  });
  const took = performance.now() - start;
  expect(reply, 200);
  return took;
}
