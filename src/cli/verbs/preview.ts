/** `preview`: what a request would come to, decided by the same rules; nothing is stored. */
import { readAsk } from "../asking.ts";
import { EXIT } from "../exit.ts";
import { planLines } from "../plan.ts";
import type { Run } from "../verb.ts";
import { refusedBy } from "../verdict.ts";

export const preview: Run = async (context, given) => {
  const client = await context.client();
  const ask = await readAsk(client, given);
  const found = await client.call("previewAccessRequest", { body: ask });
  for (const line of planLines(ask, found, client.now())) context.screen.result(line);
  context.screen.json(found);
  return found.allowed ? EXIT.done : refusedBy(context.screen, found);
};
