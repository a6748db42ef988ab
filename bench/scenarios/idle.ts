/** What it costs to wait. */
import { setTimeout as delay } from "node:timers/promises";
import { count, cpuBetween, cpuOf, listenToWaiting, untilQuiet } from "../counting.ts";
import type { Scenario } from "../scenario.ts";
import { play } from "../stage.ts";

const MINUTE_MS = 60_000;

const MEASURES = {
  statements: ["statements a minute, nobody calling", "", "lower"],
  ours: ["our CPU, of one core", "%", "lower"],
  postgres: ["PostgreSQL's CPU, of one core", "%", "lower"],
} as const;

export const idle: Scenario = {
  name: "idle",
  question: "what does it cost to wait?",
  askers: 8,
  async run(stage) {
    const forMs = stage.quick ? 1_500 : 30_000;
    return play(stage, 1, MEASURES, async (subject) => {
      await untilQuiet(subject);
      const before = cpuOf(subject);
      await delay(forMs);
      const cpu = cpuBetween(before, cpuOf(subject));
      const { statements, ms } = await listenToWaiting(subject, forMs);
      return {
        statements: (count(statements).statements * MINUTE_MS) / ms,
        ours: (cpu.oursMs * 100) / forMs,
        postgres: (cpu.postgresMs * 100) / forMs,
      };
    });
  },
};
