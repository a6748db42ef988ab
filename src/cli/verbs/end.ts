/** `deactivate`, `revoke`, `review`, `extend`: what can be done with a grant before its end, and after an emergency. */
import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "../../client/client.ts";
import type { Grant } from "../../client/types.ts";
import type { Given } from "../arguments.ts";
import { EXIT, usage } from "../exit.ts";
import { describeGrant, findGrant } from "../find/grants.ts";
import { shortId } from "../find/pick.ts";
import { placeOf } from "../find/requests.ts";
import { readable } from "../text/readable.ts";
import { durationIn, millisecondsIn, oneOf, ticketIn } from "../values.ts";
import type { Context, Run } from "../verb.ts";
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
  return sayEnded(context, after, "Given back: ");
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
  return sayEnded(context, after, `Revoked: ${after.beneficiary.displayName}'s `);
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

/**
 * Curfew says no at once. That its targets do as well is said when they were seen to, and otherwise that they were not,
 * as a fault: whoever ends access in a hurry must not take it to be gone.
 */
async function sayEnded(context: Context, after: Grant, whose: string): Promise<number> {
  const { screen } = context;
  const client = await context.client();
  const grant = await untilSeen(client, after);
  screen.json(grant);
  const what = `${whose}${grant.roleName} on ${placeOf(grant)}`;
  const id = `Grant ${shortId(grant.id)}.`;
  const { unconfirmed } = grant;
  if (unconfirmed?.of !== "end") {
    screen.result(`${what} is over. ${id}`);
    return EXIT.done;
  }
  screen.result(`${what} is not live any more, but ${readable(unconfirmed.sentence, client.now())}. ${id}`);
  return EXIT.fault;
}

const SEEN_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 150;

/** Until it was seen to be gone, or an attempt to take it away failed. */
export async function untilSeen(client: Client, after: Grant): Promise<Grant> {
  const deadline = Date.now() + SEEN_WITHIN_MS;
  let grant = after;
  while (grant.unconfirmed?.of === "end" && grant.unconfirmed.reason === null && Date.now() < deadline) {
    await pause(LOOK_EVERY_MS);
    grant = await client.call("readGrant", { path: { id: grant.id } });
  }
  return grant;
}
