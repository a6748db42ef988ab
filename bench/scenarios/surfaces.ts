/** What an unmodified client of Azure's pays for its surface: the same asks and the same lists as natively, in turns. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { pick } from "../life.ts";
import { rate, type Scenario } from "../scenario.ts";
import { play, type Stage } from "../stage.ts";
import { expect, type Subject } from "../subject.ts";

const VERSION = "?api-version=2020-10-01";
const HOUR_MS = 3_600_000;

// The rate of the one over the rate of the other: above 1 Azure's surface is the faster.
const MEASURES = {
  ask: ["ask and cancel: Azure's surface, times as fast as native", "", "higher"],
  list: ["a page of 100 requests: Azure's surface, times as fast as native", "", "higher"],
} as const;

export const surfaces: Scenario = {
  name: "surfaces",
  question: "how close does an unmodified client of Azure's come to the native API?",
  askers: 8,
  async run(stage) {
    for (const subject of stage.subjects) {
      for (let made = 0; made < (stage.quick ? 4 : 50); made++) {
        await askNatively(subject);
        await askByArm(subject);
      }
    }
    return play(stage, stage.quick ? 1 : 5, MEASURES, (subject) => compared(stage, subject));
  },
};

async function compared({ quick }: Stage, subject: Subject) {
  const page = quick ? 8 : 100;
  const perSecond = async (work: (subject: Subject) => Promise<void>) =>
    (await rate(1, quick ? 200 : 2_000, () => work(subject))).perSecond;
  const [byArm, natively] = [await perSecond(askByArm), await perSecond(askNatively)];
  const listedByArm = await perSecond((one) => listByArm(one, page));
  const listedNatively = await perSecond((one) => listNatively(one, page));
  return { ask: byArm / natively, list: listedByArm / listedNatively };
}

const inAnHour = () => new Date(Date.now() + HOUR_MS).toISOString();

function call(subject: Subject, method: string, path: string, body?: unknown) {
  return subject.lane.call(pick(subject.requesters, 0).token, method, path, body);
}

async function askNatively(subject: Subject): Promise<void> {
  const made = await call(subject, "POST", "/api/v1/access-requests", {
    scope: subject.scope,
    roleDefinitionIds: [subject.role],
    duration: "PT30M",
    justification: "fix order 4711",
    startAt: inAnHour(),
  });
  expect(made, 201);
  expect(await call(subject, "POST", `/api/v1/access-requests/${made.body.id}/cancel`), 200);
}

async function askByArm(subject: Subject): Promise<void> {
  const path = `${requestsOf(subject)}/${randomUUID()}`;
  const made = await call(subject, "PUT", `${path}${VERSION}`, {
    properties: {
      principalId: pick(subject.requesters, 0).id,
      roleDefinitionId: subject.role,
      requestType: "SelfActivate",
      justification: "fix order 4711",
      scheduleInfo: {
        startDateTime: inAnHour(),
        expiration: { type: "AfterDuration", duration: "PT30M" },
      },
    },
  });
  expect(made, 201);
  expect(await call(subject, "POST", `${path}/cancel${VERSION}`), 200);
}

async function listNatively(subject: Subject, page: number): Promise<void> {
  const { status, body } = await call(subject, "GET", `/api/v1/access-requests?view=mine&limit=${page}`);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.items.length, page);
}

async function listByArm(subject: Subject, page: number): Promise<void> {
  const { status, body } = await call(subject, "GET", `${requestsOf(subject)}${VERSION}&$top=${page}`);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.value.length, page);
}

function requestsOf({ scope }: Subject): string {
  return `${scope}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests`;
}
