/** For operators: a clock that jumped, and a mark that was stored by a wrong one. */
import { z } from "zod";
import { acceptClock, repairClock } from "../../use-cases/clock.ts";
import { instant, text } from "../../use-cases/values.ts";
import { answer, callerOf } from "../caller.ts";
import type { Api, ApiContext } from "./context.ts";

const tags = ["operations"];
const justification = text(4_000).min(1);
const doneShape = z.object({ clock: z.enum(["accepted", "repaired"]) });
const response = { 200: doneShape };

export function clockRoutes(api: Api, { deps }: ApiContext): void {
  api.post(
    "/clock/accept",
    { schema: { tags, operationId: "acceptClock", body: z.strictObject({ justification }), response } },
    async (request, reply) => {
      const outcome = await acceptClock(deps, callerOf(request), request.body.justification);
      return answer(reply, outcome, () => ({ clock: "accepted" as const }));
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
      return answer(reply, outcome, () => ({ clock: "repaired" as const }));
    },
  );
}
