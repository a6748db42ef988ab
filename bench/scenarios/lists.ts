/** A page of a hundred, out of few and out of many. */
import assert from "node:assert/strict";
import { copyRows, idSql, settle, turnSql } from "../bulk.ts";
import { type Heard, listenToWaiting, statementsACall } from "../counting.ts";
import { live, pick } from "../life.ts";
import { median, type Row, type Scenario } from "../scenario.ts";
import { type Measure, play, type Stage } from "../stage.ts";
import { expect, type Subject } from "../subject.ts";

export const lists: Scenario = {
  name: "lists",
  question: "what does a page of 100 cost, and does it matter how many rows there are?",
  askers: 8,
  async run(stage) {
    const rows: Row[] = [];
    let before = 0;
    for (const size of stage.quick ? [30, 60] : [1_000, 100_000]) {
      for (const subject of stage.subjects) await fill(subject, `to ${size}`, size - before);
      before = size;
      rows.push(...(await pages(stage, size)));
    }
    return rows;
  },
};

async function pages(stage: Stage, size: number): Promise<Row[]> {
  const page = stage.quick ? 20 : 100;
  const at = `out of ${size.toLocaleString("en")}`;
  const measures: Record<string, Measure> = {
    requestStatements: [`statements of a page of ${page} requests, ${at}`, "", "lower"],
    requestMs: [`a page of ${page} requests, ${at}`, "ms", "lower"],
    grantStatements: [`statements of a page of ${page} grants, ${at}`, "", "lower"],
    grantMs: [`a page of ${page} grants, ${at}`, "ms", "lower"],
  };
  return play(stage, stage.quick ? 1 : 3, measures, async (subject) => {
    const idle = await listenToWaiting(subject, stage.quick ? 300 : 1_000);
    return {
      ...(await pageOf(stage, subject, idle, {
        what: "request",
        path: `/access-requests?view=all&limit=${page}`,
      })),
      ...(await pageOf(stage, subject, idle, { what: "grant", path: `/grants?view=all&limit=${page}` })),
    };
  });
}

interface PageAsked {
  readonly what: string;
  readonly path: string;
}

async function pageOf({ quick }: Stage, subject: Subject, idle: Heard, { what, path }: PageAsked) {
  const read = async () => {
    const { administrator, lane } = subject;
    const reply = await lane.call(administrator.token, "GET", `/api/v1${path}`);
    expect(reply, 200);
    assert.equal(String(reply.body.items.length), path.split("limit=")[1]);
  };
  const took: number[] = [];
  for (let at = 0; at < (quick ? 2 : 20); at++) {
    const start = performance.now();
    await read();
    took.push(performance.now() - start);
  }
  return {
    [`${what}Statements`]: await statementsACall(subject, idle, 3, read),
    [`${what}Ms`]: median(took),
  };
}

/** Lives of all the people that have ended, a second apart. */
async function fill(subject: Subject, seed: string, count: number): Promise<void> {
  const requester = pick(subject.requesters, 0);
  const cast = { requester, approver: pick(subject.approvers, 0) };
  const { requestId, grantId } = await live(subject, subject.lane, cast);
  const read = async (path: string) => {
    const reply = await subject.lane.call(requester.token, "GET", `/api/v1/${path}`);
    expect(reply, 200);
    return reply.body;
  };
  const { createdAt } = await read(`access-requests/${requestId}`);
  const { startsAt, endsAt } = await read(`grants/${grantId}`);
  const earlier = (at: string): [number, string] => {
    return [Date.parse(at), `${Date.parse(at)}::bigint - n::bigint * 1000`];
  };
  const copies = {
    count,
    words: new Map([
      [requestId, idSql(`${seed} request`)],
      [grantId, idSql(`${seed} grant`)],
      [requester.id, turnSql(subject.requesters.map(({ id }) => id))],
    ]),
    instants: new Map([createdAt, startsAt, endsAt].map(earlier)),
  };
  await copyRows(subject.cluster, { table: "access_request", id: requestId, ...copies });
  await copyRows(subject.cluster, { table: "access_grant", id: grantId, ...copies });
  await settle(subject.cluster);
}
