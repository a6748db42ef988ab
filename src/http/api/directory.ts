/** People, groups and workloads of one's own tenant, to be picked from. */
import { z } from "zod";
import type { Principal } from "../../domain/principal.ts";
import { accept } from "../../domain/rejection.ts";
import { answer, callerOf } from "../caller.ts";
import { guid, text } from "../values.ts";
import type { Api, ApiContext } from "./context.ts";
import { afterOf, pageOf, pageQuery, toPage } from "./shapes/page.ts";

const KINDS = ["user", "group", "servicePrincipal"] as const;

const shape = z.object({
  tenantId: guid,
  objectId: guid,
  kind: z.enum(KINDS),
  displayName: z.string(),
  email: z.string().nullable(),
});

export function directoryRoutes(api: Api, { deps }: ApiContext): void {
  api.get(
    "/principals",
    {
      schema: {
        tags: ["directory"],
        operationId: "listPrincipals",
        querystring: pageQuery.extend({ q: text(100).optional(), kind: z.enum(KINDS).optional() }),
        response: { 200: pageOf(shape) },
      },
    },
    async (request, reply) => {
      const { ref } = callerOf(request);
      const { q, kind, limit, cursor } = request.query;
      const after = afterOf(cursor).after?.split("~")[1];
      const filter = {
        limit,
        ...(q === undefined ? {} : { query: q }),
        ...(kind === undefined ? {} : { kind }),
        ...(after === undefined ? {} : { after }),
      };
      const found = await deps.store.inTenant(ref.tenantId, (tx) => tx.principals(filter));
      return answer(reply, accept(found), (all) =>
        toPage(all, limit, ({ objectId }) => ({ at: null, id: objectId }), json),
      );
    },
  );
}

function json(principal: Principal): z.input<typeof shape> {
  const { tenantId, objectId, kind, displayName } = principal;
  return { tenantId, objectId, kind, displayName, email: principal.kind === "user" ? principal.email : null };
}
