/** `deactivate`, `revoke`, `review`, `extend`: what can be done with a grant before its end, and after an emergency. */
import type { Grant } from "../../client/types.ts";
import type { Given } from "../arguments.ts";
import { EXIT, usage } from "../exit.ts";
import { describeGrant, findGrant } from "../find/grants.ts";
import { shortId } from "../find/pick.ts";
import { placeOf } from "../find/requests.ts";
import { durationIn, millisecondsIn, oneOf, ticketIn } from "../values.ts";
import type { Verb } from "../verb.ts";
import { follow, WAIT_FLAGS } from "./request.ts";

const isActivation = ({ kind }: Grant) => kind === "activation";
const isLive = (grant: Grant) => isActivation(grant) && grant.liveness === "live";

export const deactivate: Verb = {
  name: "deactivate",
  summary: "give access back before its end",
  form: "ID | --last",
  flags: { last: { type: "switch", help: "your newest that is not over" } },
  words: [0, 1],
  async run(context, given) {
    const client = await context.client();
    const grant = await findGrant(client, given, {
      view: "mine",
      fits: isActivation,
      what: "access of yours to give back",
    });
    const after = await client.call("deactivateGrant", { path: { id: grant.id } });
    context.screen.json(after);
    context.screen.result(`Given back: ${ended(after)}`);
    return EXIT.done;
  },
};

export const revoke: Verb = {
  name: "revoke",
  summary: "end somebody's access now",
  form: "ID | --last [--because TEXT]",
  flags: {
    last: { type: "switch", help: "the newest that is not over" },
    because: { type: "text", value: "TEXT", help: "the justification" },
  },
  words: [0, 1],
  async run(context, given) {
    const client = await context.client();
    const grant = await findGrant(client, given, {
      view: "all",
      fits: isActivation,
      what: "access to revoke",
    });
    const body = { justification: given.text("because") ?? undefined };
    const after = await client.call("revokeGrant", { path: { id: grant.id }, body });
    context.screen.json(after);
    context.screen.result(`Revoked: ${after.beneficiary.displayName}'s ${ended(after)}`);
    return EXIT.done;
  },
};

export const review: Verb = {
  name: "review",
  summary: "judge an emergency use afterwards, as an approver",
  form: "ID | --last --outcome justified|unjustified --because TEXT",
  flags: {
    last: { type: "switch", help: "the newest emergency use without a review" },
    outcome: { type: "text", value: "OUTCOME", help: "justified or unjustified" },
    because: { type: "text", value: "TEXT", help: "the justification" },
  },
  words: [0, 1],
  async run(context, given) {
    const outcome = oneOf(given, "outcome", ["justified", "unjustified"]);
    if (outcome === undefined)
      throw usage("say how it was, with --outcome justified or --outcome unjustified");
    const justification = needed(given, "because");
    const client = await context.client();
    const grant = await findGrant(client, given, {
      view: "all",
      ended: true,
      fits: (one) => one.emergency && one.review === null,
      what: "emergency use without a review",
    });
    const after = await client.call("reviewGrant", {
      path: { id: grant.id },
      body: { outcome, justification },
    });
    context.screen.json(after);
    context.screen.result(`Reviewed as ${outcome}: ${describeGrant(after)}. Grant ${shortId(after.id)}.`);
    return EXIT.done;
  },
};

export const extend: Verb = {
  name: "extend",
  summary: "ask for more time on live access",
  form: "ID | --last --for DURATION [--because TEXT] [--wait]",
  flags: {
    last: { type: "switch", help: "your newest that is live" },
    for: { type: "text", value: "DURATION", help: "how long from the decision on" },
    because: { type: "text", value: "TEXT", help: "the justification" },
    ticket: { type: "text", value: "SYSTEM:NUMBER", help: "the ticket this is for" },
    ...WAIT_FLAGS,
  },
  words: [0, 1],
  async run(context, given) {
    const timeoutMs = millisecondsIn(given, "timeout");
    const body = {
      duration: durationIn(given, "for"),
      justification: given.text("because") ?? undefined,
      ticket: ticketIn(given),
    };
    const client = await context.client();
    const grant = await findGrant(client, given, {
      view: "mine",
      fits: isLive,
      what: "live access of yours",
    });
    const sent = await client.call("extendGrant", { path: { id: grant.id }, body });
    return follow(context, sent, given.has("wait"), timeoutMs);
  },
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
