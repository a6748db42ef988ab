/** The rules in force, by role and scope, and where each of them comes from. */

import { z } from "zod";
import type { ApplicationId, RoleDefinitionId } from "../../domain/ids.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { guid, idOf, instant, scope, text } from "../../use-cases/values.ts";
import { listRoleDefinitions, listTiers } from "../../use-cases/views/list-tiers.ts";
import type { Proposal } from "../../use-cases/views/propose-rules.ts";
import { replaySettings } from "../../use-cases/views/replay-settings.ts";
import { listRoleSettings, readRoleSettingsInForce } from "../../use-cases/views/role-settings.ts";
import { answer, callerOf } from "../caller.ts";
import type { Api, ApiContext } from "./context.ts";
import { pageOf, pageQuery, slicePage, wholeList } from "./shapes/page.ts";
import { asIs } from "./shown.ts";

const tags = ["role settings"];
const ROLES = wholeList("listRoleDefinitions");
const TIERS = wholeList("listTiers");
const PLACES = wholeList("listRoleSettings");

const placeShape = z.object({
  roleDefinitionId: guid,
  roleName: z.string(),
  scope: z.string(),
  scopeName: z.string(),
  source: z.object({
    kind: z.enum(["roleSettings", "tier", "application"]),
    name: z.string(),
    version: z.number().int(),
  }),
  application: z.string().nullable().meta({
    description:
      "the managed application there: its policy alone rules its publisher's people, and your own people as well",
  }),
  inheritedFrom: z
    .string()
    .nullable()
    .meta({ description: "the scope, application or tier; null where the settings stand at this scope" }),
  documentName: z
    .string()
    .nullable()
    .meta({ description: "for PUT /configuration/RoleSettings/{name}; null where there is none yet" }),
});

const fieldShape = z.object({
  field: z.string().meta({
    description: "as in a document; limits within one as `approval.stages[0].decideBy`",
  }),
  value: z.unknown(),
  from: z.object({
    kind: z.enum(["roleSettings", "tier", "builtIn", "application", "together"]).meta({
      description: "together: an application's policy and what is set above it, neither as strict by itself",
    }),
    name: z.string(),
  }),
});

const inForceShape = z.object({
  fields: z.array(fieldShape),
  spec: z
    .record(z.string(), z.unknown())
    .meta({ description: "the whole, as a RoleSettings document would say it" }),
  documentName: z.string().nullable(),
  application: z.string().nullable().meta({
    description: "the managed application there; the fields are what rules your own people",
  }),
  above: z
    .object({ documentName: z.string(), scopeName: z.string() })
    .nullable()
    .meta({ description: "the nearest settings upward, where they rule because none stand at this scope" }),
});

const tierShape = z.object({
  name: z.string(),
  builtIn: z.boolean().meta({ description: "there without a document of the tenant's" }),
  documentName: z.string().nullable().meta({ description: "for PUT /configuration/Tier/{name}" }),
  rolesPermitting: z.array(z.string()),
  fields: z.array(fieldShape).meta({ description: "in force wherever the tier rules alone" }),
  template: z.array(fieldShape).meta({ description: "what a field is that its document leaves out" }),
});

const roleShape = z.object({
  id: guid,
  name: z.string(),
  description: z.string(),
  builtIn: z.boolean(),
  assignableScopes: z.array(z.string()),
});

const spec = z.record(z.string().max(128), z.unknown());

// One object for all ways to ask: clients and their forms handle a choice of bodies badly.
const replayBody = z.strictObject({
  roleDefinitionId: guid.optional(),
  scope: scope.optional(),
  tier: text(128).min(1).optional().meta({ description: "instead of role and scope: a changed tier" }),
  applicationId: guid
    .optional()
    .meta({ description: "instead of them: a managed application of yours; `spec` is its changed policy" }),
  spec: spec.meta({ description: "as in the document; `role` and `scope` may be left out of it" }),
});

const replayShape = z.object({
  from: instant,
  considered: z.number().int(),
  cut: z.boolean().meta({
    description:
      "there were more; the newest were looked at: 1000, or fewer where conditions take long to ask",
  }),
  changed: z.array(
    z.object({
      requestId: guid,
      requesterName: z.string(),
      roleNames: z.array(z.string()),
      scopeName: z.string(),
      createdAt: instant,
      was: z.string(),
      would: z.string(),
      sentence: z.string(),
    }),
  ),
  unknown: z.array(z.string()).meta({ description: "what no record tells; to be shown beside the answer" }),
  summary: z.string(),
});

export function roleSettingsRoutes(api: Api, { deps, queued }: ApiContext): void {
  api.get(
    "/role-settings",
    {
      schema: {
        tags,
        operationId: "listRoleSettings",
        querystring: pageQuery(PLACES).extend({ scope: scope.optional(), roleDefinitionId: guid.optional() }),
        response: { 200: pageOf(placeShape) },
      },
    },
    async (request, reply) => {
      const { scope: at, roleDefinitionId, ...page } = request.query;
      const filter = {
        scope: at === undefined ? null : at,
        roleDefinitionId: roleDefinitionId === undefined ? null : idOf<RoleDefinitionId>(roleDefinitionId),
      };
      const outcome = await listRoleSettings(deps, callerOf(request), filter);
      return answer(reply, outcome, (all) => slicePage(all, PLACES, page, asIs(placeShape)));
    },
  );

  api.get(
    "/role-settings/in-force",
    {
      schema: {
        tags,
        operationId: "readRoleSettingsInForce",
        querystring: z.object({ roleDefinitionId: guid, scope }),
        response: { 200: inForceShape },
      },
    },
    async (request, reply) => {
      const asked = {
        roleDefinitionId: idOf<RoleDefinitionId>(request.query.roleDefinitionId),
        scope: request.query.scope,
      };
      return answer(reply, await readRoleSettingsInForce(deps, callerOf(request), asked), asIs(inForceShape));
    },
  );

  api.get(
    "/tiers",
    {
      schema: {
        tags,
        operationId: "listTiers",
        querystring: pageQuery(TIERS),
        response: { 200: pageOf(tierShape) },
      },
    },
    async (request, reply) =>
      answer(reply, await listTiers(deps, callerOf(request)), (all) =>
        slicePage(all, TIERS, request.query, asIs(tierShape)),
      ),
  );

  api.get(
    "/role-definitions",
    {
      schema: {
        tags,
        operationId: "listRoleDefinitions",
        querystring: pageQuery(ROLES),
        response: { 200: pageOf(roleShape) },
      },
    },
    async (request, reply) =>
      answer(reply, await listRoleDefinitions(deps, callerOf(request)), (all) =>
        slicePage(all, ROLES, request.query, (role) => ({ ...role, builtIn: role.tenantId === null })),
      ),
  );

  api.post(
    "/role-settings/replay",
    {
      schema: {
        tags,
        operationId: "replayRoleSettings",
        body: replayBody,
        response: { 200: replayShape },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const proposal = proposalOf(request.body);
      // It changes nothing, and holds a connection for as long as a change does.
      const outcome = proposal.ok
        ? await queued(caller.ref.tenantId, () => replaySettings(deps, caller, proposal.value))
        : proposal;
      return answer(reply, outcome, asIs(replayShape));
    },
  );
}

function proposalOf(body: z.output<typeof replayBody>): Outcome<Proposal> {
  const { roleDefinitionId, scope: at, tier, applicationId, spec: given } = body;
  const ways: readonly (Proposal | null)[] = [
    tier === undefined ? null : { tier, spec: given },
    applicationId === undefined ? null : { applicationId: idOf<ApplicationId>(applicationId), spec: given },
    roleDefinitionId === undefined || at === undefined
      ? null
      : { roleDefinitionId: idOf<RoleDefinitionId>(roleDefinitionId), scope: at, spec: given },
  ];
  const named = [tier, applicationId, roleDefinitionId ?? at].filter((one) => one !== undefined);
  const proposal = ways.find((one) => one !== null) ?? null;
  if (named.length === 1 && proposal !== null) return accept(proposal);
  const message = "name `roleDefinitionId` and `scope`, or else `tier`, or else `applicationId`";
  return reject("invalid_input", message, { path: "/tier" });
}
