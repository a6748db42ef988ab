/** For operators: the installation's key, and another in its place. */
import { z } from "zod";
import { readKey, rotateKey } from "../../use-cases/key.ts";
import type { KeyState } from "../../use-cases/ports.ts";
import { instant, line, text } from "../../use-cases/values.ts";
import { answer, callerOf } from "../caller.ts";
import type { Api, ApiContext } from "./context.ts";

const tags = ["operations"];
const keyShape = z.object({
  generation: z.number().int().meta({ description: "How many keys there were, with the current one." }),
  since: instant.nullable(),
  rotation: z
    .object({
      phase: z.enum(["announced", "sealing", "bothAccepted"]).meta({
        description:
          "Every process takes the new key in; it is the current one and what is stored is sealed with it; the one before is accepted still.",
      }),
      waitingFor: z.array(line(200)).meta({ description: "Processes that the phase does not end without." }),
      leavesBehind: z.boolean(),
      acceptedUntil: instant.nullable().meta({ description: "Until then the key before is accepted." }),
    })
    .nullable(),
});
const response = { 200: keyShape };
const body = z.strictObject({
  justification: text(4_000).min(1),
  leaveBehind: z.boolean().default(false).meta({
    description: "Goes on although there are processes that do not hold the new key, which then fail.",
  }),
});

export function keyRoutes(api: Api, { deps, keys }: ApiContext): void {
  api.get("/key", { schema: { tags, operationId: "readKey", response } }, async (request, reply) =>
    answer(reply, await readKey({ ...deps, keys }, callerOf(request)), shown),
  );

  api.post(
    "/key/rotate",
    { schema: { tags, operationId: "rotateKey", body, response } },
    async (request, reply) =>
      answer(reply, await rotateKey({ ...deps, keys }, callerOf(request), request.body), shown),
  );
}

function shown({ rotation, ...state }: KeyState) {
  return {
    ...state,
    rotation: rotation === null ? null : { ...rotation, waitingFor: [...rotation.waitingFor] },
  };
}
