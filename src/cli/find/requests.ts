/** Access requests by the beginning of their id, or the newest that fits. */
import { becameWords } from "../../client/asked.ts";
import { allOf, type Client, type Input } from "../../client/client.ts";
import { ApiProblem } from "../../client/problem.ts";
import type { AccessRequest } from "../../client/types.ts";
import type { Given } from "../arguments.ts";
import { usage } from "../exit.ts";
import { describeIso } from "../text/duration.ts";
import type { Context } from "../verb.ts";
import { isAmong, isGuid, isIdStart, pick, pickLast } from "./pick.ts";
import { requestsToldOf } from "./told.ts";

const MAX_LOOKED_AT = 2_000;

type Query = NonNullable<Input<"listAccessRequests">["query"]>;
export type View = NonNullable<Query["view"]>;

/** Newest first. */
export async function listRequests(
  client: Client,
  query: Query,
  most = MAX_LOOKED_AT,
): Promise<AccessRequest[]> {
  const found: AccessRequest[] = [];
  for await (const request of allOf((page) =>
    client.call("listAccessRequests", { query: { ...query, ...page } }),
  )) {
    found.push(request);
    if (found.length === most) break;
  }
  return found;
}

export interface WantedRequest {
  /** Where an id is looked for; the first is what `--last` looks at. */
  readonly views: readonly View[];
  readonly state?: "pending";
  readonly fits?: (request: AccessRequest) => boolean;
  /** What `--last` looks for, in words. */
  readonly what: string;
  /** `--last` only shows: the newest of several is as good as any. */
  readonly newest?: boolean;
}

/** By id in any of the views or among what one was told of, or `--last`: the one that fits. */
export async function findRequest(
  { client: open, screen }: Pick<Context, "client" | "screen">,
  given: Given,
  wanted: WantedRequest,
): Promise<AccessRequest> {
  const [text] = given.words;
  if ((text === undefined) !== given.has("last")) throw usage("name a request by its id, or say --last");
  const client = await open();
  if (text !== undefined) return requestMeant(client, text, wanted.views);
  const [first = "mine"] = wanted.views;
  const items = await listRequests(client, { view: first, state: wanted.state });
  const fitting = items.filter(wanted.fits ?? (() => true));
  const list = first === "toDecide" ? "curfew requests --to-decide" : "curfew requests";
  return pickLast(screen, choice(wanted.newest ? fitting.slice(0, 1) : fitting, wanted.what, list));
}

/** By its id or the beginning of it, in any of the views or among what one was told of. */
export async function requestMeant(
  client: Client,
  text: string,
  views: readonly View[],
): Promise<AccessRequest> {
  if (isGuid(text)) return client.call("readAccessRequest", { path: { id: text } });
  const known = new Map<string, AccessRequest>();
  for (const view of views) for (const item of await visible(client, view)) known.set(item.id, item);
  const listed = choice([...known.values()], "request", "curfew requests --all");
  if (!isIdStart(text) || isAmong(text, listed)) return pick(text, listed);
  const told = await requestsToldOf(client, text);
  return pick(text, { ...listed, items: [...listed.items, ...told], otherIds: ({ grantIds }) => grantIds });
}

function choice(items: readonly AccessRequest[], what: string, list: string) {
  return { what, items, list, id: ({ id }: AccessRequest) => id, label: describeRequest };
}

/** In a line, with what somebody who decides about it goes by. */
export function describeRequest(request: AccessRequest): string {
  const { requester, terms } = request;
  const why = request.state === "pending" ? whyOf(request) : "";
  return `${rolesOf(request)} on ${placeOf(request)} for ${describeIso(terms.duration)} (${requester.displayName}, ${stateOf(request)})${why === "" ? "" : `: ${why}`}`;
}

/** The justification and the ticket, as far as they were given. */
export function whyOf({ justification, ticket }: Pick<AccessRequest, "justification" | "ticket">): string {
  const number = ticket === null ? "" : `${ticket.system}:${ticket.number}`;
  const said = justification?.trim() ?? "";
  return said === "" || number === "" ? said || number : `${said} (${number})`;
}

export function stateOf(request: Pick<AccessRequest, "state" | "became" | "extendsGrantId">): string {
  const { state, became } = request;
  if (state === "timedOut") return "timed out";
  return became === null ? state : `${state}, ${becameWords(became, request, describeIso)}`;
}

/** The names of the roles that are still part of the terms. */
export function rolesOf({ roles, terms }: AccessRequest): string {
  const kept = roles.filter(({ id }) => terms.roleDefinitionIds.includes(id));
  return kept.map(({ name }) => name).join(", ");
}

export function placeOf({ ownerName, scopeName }: { ownerName: string; scopeName: string }): string {
  return `${ownerName}/${scopeName}`;
}

/** `all` is for those who answer for a tenant; for everybody else it holds nothing. */
async function visible(client: Client, view: View): Promise<AccessRequest[]> {
  try {
    return await listRequests(client, { view });
  } catch (error) {
    if (error instanceof ApiProblem && error.code === "forbidden") return [];
    throw error;
  }
}

/** The id of a role that is part of a request, by what is typed for it. */
export function roleAsked({ roles }: AccessRequest, text: string): string {
  return pick(text, {
    what: "role",
    among: "in this request",
    items: roles,
    id: ({ id }) => id,
    names: ({ name }) => [name],
    label: ({ name }) => name,
    list: "curfew requests",
  }).id;
}
