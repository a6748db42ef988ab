/** One managed application, with what only its consumer reads of it. */

import { z } from "zod";
import { guid, idOf, instant } from "../../use-cases/values.ts";
import { type ApplicationInFull, readApplication } from "../../use-cases/views/read-application.ts";
import { answer, callerOf } from "../caller.ts";
import { applicationJson, applicationShape, supportShape } from "./applications.ts";
import type { Api, ApiContext } from "./context.ts";
import { principalShape } from "./shapes/access-request.ts";
import type { Shown } from "./shown.ts";

const ownShape = z
  .object({
    owners: z.array(principalShape),
    mayManage: z
      .boolean()
      .meta({ description: "whether the caller administers or owns it, and so may change its JIT policy" }),
    approvers: z.array(principalShape).meta({ description: "as named: a group stands for its members" }),
    policy: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: "the whole JIT policy, as changing it takes it" }),
    declined: z
      .object({ by: principalShape, at: instant })
      .nullable()
      .meta({ description: "who acknowledged permanent access when it was deployed" }),
  })
  .nullable()
  .meta({ description: "the consumer's only" });

const fullShape = applicationShape.extend({ offerName: z.string(), support: supportShape, own: ownShape });

export function applicationRoute(api: Api, { deps }: ApiContext): void {
  api.get(
    "/applications/:id",
    {
      schema: {
        tags: ["applications"],
        operationId: "readApplication",
        params: z.object({ id: guid }),
        response: { 200: fullShape },
      },
    },
    async (request, reply) =>
      answer(reply, await readApplication(deps, callerOf(request), idOf(request.params.id)), fullJson),
  );
}

function fullJson({ offerName, support, own, ...view }: ApplicationInFull): Shown<typeof fullShape> {
  return { ...applicationJson(view), offerName, support, own };
}
