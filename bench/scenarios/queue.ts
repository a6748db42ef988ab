/** What an approver pays for a long queue, on every page of the portal and in the queue itself. */
import assert from "node:assert/strict";
import { copyRows, idSql, removeCopies, settle, turnSql } from "../bulk.ts";
import { listenToWaiting, statementsACall } from "../counting.ts";
import { ask, pick } from "../life.ts";
import { median, type Scenario } from "../scenario.ts";
import { play, type Stage } from "../stage.ts";
import { expect, type Person, type Subject } from "../subject.ts";

const SEED = "waiting";
const [SOME, MANY] = [20, 500];
const PAGE = 100;
const ME = "/api/v1/me";
const QUEUE = `/api/v1/access-requests?view=toDecide&limit=${PAGE}`;

const MEASURES = {
  meStatements: ["statements of `GET /me`, 500 waiting", "", "lower"],
  me: ["`GET /me`, 500 waiting", "ms", "lower"],
  meNone: ["`GET /me`, none waiting", "ms", "lower"],
  meRatio: ["`GET /me`, 500 / none", "", "lower"],
  queueStatements: ["statements of the queue, 500 waiting", "", "lower"],
  queue: ["the queue, 500 waiting", "ms", "lower"],
  queueNone: ["the queue, none waiting", "ms", "lower"],
} as const;

export const queue: Scenario = {
  name: "queue",
  question: "what do 500 requests that wait for somebody cost them?",
  askers: 8,
  async run(stage) {
    const waiting = stage.quick ? SOME : MANY;
    const asked = new Map<Subject, string>();
    for (const subject of stage.subjects) asked.set(subject, await fill(subject, waiting));
    const rows = await play(stage, stage.quick ? 1 : 5, MEASURES, (subject) => looked(stage, subject));
    for (const [subject, requestId] of asked) await empty(subject, requestId, waiting);
    return rows;
  },
};

async function looked({ quick }: Stage, subject: Subject) {
  const { approvers, colleague } = subject;
  const approver = pick(approvers, 0);
  const read = async (person: Person, path: string) => {
    const reply = await subject.lane.call(person.token, "GET", path);
    expect(reply, 200);
    return reply.body;
  };
  const shown = quick ? SOME + 1 : PAGE;
  assert.equal((await read(approver, ME)).counts.toDecide, shown, "each is counted, up to 100");
  assert.equal((await read(colleague, ME)).counts.toDecide, 0);
  assert.equal((await read(approver, QUEUE)).items.length, shown);
  assert.equal((await read(colleague, QUEUE)).items.length, 0);
  const msOf = async (person: Person, path: string) => {
    const took: number[] = [];
    for (let at = 0; at < (quick ? 1 : 10); at++) {
      const start = performance.now();
      await read(person, path);
      took.push(performance.now() - start);
    }
    return median(took);
  };
  const [me, meNone] = [await msOf(approver, ME), await msOf(colleague, ME)];
  const idle = await listenToWaiting(subject, quick ? 300 : 1_000);
  return {
    me,
    meNone,
    meRatio: me / meNone,
    queue: await msOf(approver, QUEUE),
    queueNone: await msOf(colleague, QUEUE),
    meStatements: await statementsACall(subject, idle, 2, async () => void (await read(approver, ME))),
    queueStatements: await statementsACall(subject, idle, 2, async () => void (await read(approver, QUEUE))),
  };
}

async function fill(subject: Subject, count: number): Promise<string> {
  const requester = pick(subject.requesters, 0);
  const id = await ask(subject, subject.lane, requester);
  const words = new Map([
    [id, idSql(SEED)],
    [requester.id, turnSql(subject.requesters.map((one) => one.id))],
  ]);
  await copyRows(subject.cluster, { table: "access_request", id, count, words });
  await settle(subject.cluster);
  return id;
}

async function empty(subject: Subject, requestId: string, count: number): Promise<void> {
  await removeCopies(subject.cluster, "access_request", SEED, count);
  const { token } = pick(subject.requesters, 0);
  expect(await subject.lane.call(token, "POST", `/api/v1/access-requests/${requestId}/cancel`), 200);
}
