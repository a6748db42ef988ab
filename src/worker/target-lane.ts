/** What is under way in one target: cuts, tidying beside them, and single grants. A target that hangs holds up its own lane only. */
import { setTimeout as delay } from "node:timers/promises";
import type { Grant } from "../domain/grant.ts";
import type { TargetDefinition } from "../domain/target-binding.ts";
import { cutTogether, endsIn, removeTogether } from "../use-cases/grants/end-together.ts";
import type { EffectDeps, GrantEnd, Lease } from "../use-cases/ports.ts";
import { gather, sideBySide } from "./gather.ts";

/** `left`: it has to be advanced by itself; `again`: look at it again in a moment. */
type Outcome = "done" | "left" | "again";

export interface TargetLane {
  /** Cut at once, and taken out once it is `closed` in our records. */
  end(grant: Grant, target: TargetDefinition, lease: Lease, closed: Promise<unknown>): Promise<Outcome>;
  /** Cut at once and no more: somebody else is at work on it, and takes it out. */
  cut(grant: Grant, target: TargetDefinition, closed: Promise<unknown>): Promise<Outcome>;
  /** One grant at a time, a few side by side. */
  apart(work: () => Promise<void>): Promise<void>;
}

interface Job {
  readonly grant: Grant;
  readonly target: TargetDefinition;
  readonly lease: Lease;
  readonly closed: Promise<unknown>;
  readonly cutOnly: boolean;
  readonly done: (outcome: Outcome) => void;
}

/** What is over stays over, whoever holds its lease: to cut it, none is needed. */
const NOBODYS: Lease = { isHeld: () => true };
const MOST_CUT = 500;
const MOST_REMOVED = 200;
const MOST_APART = 8;
const CUTS_FIRST_MS = 500;

export function openLane(
  deps: EffectDeps,
  isStopped: () => boolean,
  onError: (what: string, error: unknown) => void,
): TargetLane {
  let cutting: Promise<void> | null = null;
  const remove = gather<Job>(MOST_REMOVED, async (jobs) => {
    // Whoever is past their end and still in comes first, for a while; what waits is removed together.
    let patient = true;
    const patience = delay(CUTS_FIRST_MS, undefined, { ref: false }).then(() => {
      patient = false;
    });
    while (cutting !== null && patient) await Promise.race([cutting, patience]);
    await stage(jobs, removeTogether, (job) => job.done("done"));
  });
  const cut = gather<Job>(MOST_CUT, async (jobs) => {
    cutting = stage(jobs, cutTogether, (job) => {
      job.closed.then(
        () => (job.cutOnly ? job.done("done") : remove(job)),
        () => job.done("left"),
      );
    });
    await cutting;
    cutting = null;
  });
  const stage = async (
    jobs: readonly Job[],
    work: typeof cutTogether,
    next: (job: Job) => void,
  ): Promise<void> => {
    const target = jobs.at(-1)?.target;
    if (target === undefined || isStopped()) {
      for (const job of jobs) job.done("again");
      return;
    }
    const lease = { isHeld: () => jobs.every((job) => job.lease.isHeld()) };
    const closed = Promise.allSettled(jobs.map((job) => job.closed));
    try {
      const left = await work(deps, target, { ends: jobs.flatMap(endsOf), lease, closed });
      for (const job of jobs) {
        if (left === null) job.done("again");
        else if (left.includes(job.grant.id)) job.done("left");
        else next(job);
      }
    } catch (error) {
      onError(`the ends in target ${target.id}`, error);
      for (const job of jobs) job.done("again");
    }
  };
  const endsOf = ({ grant, target }: Job): GrantEnd[] =>
    endsIn(grant, target.id, deps.clock.now()).map((entitlement) => ({ grant, entitlement }));
  const end: TargetLane["end"] = (grant, target, lease, closed) =>
    new Promise((done) => cut({ grant, target, lease, closed, cutOnly: false, done }));
  return {
    end,
    cut: (grant, target, closed) =>
      new Promise((done) => cut({ grant, target, lease: NOBODYS, closed, cutOnly: true, done })),
    apart: sideBySide(MOST_APART),
  };
}
