/** For operators: a clock that jumped, a mark that was stored by a wrong one, a database that was restored. */
import { z } from "zod";
import { instant, text } from "../../use-cases/values.ts";
import { acceptClock, confirmRestore, repairClock } from "../../use-cases/vouching.ts";
import { answer, callerOf } from "../caller.ts";
import type { Api, ApiContext } from "./context.ts";

const tags = ["operations"];
const justification = text(4_000).min(1);
const because = z.strictObject({ justification });
const response = { 200: z.object({ clock: z.enum(["accepted", "repaired"]) }) };

export function vouchingRoutes(api: Api, { deps }: ApiContext): void {
  api.post(
    "/clock/accept",
    { schema: { tags, operationId: "acceptClock", body: because, response } },
    async (request, reply) => {
      const outcome = await acceptClock(deps, callerOf(request), request.body.justification);
      return answer(reply, outcome, () => ({ clock: "accepted" as const }));
    },
  );

  api.post(
    "/restore/confirm",
    {
      schema: {
        tags,
        operationId: "confirmRestore",
        body: because,
        response: { 200: z.object({ restore: z.literal("confirmed") }) },
      },
    },
    async (request, reply) => {
      const outcome = await confirmRestore(deps, callerOf(request), request.body.justification);
      return answer(reply, outcome, () => ({ restore: "confirmed" as const }));
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
