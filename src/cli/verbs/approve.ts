/** `approve` and `deny`: one approver's decision, which may narrow what was asked. */
import type { Client } from "../../client/client.ts";
import type { AccessRequest } from "../../client/types.ts";
import type { Given } from "../arguments.ts";
import { EXIT, usage } from "../exit.ts";
import { shortId } from "../find/pick.ts";
import { findRequest, placeOf, roleAsked, rolesOf } from "../find/requests.ts";
import { describeIso } from "../text/duration.ts";
import { momentWithUtc } from "../text/moment.ts";
import { durationIn, momentIn } from "../values.ts";
import type { Context, Run } from "../verb.ts";

export const approve: Run = async (context, given) => {
  const before = await findToDecide(context, given);
  const client = await context.client();
  const terms = termsIn(given, before, client.now());
  const after = await decide(client, given, before, { decision: "approve", terms });
  context.screen.json(after);
  context.screen.result(outcome(after, client.now()));
  return EXIT.done;
};

export const deny: Run = async (context, given) => {
  const before = await findToDecide(context, given);
  const client = await context.client();
  const after = await decide(client, given, before, { decision: "deny", terms: undefined });
  context.screen.json(after);
  context.screen.result(
    `Denied: ${what(after)}, asked by ${after.requester.displayName}. Request ${shortId(after.id)}.`,
  );
  return EXIT.done;
};

function findToDecide(context: Context, given: Given): Promise<AccessRequest> {
  return findRequest(context, given, {
    views: ["toDecide", "mine", "decided", "all"],
    what: "request for you to decide",
  });
}

type Terms = {
  duration: string | undefined;
  startAt: string | undefined;
  roleDefinitionIds: string[] | undefined;
};

interface Answer {
  readonly decision: "approve" | "deny";
  readonly terms: Terms | undefined;
}

/** Made on the version that was looked at: a request that changed meanwhile is not decided unseen. */
function decide(
  client: Client,
  given: Given,
  { id, version }: AccessRequest,
  { decision, terms }: Answer,
): Promise<AccessRequest> {
  return client.call("decideAccessRequest", {
    path: { id },
    headers: { "if-match": `"${version}"` },
    body: { decision, justification: given.text("because") ?? undefined, terms },
  });
}

function termsIn(given: Given, before: AccessRequest, now: number): Terms | undefined {
  const kept = given.list("role").map((text) => roleAsked(before, text));
  if (new Set(kept).size !== kept.length) throw usage("name each role once");
  const terms = {
    duration: durationIn(given, "for"),
    startAt: momentIn(given, "start", now),
    roleDefinitionIds: kept.length === 0 ? undefined : kept,
  };
  return Object.values(terms).every((term) => term === undefined) ? undefined : terms;
}

function outcome(after: AccessRequest, now: number): string {
  const { state, asked, terms, requester, proposal, stages, decisions, id } = after;
  const request = `Request ${shortId(id)}.`;
  if (state === "approved") {
    const less = asked.duration === terms.duration ? "" : ` (${describeIso(asked.duration)} asked)`;
    return `Approved: ${what(after)}${less}, for ${requester.displayName}. ${request}`;
  }
  if (proposal !== null) {
    const from =
      proposal.terms.startAt === null
        ? ""
        : `, from ${momentWithUtc(Date.parse(proposal.terms.startAt), now)}`;
    return `Offered: ${describeIso(proposal.terms.duration)}${from}; it waits for ${requester.displayName} to accept. ${request}`;
  }
  const stage = stages[decisions.at(-1)?.stage ?? 0];
  const count = stage === undefined ? "" : `, ${stage.approved} of ${stage.required} in its stage`;
  return `Your approval counts${count}; the request is still pending. ${request}`;
}

function what(request: AccessRequest): string {
  return `${rolesOf(request)} on ${placeOf(request)} for ${describeIso(request.terms.duration)}`;
}
