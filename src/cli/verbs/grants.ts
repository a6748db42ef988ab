/** `grants`: what one holds, when it ends, and what holds that end; with `--to-review` the emergencies of others. */

import type { Given } from "../arguments.ts";
import { EXIT, usage } from "../exit.ts";
import { latestGrants, openGrants } from "../find/grants.ts";
import { extensionLines, grantTable, reviewTable, unconfirmedLines } from "../grant-words.ts";
import type { Context, Run } from "../verb.ts";

const SHOWN = 200;

export const grants: Run = async (context, given) => {
  if (given.has("to-review")) return emergencies(context, given);
  const client = await context.client();
  const view = given.has("everybody") ? "all" : "mine";
  const found = given.has("all") ? await latestGrants(client, view, SHOWN) : await openGrants(client, view);
  context.screen.json(found);
  if (found.length === 0) context.screen.progress("There is no access.");
  else context.screen.table(...grantTable(found, client.now(), view === "all"));
  for (const line of unconfirmedLines(found, client.now(), context.self)) context.screen.result(line);
  for (const line of extensionLines(found, client.now())) context.screen.result(line);
  if (given.has("all") && found.length === SHOWN) context.screen.progress(`The latest ${SHOWN}.`);
  return EXIT.done;
};

async function emergencies(context: Context, given: Given): Promise<number> {
  if (given.has("all") || given.has("everybody"))
    throw usage("--to-review stands alone: it lists what waits for you, over or not");
  const client = await context.client();
  const found = await latestGrants(client, "toReview", SHOWN);
  context.screen.json(found);
  if (found.length === 0) context.screen.progress("No emergency use waits for your review.");
  else {
    context.screen.table(...reviewTable(found, client.now()));
    context.screen.progress(
      `Next: ${context.self} review ID --outcome justified|unjustified --because "..."; or end it: ${context.self} revoke ID`,
    );
  }
  return EXIT.done;
}
