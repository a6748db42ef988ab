/** What Azure's surface costs above the native one: the same asks and the same lists, through the same server, in turns. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { type Cast, openCast } from "../../test/golden/cast.ts";
import { learnIds, places } from "../../test/golden/operations.ts";
import { range, rate, type Scenario } from "../scenario.ts";

const CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c";
const VERSION = "?api-version=2020-10-01";
const LISTED = 200;

export const surfaces: Scenario = {
  name: "surfaces",
  question: "how close does an unmodified client of Azure's come to the native API?",
  async run({ quick }) {
    const cast = await openCast();
    try {
      await learnIds(cast);
      await fill(cast, quick ? 20 : LISTED);
      const rounds = quick ? 1 : 5;
      const roundMs = quick ? 300 : 2_000;
      const asks: number[] = [];
      const lists: number[] = [];
      for (let round = 0; round < rounds; round++) {
        asks.push(
          await compared(
            roundMs,
            () => askByArm(cast),
            () => askNatively(cast),
          ),
        );
        lists.push(
          await compared(
            roundMs,
            () => listByArm(cast),
            () => listNatively(cast),
          ),
        );
      }
      return [
        { measure: "ask and cancel, Azure's surface / native", value: range(asks, 2), aim: "≥ 0.50" },
        {
          measure: "a page of 100 requests, Azure's surface / native",
          value: range(lists, 2),
          aim: "≥ 0.50",
        },
      ];
    } finally {
      await cast.close();
    }
  },
};

async function compared(
  roundMs: number,
  one: () => Promise<void>,
  other: () => Promise<void>,
): Promise<number> {
  const first = await rate(1, roundMs, one);
  return first / (await rate(1, roundMs, other));
}

const minutes = (from: Cast, count: number) =>
  new Date(from.system.deps.clock.now() + count * 60_000).toISOString();

/** Requests that are over, one after the other. */
async function fill(cast: Cast, count: number): Promise<void> {
  for (let made = 0; made < count; made++) await askNatively(cast);
}

async function askNatively(cast: Cast): Promise<void> {
  const made = await cast.call("requester", "POST", "/access-requests", {
    scope: places(cast).ledger,
    roleDefinitionIds: [CONTRIBUTOR],
    duration: "PT30M",
    justification: "fix order 4711",
    startAt: minutes(cast, 60),
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const canceled = await cast.call("requester", "POST", `/access-requests/${made.body.id}/cancel`);
  assert.equal(canceled.status, 200);
}

async function askByArm(cast: Cast): Promise<void> {
  const path = `${places(cast).ledger}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests/${randomUUID()}`;
  const made = await cast.at("requester", "PUT", `${path}${VERSION}`, {
    properties: {
      principalId: cast.caller("requester").ref.objectId,
      roleDefinitionId: CONTRIBUTOR,
      requestType: "SelfActivate",
      justification: "fix order 4711",
      scheduleInfo: {
        startDateTime: minutes(cast, 60),
        expiration: { type: "AfterDuration", duration: "PT30M" },
      },
    },
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  assert.equal((await cast.at("requester", "POST", `${path}/cancel${VERSION}`)).status, 200);
}

async function listNatively(cast: Cast): Promise<void> {
  const { status, body } = await cast.call("requester", "GET", "/access-requests?view=mine&limit=100");
  assert.equal(status, 200, JSON.stringify(body));
}

async function listByArm(cast: Cast): Promise<void> {
  const path = `${places(cast).ledger}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests`;
  const { status, body } = await cast.at("requester", "GET", `${path}${VERSION}&$top=100`);
  assert.equal(status, 200, JSON.stringify(body));
}
