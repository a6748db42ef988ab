/** Where something can be deployed. */

import { z } from "zod";
import { guid } from "../../use-cases/values.ts";
import { listSubscriptions } from "../../use-cases/views/list-subscriptions.ts";
import { answer, callerOf } from "../caller.ts";
import type { Api, ApiContext } from "./context.ts";
import { pageOf, pageQuery, slicePage, wholeList } from "./shapes/page.ts";
import { asIs } from "./shown.ts";

const LIST = wholeList("listSubscriptions");
const shape = z.object({
  id: guid,
  name: z.string(),
  resourceGroups: z
    .array(z.string())
    .meta({ description: "those that something names already; any other name is a new one" }),
});

export function subscriptionRoutes(api: Api, { deps }: ApiContext): void {
  api.get(
    "/subscriptions",
    {
      schema: {
        tags: ["applications"],
        operationId: "listSubscriptions",
        querystring: pageQuery(LIST),
        response: { 200: pageOf(shape) },
      },
    },
    async (request, reply) => {
      const outcome = await listSubscriptions(deps, callerOf(request));
      return answer(reply, outcome, (all) => slicePage(all, LIST, request.query, asIs(shape)));
    },
  );
}
