import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiProblem } from "../../../src/client/problem.ts";
import { alreadyDone } from "./already.ts";
import type { Answer, Input, OperationId } from "./api.ts";
import { isolatedIn } from "./isolated.ts";
import { Unreachable } from "./passing.ts";

const TERMS = { duration: "PT1H", startAt: null, roleDefinitionIds: ["reader"] };
const refused = (code: string) => new ApiProblem(409, { code, detail: code });

/** A server that answers just so, in the way in which answers reach the pages. */
function answering(answers: Partial<Record<OperationId, unknown>>) {
  return async <O extends OperationId>(operation: O) => isolatedIn(answers[operation]) as Answer<O>;
}

function decided(justification: string | null) {
  const decision = { by: { objectId: "carol" }, decision: "approve", justification, terms: TERMS };
  return answering({
    readAccessRequest: { id: "r", version: 7, decisions: [decision] },
    readMe: { principal: { objectId: "carol" } },
  });
}

const approval = (justification?: string): Input<"decideAccessRequest"> => ({
  path: { id: "r" },
  body: { decision: "approve", ...(justification === undefined ? {} : { justification }) },
});

test("a decision whose answer was lost is found again, with none and with whatever reason, in any writing", async () => {
  const problem = refused("already_decided");
  for (const reason of ["order 4711", "צריך לבדוק", "see דוד's note"])
    assert.ok(
      await alreadyDone("decideAccessRequest", approval(reason), problem, decided(reason)),
      `${reason} is another`,
    );
  assert.ok(await alreadyDone("decideAccessRequest", approval(), problem, decided(null)));
  const other = await alreadyDone("decideAccessRequest", approval("another"), problem, decided("order 4711"));
  assert.equal(other, null);
});

test("what was sent and not answered counts as done where it is so, and is the failure that it was where it is not", async () => {
  const lost = new Unreachable({});
  const sent = approval("order 4711");
  assert.ok(await alreadyDone("decideAccessRequest", sent, lost, decided("order 4711")));
  const onFirstStage = { ...sent, headers: { "if-match": '"7"' } };
  assert.equal(
    await alreadyDone("decideAccessRequest", onFirstStage, lost, decided("order 4711")),
    null,
    "the same words of an earlier stage",
  );
  const put = { path: { kind: "Tier", name: "own" }, body: { spec: {} } } as const;
  const plan = (action: string) => answering({ putConfiguration: { changes: [{ action }] } });
  assert.ok(await alreadyDone("putConfiguration", put, lost, plan("unchanged")));
  assert.equal(await alreadyDone("putConfiguration", put, lost, plan("update")), null);
  const silent = () => Promise.reject(lost);
  assert.equal(await alreadyDone("putConfiguration", put, lost, silent), null);
  const refusal = refused("invalid_input");
  assert.equal(await alreadyDone("putConfiguration", put, refusal, plan("unchanged")), null);
});

test("a review is found again the same way", async () => {
  const review = { outcome: "justified", justification: "הכל בסדר" } as const;
  const call = answering({ readGrant: { id: "g", review } });
  const send = (body: Input<"reviewGrant">["body"]) =>
    alreadyDone("reviewGrant", { path: { id: "g" }, body }, refused("already_reviewed"), call);
  assert.ok(await send(review));
  assert.equal(await send({ ...review, outcome: "unjustified" }), null);
});
