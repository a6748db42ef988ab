/** `grants`: what one holds, when it ends, and what holds that end. */
import { EXIT } from "../exit.ts";
import { latestGrants, openGrants } from "../find/grants.ts";
import { grantTable, unconfirmedLines } from "../grant-words.ts";
import type { Run } from "../verb.ts";

const SHOWN = 200;

export const grants: Run = async (context, given) => {
  const client = await context.client();
  const view = given.has("everybody") ? "all" : "mine";
  const found = given.has("all") ? await latestGrants(client, view, SHOWN) : await openGrants(client, view);
  context.screen.json(found);
  if (found.length === 0) context.screen.progress("There is no access.");
  else for (const line of grantTable(found, client.now(), view === "all")) context.screen.result(line);
  for (const line of unconfirmedLines(found, client.now(), context.self)) context.screen.result(line);
  if (given.has("all") && found.length === SHOWN) context.screen.progress(`The latest ${SHOWN}.`);
  return EXIT.done;
};
