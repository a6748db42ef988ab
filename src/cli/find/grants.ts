/** Grants by the beginning of their id, or the newest that fits. */
import { allOf, type Client } from "../../client/client.ts";
import { ApiProblem } from "../../client/problem.ts";
import type { Grant } from "../../client/types.ts";
import type { Given } from "../arguments.ts";
import { usage } from "../exit.ts";
import { stateWord } from "../grant-words.ts";
import type { Context } from "../verb.ts";
import { isAmong, isGuid, isIdStart, pick, pickLast } from "./pick.ts";
import { orNull, requestsToldOf } from "./told.ts";

export const OPEN_STATES = ["active", "provisioning", "scheduled", "deprovisioning"] as const;
const MAX_LOOKED_AT = 2_000;

type View = "mine" | "toReview" | "all";

/** Newest first. */
export async function openGrants(client: Client, view: View): Promise<Grant[]> {
  const found = await Promise.all(OPEN_STATES.map((state) => take(client, view, state, MAX_LOOKED_AT)));
  return found.flat().sort((a, b) => Date.parse(b.startsAt) - Date.parse(a.startsAt));
}

/** Whatever its state, newest first. */
export async function latestGrants(client: Client, view: View, most: number): Promise<Grant[]> {
  return take(client, view, undefined, most);
}

export interface WantedGrant {
  /** The caller's own; everybody's where the caller may see them; or emergencies that the caller may review. */
  readonly view: View;
  /** Whether `--last` may mean it. */
  readonly fits: (grant: Grant) => boolean;
  /** What `--last` looks for, in words. */
  readonly what: string;
  /** Among ended ones as well. */
  readonly ended?: boolean;
}

/** By its id or its request's, among what one was told of too, or `--last`: the one that fits. */
export async function findGrant(
  { client: open, screen }: Pick<Context, "client" | "screen">,
  given: Given,
  wanted: WantedGrant,
): Promise<Grant> {
  const [text] = given.words;
  if ((text === undefined) !== given.has("last")) throw usage("name a grant by its id, or say --last");
  const client = await open();
  const { view, ended = false } = wanted;
  if (text === undefined) {
    const items = await visible(client, view === "all" ? ["all", "toReview"] : [view], ended);
    const list = view === "toReview" ? "curfew grants --to-review" : "curfew grants";
    return pickLast(screen, choice(items.filter(wanted.fits), wanted.what, list));
  }
  const byId = isGuid(text) ? await orNull(client.call("readGrant", { path: { id: text } })) : null;
  if (byId !== null) return byId;
  const items = await visible(client, view === "mine" ? ["mine"] : ["all", "toReview"], ended);
  const listed = choice(items, "grant", "curfew grants --all");
  if (!isIdStart(text) || isAmong(text, listed)) return pick(text, listed);
  return pick(text, { ...listed, items: [...listed.items, ...(await toldOf(client, text))] });
}

function choice(items: readonly Grant[], what: string, list: string) {
  return {
    what,
    items,
    id: ({ id }: Grant) => id,
    otherIds: ({ requestId }: Grant) => (requestId === null ? [] : [requestId]),
    label: describeGrant,
    list,
  };
}

export function describeGrant(grant: Grant): string {
  return `${grant.roleName} on ${grant.ownerName}/${grant.scopeName} (${grant.beneficiary.displayName}, ${stateWord(grant)})`;
}

/** An approver was told of a request, and sees what came of it. */
async function toldOf(client: Client, text: string): Promise<Grant[]> {
  const ids = (await requestsToldOf(client, text)).flatMap(({ grantIds }) => grantIds);
  const read = await Promise.all(ids.map((id) => orNull(client.call("readGrant", { path: { id } }))));
  return read.filter((one) => one !== null);
}

/** Whoever may not see everybody's has their own. Newest first. */
async function visible(client: Client, views: readonly View[], ended: boolean): Promise<Grant[]> {
  const list = (of: View) => (ended ? latestGrants(client, of, MAX_LOOKED_AT) : openGrants(client, of));
  const seen = async (view: View) => {
    try {
      return await list(view);
    } catch (error) {
      if (view === "all" && error instanceof ApiProblem && error.code === "forbidden") return list("mine");
      throw error;
    }
  };
  const found = (await Promise.all(views.map(seen))).flat();
  const byId = new Map(found.map((grant) => [grant.id, grant]));
  return [...byId.values()].sort((a, b) => Date.parse(b.startsAt) - Date.parse(a.startsAt));
}

async function take(
  client: Client,
  view: View,
  state: (typeof OPEN_STATES)[number] | undefined,
  most: number,
): Promise<Grant[]> {
  const found: Grant[] = [];
  for await (const grant of allOf((page) => client.call("listGrants", { query: { ...page, view, state } }))) {
    found.push(grant);
    if (found.length === most) break;
  }
  return found;
}
