/** `preview`: what a request would come to, decided by the same rules; nothing is stored. */
import { ASK_FLAGS, ASK_FORM, ASK_WORDS, readAsk } from "../asking.ts";
import { EXIT } from "../exit.ts";
import { planLines } from "../plan.ts";
import type { Verb } from "../verb.ts";
import { verdictOf } from "../verdict.ts";

export const preview: Verb = {
  name: "preview",
  summary: "show what a request would come to, and store nothing",
  form: ASK_FORM,
  flags: ASK_FLAGS,
  words: ASK_WORDS,
  async run(context, given) {
    const client = await context.client();
    const ask = await readAsk(client, given);
    const found = await client.call("previewAccessRequest", { body: ask });
    for (const line of planLines(ask, found, client.now())) context.screen.result(line);
    context.screen.json(found);
    return found.allowed ? EXIT.done : verdictOf(found);
  },
};
