/** Whether somebody's past slows their present: a life after 5,000 others, beside a life of somebody new. */
import { copyRows, idSql, settle } from "../bulk.ts";
import { live, pick } from "../life.ts";
import { median, type Scenario } from "../scenario.ts";
import { play } from "../stage.ts";
import { expect, type Person, type Subject } from "../subject.ts";

const MINUTE_MS = 60_000;

const MEASURES = {
  new: ["a life of somebody new", "ms", "lower"],
  past: ["a life of somebody with a past", "ms", "lower"],
  ratio: ["with a past / new", "", "lower"],
} as const;

export const past: Scenario = {
  name: "past",
  question: "what does a life cost somebody with 5,000 past lives?",
  askers: 8,
  async run({ quick, subjects, ...stage }) {
    const [count, lives] = quick ? [50, 2] : [5_000, 30];
    for (const subject of subjects) await giveAPast(subject, pick(subject.requesters, 0), count);
    return play({ quick, subjects, ...stage }, quick ? 1 : 5, MEASURES, async (subject) => {
      const msOf = { new: [] as number[], past: [] as number[] };
      const approver = pick(subject.approvers, 0);
      for (let at = 0; at < lives; at++) {
        // Both are eligible by themselves, not through a group.
        for (const [who, index] of [
          ["past", 0],
          ["new", 2],
        ] as const) {
          const cast = { requester: pick(subject.requesters, index), approver };
          msOf[who].push((await live(subject, subject.lane, cast)).ms);
        }
      }
      const [fresh, old] = [median(msOf.new), median(msOf.past)];
      return { new: fresh, past: old, ratio: old / fresh };
    });
  },
};

/** Requests and grants that have ended, a minute apart. Their entries in the log are left out: the log is a chain. */
async function giveAPast(subject: Subject, person: Person, count: number): Promise<void> {
  const { requestId, grantId } = await live(subject, subject.lane, {
    requester: person,
    approver: pick(subject.approvers, 0),
  });
  const words = new Map([
    [requestId, idSql("past request")],
    [grantId, idSql("past grant")],
  ]);
  const read = async (path: string) => {
    const reply = await subject.lane.call(person.token, "GET", `/api/v1${path}`);
    expect(reply, 200);
    return reply.body;
  };
  const [request, grant] = [await read(`/access-requests/${requestId}`), await read(`/grants/${grantId}`)];
  const moments = [request.createdAt, request.stateAt, grant.startsAt, grant.endsAt].map(Date.parse);
  const instants = new Map(moments.map((at) => [at, `${at}::bigint - n::bigint * ${MINUTE_MS}`]));
  await copyRows(subject.cluster, { table: "access_request", id: requestId, count, words, instants });
  await copyRows(subject.cluster, { table: "access_grant", id: grantId, count, words, instants });
  await settle(subject.cluster);
}
