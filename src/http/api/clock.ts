/** For operators: a clock that jumped, and a mark that was stored by a wrong one. */
import { z } from "zod";
import { acceptClock, repairClock } from "../../use-cases/clock.ts";
import { instant, text } from "../../use-cases/values.ts";
import { callerOf } from "../caller.ts";
import { sendRejection } from "../problem.ts";
import type { Api, ApiContext } from "./context.ts";

const tags = ["operations"];
const justification = text(4_000).min(1);
const response = { 204: z.null().meta({ description: "done" }) };

export function clockRoutes(api: Api, { deps }: ApiContext): void {
  api.post(
    "/clock/accept",
    { schema: { tags, operationId: "acceptClock", body: z.strictObject({ justification }), response } },
    async (request, reply) => {
      const outcome = await acceptClock(deps, callerOf(request), request.body.justification);
      return outcome.ok ? reply.code(204).send(null) : sendRejection(reply, outcome.rejection);
    },
  );

  api.post(
    "/clock/repair",
    {
      schema: {
        tags,
        operationId: "repairClock",
        body: z.strictObject({ to: instant, justification }),
        response,
      },
    },
    async (request, reply) => {
      const outcome = await repairClock(deps, callerOf(request), request.body);
      return outcome.ok ? reply.code(204).send(null) : sendRejection(reply, outcome.rejection);
    },
  );
}
