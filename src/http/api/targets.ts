/** The targets of one's own tenant, and looking into one without changing it. */

import { z } from "zod";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { mayAnswerForTenant } from "../../policy/authority.ts";
import { checkProposed, checkTarget, checkTargetAgain } from "../../use-cases/grants/check-target.ts";
import type { Caller } from "../../use-cases/ports.ts";
import { guid, instant, text } from "../../use-cases/values.ts";
import { listTargetKinds, listTargets, type TargetView } from "../../use-cases/views/list-targets.ts";
import { answer, callerOf } from "../caller.ts";
import { sendRejection } from "../problem.ts";
import type { Api, ApiContext } from "./context.ts";
import { pageOf, pageQuery, slicePage, wholeList } from "./shapes/page.ts";
import { placedInBody } from "./shapes/placed-in-body.ts";
import type { Shown } from "./shown.ts";

const LIST = wholeList("listTargets");
const healthShape = z
  .looseObject({
    ok: z.boolean(),
    reachable: z.boolean(),
    version: z.string().nullable(),
    excess: z
      .array(z.string())
      .meta({ description: "what the management role may do and need not: take it away" }),
    missing: z.array(z.string()),
    findings: z.array(
      z.object({
        refuses: z.boolean().meta({ description: "no access is given there while it is so" }),
        detail: z.string(),
      }),
    ),
    expiry: z.enum(["enforced", "bypassable", "unverified"]),
  })
  .meta({ description: "see docs/guides for each kind of target" });

const checkedShape = z.object({
  health: healthShape,
  retried: z.number().int().meta({ description: "grants whose access is tried again in it now" }),
});

const targetShape = z.object({
  name: z.string(),
  kind: z.string(),
  kindLabel: z.string().meta({ description: "what people call the kind" }),
  label: z.string().meta({ description: "where it is" }),
  bindings: z.array(
    z.object({
      name: z.string().meta({ description: "for /configuration/Binding/{name}" }),
      roleDefinitionId: guid,
      roleName: z.string(),
      scope: z.string(),
      scopeName: z.string(),
      standing: z.boolean(),
      required: z.boolean(),
      entitlement: z.record(z.string(), z.unknown()),
    }),
  ),
  openGrants: z.number().int(),
  lastObservedAt: instant.nullable(),
  drift: z.array(z.object({ at: instant, what: z.string() })).meta({
    description: "what another hand did and the last look still found; `at`: when it was first seen",
  }),
  capabilities: z
    .record(z.string(), z.unknown())
    .nullable()
    .meta({ description: "who ends access there, and when: see docs/guides/add-a-target.md" }),
});

const kindShape = z.object({
  kind: z.string(),
  label: z.string(),
  guide: z.string().meta({ description: "for the owner of such a system" }),
  example: z.string().meta({ description: "a document of one target, to be changed and applied" }),
  schema: z
    .object({
      config: z.record(z.string(), z.unknown()),
      entitlement: z.record(z.string(), z.unknown()),
      secrets: z.array(z.string()).meta({
        description:
          "members of `config` that a document says under `secrets`; they go in and never come out",
      }),
    })
    .meta({ description: "JSON Schemas of what a target is configured by, and of an entitlement in it" }),
});

/** A look connects to wherever the target says: not often enough to try passwords by it, or to find out what listens where. */
const MOST_LOOKS = { ofTarget: 10, unsaved: 20, ofTenant: 60 };
/** All that is not saved is counted together, for it can be given any name. */
const UNSAVED = "";
const MINUTE_MS = 60_000;

export function looksPerMinute(now: () => number) {
  let since = now();
  let looks = new Map<string, number>();
  return (caller: Caller, name: string): Outcome<void> => {
    // Who may not look at all uses up nothing of what others may.
    if (!mayAnswerForTenant(caller, "look into targets").ok) return accept(undefined);
    const { ref } = caller;
    if (now() - since >= MINUTE_MS) [since, looks] = [now(), new Map()];
    const [tenant, target] = [ref.tenantId, `${ref.tenantId}/${name.toLowerCase()}`];
    const [ofTenant, ofTarget] = [looks.get(tenant) ?? 0, looks.get(target) ?? 0];
    if (
      ofTenant >= MOST_LOOKS.ofTenant ||
      ofTarget >= MOST_LOOKS[name === UNSAVED ? "unsaved" : "ofTarget"]
    ) {
      const message = `a target is looked into at most ${MOST_LOOKS.ofTarget} times a minute, what is not saved ${MOST_LOOKS.unsaved} times, all of an organisation ${MOST_LOOKS.ofTenant} times; wait a minute`;
      return reject("too_many_requests", message);
    }
    looks.set(tenant, ofTenant + 1).set(target, ofTarget + 1);
    return accept(undefined);
  };
}

export function targetRoutes(api: Api, { deps, queued }: ApiContext): void {
  const mayLook = looksPerMinute(() => performance.now());
  api.get(
    "/target-kinds",
    {
      schema: {
        tags: ["targets"],
        operationId: "listTargetKinds",
        response: { 200: z.object({ items: z.array(kindShape) }) },
      },
    },
    async (request, reply) =>
      answer(reply, listTargetKinds(deps, callerOf(request)), (kinds) => ({
        items: kinds.map(({ schema: { config, entitlement, secrets }, ...rest }) => ({
          ...rest,
          schema: { config: { ...config }, entitlement: { ...entitlement }, secrets: [...secrets] },
        })),
      })),
  );

  api.post(
    "/targets/check",
    {
      schema: {
        tags: ["targets"],
        operationId: "checkProposed",
        description:
          "looks into a target as it would be with a Target or a Binding that is not saved; what saving would refuse is refused",
        body: z.strictObject({
          kind: z.enum(["Target", "Binding"]),
          name: text(128).min(1),
          spec: z.record(z.string(), z.unknown()),
        }),
        response: { 200: healthShape },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const caller = callerOf(request);
      const allowed = mayLook(caller, UNSAVED);
      if (!allowed.ok) return sendRejection(reply.header("retry-after", "60"), allowed.rejection);
      const outcome = await checkProposed(deps, caller, body, (work) => queued(caller.ref.tenantId, work));
      return answer(reply, outcome.ok ? outcome : placedInBody(outcome.rejection), (health) => health);
    },
  );

  api.get(
    "/targets",
    {
      schema: {
        tags: ["targets"],
        operationId: "listTargets",
        querystring: pageQuery(LIST),
        response: { 200: pageOf(targetShape) },
      },
    },
    async (request, reply) => {
      const outcome = await listTargets(deps, callerOf(request));
      return answer(reply, outcome, (all) => slicePage(all, LIST, request.query, targetJson));
    },
  );

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
    async (request, reply) => {
      const allowed = mayLook(callerOf(request), request.params.name);
      if (!allowed.ok) return sendRejection(reply.header("retry-after", "60"), allowed.rejection);
      const outcome = await checkTarget(deps, callerOf(request), request.params.name);
      return answer(reply, outcome, (health) => health);
    },
  );

  api.post(
    "/targets/:name/check",
    {
      schema: {
        tags: ["targets"],
        operationId: "checkTargetAgain",
        params: z.object({ name: text(128).min(1) }),
        response: { 200: checkedShape },
      },
    },
    async (request, reply) => {
      const allowed = mayLook(callerOf(request), request.params.name);
      if (!allowed.ok) return sendRejection(reply.header("retry-after", "60"), allowed.rejection);
      const outcome = await checkTargetAgain(deps, callerOf(request), request.params.name);
      return answer(reply, outcome, (checked) => checked);
    },
  );
}

function targetJson({ observation, ...rest }: TargetView): Shown<typeof targetShape> {
  return {
    ...rest,
    lastObservedAt: observation?.at ?? null,
    drift: observation?.drift ?? [],
  };
}
