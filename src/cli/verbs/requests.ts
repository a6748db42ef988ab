/** `requests`: one's own, those to decide, or everybody's; with an id, everything about one. */
import type { Client } from "../../client/client.ts";
import type { AccessRequest } from "../../client/types.ts";
import { REQUEST_STATES } from "../choices.ts";
import { EXIT, usage } from "../exit.ts";
import { latestGrants } from "../find/grants.ts";
import { shortId } from "../find/pick.ts";
import { findRequest, listRequests, placeOf, rolesOf, stateOf, type View, whyOf } from "../find/requests.ts";
import { narrate } from "../narrate.ts";
import { describeIso } from "../text/duration.ts";
import { moment, momentWithUtc } from "../text/moment.ts";
import { readable } from "../text/readable.ts";
import type { Column } from "../text/table.ts";
import { oneOf } from "../values.ts";
import type { Context, Run } from "../verb.ts";

const SHOWN = 200;

export const requests: Run = async (context, given) => {
  const state = oneOf(given, "state", REQUEST_STATES);
  const view = viewOf(["to-decide", "decided", "all"].filter((flag) => given.has(flag)));
  const client = await context.client();
  if (given.words.length > 0 || given.has("last")) {
    const views: View[] = given.has("last") ? [view] : ["mine", "toDecide", "decided", "all"];
    const found = await findRequest(context, given, { views, what: "request", newest: true });
    return showOne(context, found, client.now());
  }
  const found = await listRequests(client, { view, state }, SHOWN);
  context.screen.json(found);
  if (found.length === 0)
    context.screen.progress(view === "toDecide" ? "Nothing waits for you." : "There is no request.");
  else context.screen.table(...(view === "toDecide" ? toDecide : listed)(found, client.now()));
  for (const { id, became } of found)
    if (became?.unconfirmed != null)
      context.screen.result(`${shortId(id)}: ${readable(became.unconfirmed, client.now())}`);
  if (found.length === SHOWN) context.screen.progress(`The newest ${SHOWN}.`);
  if (view === "toDecide") await mentionReviews(context, client);
  return EXIT.done;
};

function viewOf(flags: readonly string[]): View {
  const [flag, ...more] = flags;
  if (more.length > 0) throw usage("give one of --to-decide, --decided and --all");
  return flag === "to-decide" ? "toDecide" : flag === "decided" ? "decided" : flag === "all" ? "all" : "mine";
}

type Table = readonly [readonly Column[], readonly (readonly string[])[]];

function listed(found: readonly AccessRequest[], now: number): Table {
  const columns = ["ASKED", "WHO", "ROLE", "ON", "FOR", "STATE", "ID"];
  const rows = found.map((request) => [
    moment(Date.parse(request.createdAt), now),
    whoOf(request),
    rolesOf(request),
    placeOf(request),
    describeIso(request.terms.duration),
    `${stateOf(request)}${request.decideBy === null ? "" : ` until ${decideByOf(request, now)}`}${request.emergency ? ", emergency" : ""}`,
    shortId(request.id),
  ]);
  return [columns.map((title) => ({ title })), rows];
}

/** What a decision goes by: who wants what, for how long, and why. */
function toDecide(found: readonly AccessRequest[], now: number): Table {
  const columns = ["WHO", "ROLE", "ON", "FOR", "WHY", "DECIDE BY", "ID"];
  const rows = found.map((request) => [
    whoOf(request),
    rolesOf(request),
    placeOf(request),
    describeIso(request.terms.duration),
    whyOf(request) || "-",
    decideByOf(request, now),
    shortId(request.id),
  ]);
  return [columns.map((title) => ({ title })), rows];
}

function whoOf({ requester, beneficiary }: AccessRequest): string {
  const whom = beneficiary.objectId === requester.objectId ? "" : `, for ${beneficiary.displayName}`;
  return `${requester.displayName} (${requester.tenantName})${whom}`;
}

function decideByOf({ decideBy }: AccessRequest, now: number): string {
  return decideBy === null ? "-" : moment(Date.parse(decideBy), now);
}

/** What was opened without a decision waits for the same people. */
async function mentionReviews({ screen, self }: Context, client: Client): Promise<void> {
  if (screen.wantsJson) return;
  const { length } = await latestGrants(client, "toReview", SHOWN);
  if (length > 0)
    screen.progress(
      `${length} emergency use${length === 1 ? " waits" : "s wait"} for your review: ${self} grants --to-review`,
    );
}

async function showOne(
  { screen, self, client }: Context,
  request: AccessRequest,
  now: number,
): Promise<number> {
  screen.json(request);
  const { requester, beneficiary, asked, terms, justification, ticket, operation, createdAt } = request;
  const rows: (readonly [string, string | null])[] = [
    ["Request", `${request.id}, ${stateOf(request)}`],
    ["Asks for", `${rolesOf(request)} on ${placeOf(request)} for ${describeIso(terms.duration)}`],
    ["Asked for", asked.duration === terms.duration ? null : describeIso(asked.duration)],
    ["By", `${requester.displayName} (${requester.tenantName})`],
    ["For", beneficiary.objectId === requester.objectId ? null : beneficiary.displayName],
    ["Sent", momentWithUtc(Date.parse(createdAt), now)],
    ["Starts", terms.startAt === null ? null : momentWithUtc(Date.parse(terms.startAt), now)],
    ["Because", justification],
    ["Ticket", ticket === null ? null : `${ticket.system} ${ticket.number}`],
    [
      "Purpose",
      operation === null
        ? null
        : [operation.purpose, operation.plan].filter((part) => part !== null).join(": "),
    ],
    ["Decide by", request.decideBy === null ? null : momentWithUtc(Date.parse(request.decideBy), now)],
    ...request.stages.map(({ approvers, approved, required }): [string, string] => [
      "Decided by",
      `${approvers.tenantName}, ${approved} of ${required} (${approvers.names.join(", ") || `${approvers.count} approvers`})`,
    ]),
  ];
  screen.pairs(rows.filter((row): row is readonly [string, string] => row[1] !== null));
  const api = await client();
  const { talk } = await api.call("readRequestContext", { path: { id: request.id } });
  for (const { at, by, text } of talk.said)
    screen.result(
      `  ${moment(Date.parse(at), now)}  ${by}${text === null ? " reminded whoever can decide" : `: ${text}`}`,
    );
  const grants = await Promise.all(request.grantIds.map((id) => api.call("readGrant", { path: { id } })));
  for (const step of narrate({ request, grants }, now, self))
    screen.result(`  ${moment(step.at, now)}  ${step.text}`);
  return EXIT.done;
}
