/** One life, as people live it: ask, approve, check, end. Every answer is looked at. */
import assert from "node:assert/strict";
import type { Lane } from "./caller.ts";
import { type Rate, rate, times } from "./scenario.ts";
import { withLanes } from "./stage.ts";
import { expect, type Person, type Subject } from "./subject.ts";

const MOST_CHECKS = 1_000;
const TURN = 200;

export interface Life {
  readonly requestId: string;
  readonly grantId: string;
  readonly ms: number;
  /** From the approver's call to the first answer `true`. */
  readonly untilTrueMs: number;
}

/** Who lives in a lane: nobody else asks in that name at the same time, and the deciders take turns. */
export function castFor(subject: Subject, lane: number): { requester: Person; approver: Person } {
  return {
    requester: pick(subject.requesters, lane),
    approver: pick(subject.approvers, lane),
  };
}

export async function live(subject: Subject, lane: Lane, cast: ReturnType<typeof castFor>): Promise<Life> {
  const began = performance.now();
  const requestId = await ask(subject, lane, cast.requester);
  const approving = performance.now();
  const grantId = await approve(lane, cast.approver, requestId);
  await untilAllowed(subject, lane, cast.requester);
  const allowed = performance.now();
  await end(lane, cast.requester, grantId);
  return { requestId, grantId, ms: performance.now() - began, untilTrueMs: allowed - approving };
}

/** As many lives as there is time for, by so many clients at once. */
export function liveFor(
  subject: Subject,
  width: number,
  forMs: number,
): Promise<Rate & { readonly lives: readonly Life[] }> {
  return withLanes(subject, width, async (lanes) => {
    const lives: Life[] = [];
    const work = async (lane: number) => {
      lives.push(await live(subject, pick(lanes, lane), castFor(subject, lane)));
    };
    return { ...(await rate(lanes.length, forMs, work)), lives };
  });
}

/** Exactly so many. */
export async function liveTimes(subject: Subject, width: number, total: number): Promise<void> {
  // In turns, between which whoever's token grows old signs in again.
  for (let left = total; left > 0; left -= TURN) {
    await withLanes(subject, width, (lanes) =>
      times(lanes.length, Math.min(TURN, left), async (lane) => {
        await live(subject, pick(lanes, lane), castFor(subject, lane));
      }),
    );
  }
}

export async function ask(
  subject: Subject,
  lane: Lane,
  requester: Person,
  duration = "PT1H",
): Promise<string> {
  const reply = await lane.call(requester.token, "POST", "/api/v1/access-requests", {
    scope: subject.scope,
    roleDefinitionIds: [subject.role],
    duration,
    justification: "fix order 4711",
  });
  expect(reply, 201);
  assert.equal(reply.body.state, "pending");
  return reply.body.id;
}

export async function approve(lane: Lane, approver: Person, requestId: string): Promise<string> {
  const reply = await lane.call(approver.token, "POST", `/api/v1/access-requests/${requestId}/decisions`, {
    decision: "approve",
    justification: "one row is enough",
  });
  expect(reply, 200);
  assert.equal(reply.body.state, "approved");
  assert.equal(reply.body.grantIds.length, 1);
  return reply.body.grantIds[0];
}

export async function check(subject: Subject, lane: Lane, person: Person): Promise<boolean> {
  const reply = await lane.call(person.token, "POST", "/api/v1/decisions/check", {
    principalId: person.id,
    scope: subject.scope,
    roleDefinitionId: subject.role,
  });
  expect(reply, 200);
  return reply.body.allowed;
}

async function untilAllowed(subject: Subject, lane: Lane, person: Person): Promise<void> {
  for (let asked = 0; asked < MOST_CHECKS; asked++) if (await check(subject, lane, person)) return;
  throw new Error("approved, and never allowed");
}

export async function end(lane: Lane, requester: Person, grantId: string): Promise<void> {
  const reply = await lane.call(requester.token, "POST", `/api/v1/grants/${grantId}/deactivate`);
  expect(reply, 200);
  assert.equal(reply.body.state, "ended");
}

export function pick<T>(all: readonly T[], index: number): T {
  const one = all[index % all.length];
  if (one === undefined) throw new Error("there is nobody to pick from");
  return one;
}
