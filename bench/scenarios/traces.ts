/** What traces cost: switched off, beside the bare call; and switched on, beside switched off. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { traced } from "../../src/telemetry/trace.ts";
import { cpuBetween, cpuOf } from "../counting.ts";
import { liveFor } from "../life.ts";
import { median, type Scenario } from "../scenario.ts";
import { play } from "../stage.ts";
import type { Subject } from "../subject.ts";

const MEASURES = {
  branch: ["a traced call that is off, beyond the bare call", "ns", "lower"],
  spans: ["spans a life", "", null],
  share: ["of our CPU a life, switched off", "%", "lower"],
  off: ["lives, 32 clients, switched off", "/s", "higher"],
  on: ["lives, 32 clients, switched on, every trace kept", "/s", "higher"],
  ratio: ["lives switched on / switched off", "", "higher"],
} as const;

const NS = 1_000_000;

export const traces: Scenario = {
  name: "traces",
  question: "what do traces cost, switched off and switched on?",
  askers: 32,
  async run(stage) {
    const forMs = stage.quick ? 500 : 4_000;
    const collector = await openCollector();
    const { port } = collector.server.address() as AddressInfo;
    const on = { CURFEW_OTLP_TRACES_URL: `http://127.0.0.1:${port}/v1/traces` };
    const branch = await branchNs(stage.quick ? 1_000 : 200_000);
    try {
      return await play(stage, stage.quick ? 1 : 5, MEASURES, async (subject) => {
        const without = await lives(subject, {}, forMs);
        const before = collector.spans();
        const within = await lives(subject, on, forMs);
        await restart(subject, {});
        const spans = (collector.spans() - before) / within.done;
        assert.ok(spans > 3, `${spans} spans a life were sent`);
        return {
          ...{ branch, spans, off: without.perSecond, on: within.perSecond },
          share: (spans * branch * 100) / (without.cpuMs * NS),
          ratio: within.perSecond / without.perSecond,
        };
      });
    } finally {
      collector.server.closeAllConnections();
      collector.server.close();
    }
  },
};

async function restart(subject: Subject, environment: Readonly<Record<string, string>>): Promise<void> {
  await subject.stop();
  await subject.start(environment);
}

async function lives(subject: Subject, environment: Readonly<Record<string, string>>, forMs: number) {
  await restart(subject, environment);
  await liveFor(subject, 32, forMs / 4);
  const before = cpuOf(subject);
  const { perSecond, done } = await liveFor(subject, 32, forMs);
  return { perSecond, done: done * 1.25, cpuMs: cpuBetween(before, cpuOf(subject)).oursMs / done };
}

/** In this process, where nothing is traced: the median of some rounds, each against its own bare calls. */
async function branchNs(calls: number): Promise<number> {
  const bare = async (): Promise<number> => 1;
  const timed = async (call: () => Promise<number>) => {
    const began = performance.now();
    for (let done = 0; done < calls; done++) await call();
    return ((performance.now() - began) * NS) / calls;
  };
  const found: number[] = [];
  for (let round = 0; round < 9; round++) {
    const without = await timed(bare);
    found.push((await timed(() => traced("bench", {}, bare))) - without);
  }
  return median(found);
}

async function openCollector(): Promise<{ server: Server; spans(): number }> {
  let count = 0;
  const server = createServer(async (request, answer) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    count += Buffer.concat(parts).toString("latin1").split('"spanId"').length - 1;
    answer.setHeader("content-type", "application/json");
    answer.end("{}");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, spans: () => count };
}
