/** Looking into a target without changing it. */
import { z } from "zod";
import { checkTarget } from "../../use-cases/grants/check-target.ts";
import { answer, callerOf } from "../caller.ts";
import { text } from "../values.ts";
import type { Api, ApiContext } from "./context.ts";

const healthShape = z
  .looseObject({
    ok: z.boolean(),
    reachable: z.boolean(),
    version: z.string().nullable(),
    excess: z
      .array(z.string())
      .meta({ description: "what the management role may do and need not: take it away" }),
    missing: z.array(z.string()),
    expiry: z.enum(["enforced", "bypassable", "unverified"]),
  })
  .meta({ description: "see docs/guides for each kind of target" });

export function targetRoutes(api: Api, { deps }: ApiContext): void {
  api.get(
    "/targets/:name/health",
    {
      schema: {
        tags: ["targets"],
        operationId: "checkTarget",
        params: z.object({ name: text(128).min(1) }),
        response: { 200: healthShape },
      },
    },
    async (request, reply) =>
      answer(reply, await checkTarget(deps, callerOf(request), request.params.name), (health) => health),
  );
}
