/** Managed applications and the catalogue they come from. */

import { z } from "zod";
import type { ApplicationId } from "../../domain/ids.ts";
import { changeJitPolicy } from "../../use-cases/applications/change-jit-policy.ts";
import { duration, given, guid, idOf, instant } from "../../use-cases/values.ts";
import { readApplicationHistory } from "../../use-cases/views/read-application-history.ts";
import {
  type ApplicationView,
  listApplications,
  listOffers,
  type OfferView,
} from "../../use-cases/views/read-applications.ts";
import { answer, callerOf } from "../caller.ts";
import { ifMatchHeaders, versionsIn } from "../etags.ts";
import type { Api, ApiContext } from "./context.ts";
import { acknowledgeIn } from "./shapes/acknowledge.ts";
import { pageOf } from "./shapes/page.ts";
import type { Shown } from "./shown.ts";

const tags = ["applications"];

const policyShape = z.object({
  version: z.number().int(),
  mode: z.enum(["automatic", "manual"]),
  maximumDuration: duration,
  minimumDuration: duration,
  decideBy: duration,
  required: z.number().int(),
  approvers: z.object({ count: z.number().int(), names: z.array(z.string()) }),
  justificationRequired: z.boolean(),
  mfaRequired: z.boolean(),
  emergencyAllowed: z.boolean(),
});

export const supportShape = z
  .string()
  .nullable()
  .meta({ description: "where the publisher helps: an e-mail address, or one that begins with https://" });

export const applicationShape = z.object({
  id: guid,
  name: z.string(),
  side: z.enum(["consumer", "publisher"]),
  consumer: z.object({ tenantId: guid, name: z.string() }),
  publisher: z.object({ tenantId: guid, name: z.string() }),
  scope: z.string(),
  managedScope: z.string(),
  offerId: guid,
  offerVersion: z.number().int(),
  roles: z.array(z.object({ id: guid, name: z.string() })),
  jitEnabled: z.boolean(),
  jitPolicy: policyShape
    .nullable()
    .meta({ description: "null where JIT was declined at deployment, for ever" }),
  deployedAt: instant,
});

const historyShape = z.object({
  items: z
    .array(
      z.object({
        at: instant,
        byName: z.string(),
        changes: z.array(
          z.object({ field: z.string(), from: z.string().nullable(), to: z.string().nullable() }),
        ),
        sentence: z.string(),
      }),
    )
    .meta({ description: "the deployment first" }),
});

const offerShape = z.object({
  id: guid,
  name: z.string(),
  displayName: z.string(),
  description: z.string().nullable().meta({ description: "the publisher's words: text, no markup" }),
  support: supportShape,
  logo: z.string().nullable().meta({ description: "the address of a PNG, on this server" }),
  publisher: z.object({ tenantId: guid, name: z.string() }),
  version: z.number().int(),
  jitOffered: z.boolean(),
  roles: z.array(z.object({ id: guid, name: z.string() })),
});

export function applicationRoutes(api: Api, { deps, queued }: ApiContext): void {
  api.get(
    "/applications",
    { schema: { tags, operationId: "listApplications", response: { 200: pageOf(applicationShape) } } },
    async (request, reply) => {
      const outcome = await listApplications(deps, callerOf(request));
      return answer(reply, outcome, (views) => ({ items: views.map(applicationJson), nextCursor: null }));
    },
  );

  api.get(
    "/applications/:id/history",
    {
      schema: {
        tags,
        operationId: "readApplicationHistory",
        params: z.object({ id: guid }),
        response: { 200: historyShape },
      },
    },
    async (request, reply) => {
      const outcome = await readApplicationHistory(deps, callerOf(request), idOf(request.params.id));
      return answer(reply, outcome, (items) => ({ items }));
    },
  );

  api.put(
    "/applications/:id/jit-policy",
    {
      schema: {
        tags,
        operationId: "changeJitPolicy",
        params: z.object({ id: guid }),
        querystring: z.object({ acknowledge: acknowledgeIn.query.optional() }),
        headers: ifMatchHeaders,
        body: z
          .record(z.string().max(64), z.unknown())
          .meta({ description: "the whole policy, as under `jit` in a document" }),
        response: { 200: z.object({ version: z.number().int() }) },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const input = {
        applicationId: idOf<ApplicationId>(request.params.id),
        policy: request.body,
        expectedVersion: versionsIn(request.headers["if-match"]),
        ...given(request.query),
      };
      const outcome = await queued(caller.ref.tenantId, () => changeJitPolicy(deps, caller, input));
      return answer(reply, outcome, ({ jitAccess }) => {
        const version = jitAccess.enabled ? jitAccess.policyVersion : 0;
        reply.header("etag", `"${version}"`);
        return { version };
      });
    },
  );

  api.get(
    "/offers",
    { schema: { tags, operationId: "listOffers", response: { 200: pageOf(offerShape) } } },
    async (request, reply) => {
      const outcome = await listOffers(deps, callerOf(request));
      return answer(reply, outcome, (views) => ({ items: views.map(offerJson), nextCursor: null }));
    },
  );
}

export function applicationJson(view: ApplicationView): Shown<typeof applicationShape> {
  const { application } = view;
  return {
    ...application,
    side: view.side,
    consumer: { tenantId: application.tenantId, name: view.consumerName },
    publisher: { tenantId: application.publisherTenantId, name: view.publisherName },
    roles: view.roles,
    jitEnabled: application.jitAccess.enabled,
    jitPolicy: policyJson(view),
  };
}

function policyJson({ application, approvers }: ApplicationView): Shown<typeof policyShape> | null {
  if (!application.jitAccess.enabled) return null;
  const { policy, policyVersion } = application.jitAccess;
  return {
    ...policy,
    version: policyVersion,
    maximumDuration: policy.maximumDurationMs,
    minimumDuration: policy.minimumDurationMs,
    decideBy: policy.decideByMs,
    approvers,
  };
}

function offerJson({ offer, version, publisherName }: OfferView): Shown<typeof offerShape> {
  return {
    ...offer,
    description: offer.description ?? null,
    support: offer.support ?? null,
    logo: offer.logo === undefined ? null : `/api/v1/offers/${offer.id}/logo/${offer.logo}`,
    publisher: { tenantId: offer.tenantId, name: publisherName },
    version: version.version,
    jitOffered: version.jitOffered,
    roles: version.roles,
  };
}
