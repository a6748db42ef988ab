/** `clock accept`, `clock repair`, `restore confirm`: an operator's word on what Curfew cannot know. */
import { EXIT, usage } from "../exit.ts";
import { momentIn, reasonIn } from "../values.ts";
import type { Run } from "../verb.ts";

export const clockAccept: Run = async (context, given) => {
  const justification = reasonIn(given);
  const client = await context.client();
  await client.call("acceptClock", { body: { justification } });
  context.screen.result("The clock is believed. Curfew decides again within seconds.");
  return EXIT.done;
};

export const clockRepair: Run = async (context, given) => {
  const justification = reasonIn(given);
  const client = await context.client();
  const to = momentIn(given, "to", client.now());
  if (to === undefined) throw usage("say the time that it goes on from, with --to");
  await client.call("repairClock", { body: { to, justification } });
  context.screen.result(`Time goes on from ${to}. What ended stays ended.`);
  return EXIT.done;
};

export const restoreConfirm: Run = async (context, given) => {
  const justification = reasonIn(given);
  const client = await context.client();
  await client.call("confirmRestore", { body: { justification } });
  context.screen.result(
    "The restored database is confirmed. Within seconds access is given again, and every target is brought to what it says.",
  );
  return EXIT.done;
};
