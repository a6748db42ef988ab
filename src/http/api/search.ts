/** One search over everything that has a name. */
import { z } from "zod";
import { guid, instant, text } from "../../use-cases/values.ts";
import { FOUND_KINDS, search } from "../../use-cases/views/search.ts";
import { answer, callerOf } from "../caller.ts";
import { searchQueue } from "../search-queue.ts";
import type { Api, ApiContext } from "./context.ts";

const foundShape = z.object({
  kind: z.enum(FOUND_KINDS),
  id: z.string().meta({ description: "an object id, an id or a name: whatever reads it takes" }),
  name: z.string().meta({ description: "what it is called; of requests and grants their roles" }),
  who: z.string().nullable().meta({ description: "a person, or the other party of an application" }),
  where: z.string().nullable(),
  scope: z.string().nullable(),
  tenantId: guid.nullable().meta({ description: "of a principal" }),
  state: z.string().nullable(),
  own: z.boolean().meta({ description: "asked by or for the caller, or held by them" }),
  at: instant.nullable(),
});

export function searchRoutes(api: Api, { deps }: ApiContext): void {
  const queue = searchQueue();
  api.get(
    "/search",
    {
      schema: {
        tags: ["directory"],
        operationId: "search",
        description:
          "every word occurs in what is found; the six best of each kind, of what lists show this caller",
        querystring: z.object({ q: text(100) }),
        response: { 200: z.object({ items: z.array(foundShape) }) },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { tenantId, objectId } = caller.ref;
      const found = await queue(`${tenantId} ${objectId}`, () => search(deps, caller, request.query.q));
      return answer(reply, found, (items) => ({ items: [...items] }));
    },
  );
}
