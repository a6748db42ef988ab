/** `comment` and `remind`: what those who ask and those who decide say to each other while a request waits. */
import { EXIT, usage } from "../exit.ts";
import { shortId } from "../find/pick.ts";
import { findRequest, placeOf, rolesOf } from "../find/requests.ts";
import { clockTime } from "../text/moment.ts";
import type { Run } from "../verb.ts";

export const comment: Run = async (context, given) => {
  const text = given.text("text");
  if (text === null) throw usage("say what, with --text TEXT");
  const { id } = await findRequest(context, given, {
    views: ["mine", "toDecide", "all"],
    state: "pending",
    what: "pending request of yours",
  });
  const client = await context.client();
  const written = await client.call("commentAccessRequest", { path: { id }, body: { text } });
  context.screen.json(written);
  context.screen.result(`Written on request ${shortId(id)}; both sides read it.`);
  return EXIT.done;
};

export const remind: Run = async (context, given) => {
  const wanted = { views: ["mine"] as const, state: "pending" as const, what: "pending request of yours" };
  const request = await findRequest(context, given, wanted);
  const client = await context.client();
  const reminded = await client.call("remindApprovers", { path: { id: request.id } });
  context.screen.json(reminded);
  const next = clockTime(Date.parse(reminded.againAt));
  context.screen.result(
    `Reminded whoever can decide ${rolesOf(request)} on ${placeOf(request)}. Again from ${next} on.`,
  );
  return EXIT.done;
};
