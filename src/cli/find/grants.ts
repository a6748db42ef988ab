/** Grants by the beginning of their id, or the newest that fits. */
import { allOf, type Client } from "../../client/client.ts";
import { ApiProblem } from "../../client/problem.ts";
import type { Grant } from "../../client/types.ts";
import type { Given } from "../arguments.ts";
import { EXIT, Stop, usage } from "../exit.ts";
import { stateWord } from "../grant-words.ts";
import { isGuid, pick } from "./pick.ts";

export const OPEN_STATES = ["active", "provisioning", "scheduled", "deprovisioning"] as const;
const MAX_LOOKED_AT = 2_000;

/** Newest first. */
export async function openGrants(client: Client, view: "mine" | "all"): Promise<Grant[]> {
  const found = await Promise.all(OPEN_STATES.map((state) => take(client, view, state, MAX_LOOKED_AT)));
  return found.flat().sort((a, b) => Date.parse(b.startsAt) - Date.parse(a.startsAt));
}

/** Whatever its state, newest first. */
export async function latestGrants(client: Client, view: "mine" | "all", most: number): Promise<Grant[]> {
  return take(client, view, undefined, most);
}

export interface Wanted {
  /** Whose: the caller's own, or everybody's where the caller may see them. */
  readonly view: "mine" | "all";
  /** Whether `--last` may mean it. */
  readonly fits: (grant: Grant) => boolean;
  /** What `--last` looks for, in words. */
  readonly what: string;
  /** Among ended ones as well. */
  readonly ended?: boolean;
}

/** By id, or `--last`: the newest that fits. */
export async function findGrant(client: Client, given: Given, wanted: Wanted): Promise<Grant> {
  const [text] = given.words;
  if ((text === undefined) !== given.has("last")) throw usage("name a grant by its id, or say --last");
  if (text !== undefined && isGuid(text)) return client.call("readGrant", { path: { id: text } });
  const items = await candidates(client, wanted);
  if (text !== undefined) {
    return pick(text, {
      what: "grant",
      items,
      id: ({ id }) => id,
      label: describeGrant,
      list: "curfew grants --all",
    });
  }
  const newest = items.find(wanted.fits);
  if (newest === undefined)
    throw new Stop(EXIT.fault, `there is no ${wanted.what}; \`curfew grants\` lists yours`);
  return newest;
}

export function describeGrant(grant: Grant): string {
  return `${grant.roleName} on ${grant.ownerName}/${grant.scopeName} (${grant.beneficiary.displayName}, ${stateWord(grant)})`;
}

async function candidates(client: Client, { view, ended }: Wanted): Promise<Grant[]> {
  const list = (of: "mine" | "all") =>
    ended ? latestGrants(client, of, MAX_LOOKED_AT) : openGrants(client, of);
  if (view === "mine") return list("mine");
  try {
    return await list("all");
  } catch (error) {
    if (error instanceof ApiProblem && error.code === "forbidden") return list("mine");
    throw error;
  }
}

async function take(
  client: Client,
  view: "mine" | "all",
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
