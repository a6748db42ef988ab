/** `cancel` and `accept`: what a requester may do with a request that is pending. */
import { EXIT } from "../exit.ts";
import { shortId } from "../find/pick.ts";
import { describeRequest, findRequest, placeOf, rolesOf } from "../find/requests.ts";
import { millisecondsIn } from "../values.ts";
import type { Run } from "../verb.ts";
import { follow } from "./request.ts";

export const cancel: Run = async (context, given) => {
  const wanted = {
    views: ["mine", "all"] as const,
    state: "pending" as const,
    what: "pending request of yours",
  };
  const { id } = await findRequest(context, given, wanted);
  const client = await context.client();
  const after = await client.call("cancelAccessRequest", { path: { id } });
  context.screen.json(after);
  context.screen.result(`Canceled: ${rolesOf(after)} on ${placeOf(after)}. Request ${shortId(after.id)}.`);
  return EXIT.done;
};

export const accept: Run = async (context, given) => {
  const timeoutMs = millisecondsIn(given, "timeout");
  const { id } = await findRequest(context, given, {
    views: ["mine"],
    state: "pending",
    fits: ({ proposal }) => proposal !== null,
    what: "request of yours with an offer",
  });
  const client = await context.client();
  const after = await client.call("acceptAccessRequest", { path: { id } });
  context.screen.progress(describeRequest(after));
  return follow(context, after, { wait: given.has("wait"), timeoutMs, done: "Accepted" });
};
