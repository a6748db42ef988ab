/** `deactivate`, `revoke`, `review`, `extend`: what can be done with a grant before its end, and after an emergency. */
import type { Grant } from "../../client/types.ts";
import type { Given } from "../arguments.ts";
import { EXIT, usage } from "../exit.ts";
import { describeGrant, findGrant } from "../find/grants.ts";
import { shortId } from "../find/pick.ts";
import { placeOf } from "../find/requests.ts";
import { durationIn, millisecondsIn, oneOf, ticketIn } from "../values.ts";
import type { Run } from "../verb.ts";
import { follow } from "./request.ts";

/** What is being taken out of its target is over. */
const canEnd = ({ kind, state }: Grant) => kind === "activation" && state !== "deprovisioning";
const isLive = ({ kind, liveness }: Grant) => kind === "activation" && liveness === "live";

export const deactivate: Run = async (context, given) => {
  const client = await context.client();
  const grant = await findGrant(context, given, {
    view: "mine",
    fits: canEnd,
    what: "access of yours to give back",
  });
  const after = await client.call("deactivateGrant", { path: { id: grant.id } });
  context.screen.json(after);
  context.screen.result(`Given back: ${ended(after)}`);
  return EXIT.done;
};

export const revoke: Run = async (context, given) => {
  const client = await context.client();
  const grant = await findGrant(context, given, {
    view: "all",
    fits: canEnd,
    what: "access to revoke",
  });
  const body = { justification: given.text("because") ?? undefined };
  const after = await client.call("revokeGrant", { path: { id: grant.id }, body });
  context.screen.json(after);
  context.screen.result(`Revoked: ${after.beneficiary.displayName}'s ${ended(after)}`);
  return EXIT.done;
};

export const review: Run = async (context, given) => {
  const outcome = oneOf(given, "outcome", ["justified", "unjustified"]);
  if (outcome === undefined) throw usage("say how it was, with --outcome justified or --outcome unjustified");
  const justification = needed(given, "because");
  const client = await context.client();
  const grant = await findGrant(context, given, {
    view: "toReview",
    ended: true,
    fits: () => true,
    what: "emergency use without a review",
  });
  const after = await client.call("reviewGrant", {
    path: { id: grant.id },
    body: { outcome, justification },
  });
  context.screen.json(after);
  context.screen.result(`Reviewed as ${outcome}: ${describeGrant(after)}. Grant ${shortId(after.id)}.`);
  return EXIT.done;
};

export const extend: Run = async (context, given) => {
  const timeoutMs = millisecondsIn(given, "timeout");
  const body = {
    duration: durationIn(given, "for"),
    justification: given.text("because") ?? undefined,
    ticket: ticketIn(given),
  };
  const client = await context.client();
  const grant = await findGrant(context, given, {
    view: "mine",
    fits: isLive,
    what: "live access of yours",
  });
  const sent = await client.call("extendGrant", { path: { id: grant.id }, body });
  return follow(context, sent, { wait: given.has("wait"), timeoutMs });
};

function needed(given: Given, flag: string): string {
  const text = given.text(flag);
  if (text === null) throw usage(`say why, with --${flag} TEXT`);
  return text;
}

function ended(grant: Grant): string {
  const closing = grant.state === "deprovisioning" ? "; it is being taken out of its target" : "";
  return `${grant.roleName} on ${placeOf(grant)} is over${closing}. Grant ${shortId(grant.id)}.`;
}
