/** How soon it can decide after a start with data present, and what the shortest command costs. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { copyOpenGrants, openModel, removeCopies, settle } from "../bulk.ts";
import { cpuOf, endedChildrenMs } from "../counting.ts";
import { check, end, pick } from "../life.ts";
import type { Scenario } from "../scenario.ts";
import { play } from "../stage.ts";
import type { Subject } from "../subject.ts";

const SEED = "held at the start";

const MEASURES = {
  ready: ["start to ready, 100,000 open grants", "ms", "lower"],
  cpu: ["our CPU until ready", "ms", "lower"],
  version: ["`curfew --version`", "ms", "lower"],
  versionCpu: ["CPU of `curfew --version`", "ms", "lower"],
} as const;

export const start: Scenario = {
  name: "start",
  question: "how soon does it decide after a start, and what does a command cost?",
  askers: 8,
  async run(stage) {
    const [grants, runs] = stage.quick ? [200, 1] : [100_000, 5];
    const models = new Map<Subject, string>();
    for (const subject of stage.subjects) {
      const model = await openModel(subject, pick(subject.requesters, 0));
      models.set(subject, model.grantId);
      await copyOpenGrants(subject, model, { seed: SEED, count: grants });
      await settle(subject.cluster);
    }
    const rows = await play(stage, stage.quick ? 1 : 5, MEASURES, async (subject) => {
      await subject.stop();
      const { readyMs } = await subject.start();
      const cpu = cpuOf(subject).oursMs;
      // Ready means: able to say who holds what.
      assert.equal(await check(subject, subject.lane, pick(subject.requesters, 0)), true);
      return { ready: readyMs, cpu, ...version(subject.folder, runs) };
    });
    for (const [subject, grantId] of stage.quick ? models : []) {
      await removeCopies(subject.cluster, "access_grant", SEED, grants);
      await end(subject.lane, pick(subject.requesters, 0), grantId);
    }
    return rows;
  },
};

function version(folder: string, runs: number): { version: number; versionCpu: number } {
  const [began, before] = [performance.now(), endedChildrenMs()];
  for (let run = 0; run < runs; run++) {
    const { status } = spawnSync(process.execPath, [join(folder, "bin/curfew.mjs"), "--version"]);
    assert.equal(status, 0);
  }
  return {
    version: (performance.now() - began) / runs,
    versionCpu: (endedChildrenMs() - before) / runs,
  };
}
