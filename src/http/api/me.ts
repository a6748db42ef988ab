/** The caller's own: who they are here, and what they may ask for. */

import { z } from "zod";
import { accept } from "../../domain/rejection.ts";
import { RESTORED_BECAUSE } from "../../domain/restored.ts";
import { RIGHTS } from "../../domain/tenant.ts";
import type { Caller, Deps } from "../../use-cases/ports.ts";
import { guid, instant } from "../../use-cases/values.ts";
import { type EligibilityView, readEligibilities } from "../../use-cases/views/read-eligibilities.ts";
import { PLACES, readPlaces } from "../../use-cases/views/read-places.ts";
import { answer, callerOf } from "../caller.ts";
import type { Api, ApiContext } from "./context.ts";
import { principalShape } from "./shapes/access-request.ts";
import { pageOf } from "./shapes/page.ts";
import { limitsJson, limitsShape } from "./shapes/preview.ts";
import { asIs, type Shown, written } from "./shown.ts";

const tags = ["me"];

const meShape = z.object({
  principal: principalShape,
  email: z.string().nullable(),
  rights: z.array(z.enum(RIGHTS)),
  session: z.object({
    amr: z.array(z.string()),
    authTime: instant.nullable(),
    via: z.string(),
    limited: z.boolean(),
  }),
  places: z.array(z.enum(PLACES)).meta({ description: "where a portal leads this caller, by right" }),
  counts: z
    .object({ toDecide: z.number().int(), unread: z.number().int() })
    .meta({ description: "each counted up to 100" }),
  newestUnreadAt: instant.nullable(),
  restored: z
    .object({ because: z.string(), since: instant })
    .nullable()
    .meta({ description: "the database was restored: until an operator confirms it, access only ends" }),
  now: instant,
});

const eligibilityShape = z.object({
  scope: z.string(),
  scopeName: z.string(),
  managedScope: z.string().nullable(),
  ownerName: z.string(),
  roleDefinitionId: guid,
  roleName: z.string(),
  through: z.string().nullable(),
  startsAt: instant.meta({ description: "before it, one may ask only for what begins no earlier" }),
  endsAt: instant.nullable(),
  limits: limitsShape,
  source: z.object({ kind: z.string(), name: z.string(), version: z.number().int() }),
  decidedBy: z.array(
    z.object({
      tenantName: z.string(),
      count: z.number().int(),
      names: z.array(z.string()),
      required: z.number().int(),
    }),
  ),
});

export function meRoutes(api: Api, { deps }: ApiContext): void {
  api.get(
    "/me",
    { schema: { tags, operationId: "readMe", response: { 200: meShape } } },
    async (request, reply) => answer(reply, accept(await readMe(deps, callerOf(request))), asIs(meShape)),
  );

  api.get(
    "/me/eligibilities",
    { schema: { tags, operationId: "listMyEligibilities", response: { 200: pageOf(eligibilityShape) } } },
    async (request, reply) => {
      const outcome = await readEligibilities(deps, callerOf(request));
      return answer(reply, outcome, (views) => ({ items: views.map(eligibilityJson), nextCursor: null }));
    },
  );
}

async function readMe(deps: Deps, caller: Caller): Promise<Shown<typeof meShape>> {
  const { rights, limited } = caller;
  const pending = deps.store.restoration.pending();
  return {
    ...(await readPlaces(deps, caller)),
    rights,
    session: { ...caller.session, limited },
    restored: pending && { because: RESTORED_BECAUSE[pending.why], since: pending.since },
    now: deps.clock.now(),
  };
}

/** What \`/me\` answers, as it is sent: for what answers more than that at once. */
export async function meJson(deps: Deps, caller: Caller): Promise<object> {
  return written(meShape)(await readMe(deps, caller));
}

function eligibilityJson({ settings, deciders, ...rest }: EligibilityView): Shown<typeof eligibilityShape> {
  return { ...rest, limits: limitsJson(settings), decidedBy: deciders };
}
