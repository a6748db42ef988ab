/** Access requests by the beginning of their id, or the newest that fits. */
import { allOf, type Client, type Input } from "../../client/client.ts";
import { ApiProblem } from "../../client/problem.ts";
import type { AccessRequest } from "../../client/types.ts";
import type { Given } from "../arguments.ts";
import { EXIT, Stop, usage } from "../exit.ts";
import { describeIso } from "../text/duration.ts";
import { isGuid, pick } from "./pick.ts";

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

/** By id in any of the views, or `--last`: the newest of the first view that fits. */
export async function findRequest(
  client: Client,
  given: Given,
  wanted: {
    views: readonly View[];
    state?: "pending";
    fits?: (request: AccessRequest) => boolean;
    what: string;
  },
): Promise<AccessRequest> {
  const [text] = given.words;
  if ((text === undefined) !== given.has("last")) throw usage("name a request by its id, or say --last");
  if (text !== undefined) return requestMeant(client, text, wanted.views);
  const [view = "mine"] = wanted.views;
  const items = await listRequests(client, { view, state: wanted.state });
  const newest = items.find(wanted.fits ?? (() => true));
  if (newest === undefined)
    throw new Stop(EXIT.fault, `there is no ${wanted.what}; \`curfew requests\` lists yours`);
  return newest;
}

/** By its id or the beginning of it, in any of the views. */
export async function requestMeant(
  client: Client,
  text: string,
  views: readonly View[],
): Promise<AccessRequest> {
  if (isGuid(text)) return client.call("readAccessRequest", { path: { id: text } });
  const known = new Map<string, AccessRequest>();
  for (const view of views) for (const item of await visible(client, view)) known.set(item.id, item);
  return pick(text, {
    what: "request",
    items: [...known.values()],
    id: ({ id }) => id,
    label: describeRequest,
    list: "curfew requests --all",
  });
}

export function describeRequest(request: AccessRequest): string {
  const { requester, terms } = request;
  return `${rolesOf(request)} on ${placeOf(request)} for ${describeIso(terms.duration)} (${requester.displayName}, ${stateOf(request)})`;
}

export function stateOf({ state, became }: Pick<AccessRequest, "state" | "became">): string {
  if (state === "timedOut") return "timed out";
  return became === null || became.unconfirmed === null ? state : `${state}, ${UNCONFIRMED[became.name]}`;
}

const UNCONFIRMED = {
  scheduled: "not all confirmed",
  opening: "not open yet",
  live: "not all confirmed",
  closing: "not confirmed gone",
  ended: "never live",
} as const;

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
