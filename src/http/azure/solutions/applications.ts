/** Microsoft.Solutions/applications: an offer as its consumer runs it, read by both parties, changed by the consumer. */

import type { Application } from "../../../domain/application.ts";
import { accept, type Outcome } from "../../../domain/rejection.ts";
import { scopeCovers, scopeKey } from "../../../domain/scope.ts";
import { mayAsOwner } from "../../../policy/authority.ts";
import { deleteConfiguration } from "../../../use-cases/apply/delete-configuration.ts";
import { oneByOne } from "../../../use-cases/apply/kind.ts";
import { type Precondition, provided } from "../../../use-cases/precondition.ts";
import { listApplications } from "../../../use-cases/views/read-applications.ts";
import { byName } from "../../cursor.ts";
import { bodyOf } from "../../odata/body.ts";
import { type Answer, answered, done } from "../../odata/operation.ts";
import type { Takes } from "../../odata/takes.ts";
import { listOf } from "../page.ts";
import type { ArmCall, ArmOperation } from "../surface.ts";
import { SOLUTIONS } from "../versions.ts";
import { applicationJson } from "./application-json.ts";
import { APPLICATION_TAKES, applicationSchema } from "./application-words.ts";
import { changeFrom, deployFrom } from "./change-application.ts";
import { type FoundApplication, find, resourcesOf, scopeIn } from "./find-application.ts";
import { resourceOperations } from "./resource.ts";
import { ACCESS_TAKES, updateAccess } from "./update-access.ts";
import { listAllowedUpgradePlans } from "./upgrade-plans.ts";

const path = ["applications", "{applicationName}"] as const;
const verb = (name: string) =>
  ({
    namespace: "Microsoft.Solutions",
    at: "resourceGroup",
    versions: SOLUTIONS,
    method: "POST",
    path: [...path, name],
  }) as const;

/** No token is made, for whichever audience and identity. */
const TOKENS_TAKES: Takes = {
  honoured: [],
  inert: { authorizationAudience: "the list is empty", userAssignedIdentities: "the list is empty" },
};

export const APPLICATION_OPERATIONS: readonly ArmOperation[] = [
  ...resourceOperations<FoundApplication>({
    ids: {
      get: "Applications_Get",
      put: "Applications_CreateOrUpdate",
      patch: "Applications_Update",
      remove: "Applications_Delete",
      ofGroup: "Applications_ListByResourceGroup",
      ofSubscription: "Applications_ListBySubscription",
    },
    path,
    takes: { put: APPLICATION_TAKES, patch: APPLICATION_TAKES },
    find,
    seen(call, found) {
      const id = found?.resource?.id ?? found?.application.scope ?? scopeIn(call) ?? "";
      const subjectId = found?.application.id ?? null;
      const versions =
        found && ([found.application.id, found.application.version, found.resource?.version ?? 0] as const);
      return { kind: "application", id, subjectId, versions };
    },
    json: ({ deps, caller }, { application, resource }) =>
      applicationJson(deps, caller, application, resource),
    put,
    patch(call) {
      const body = bodyOf(applicationSchema, call.body);
      if (!body.ok) return body;
      return accept(async (found: FoundApplication, given: Precondition | null) => {
        const changed = await changeFrom(call, body.value, found, given);
        return changed.ok ? find(call) : changed;
      });
    },
    remove,
    list,
  }),
  { ...verb("updateAccess"), id: "Applications_UpdateAccess", takes: ACCESS_TAKES, handle: updateAccess },
  { ...verb("refreshPermissions"), id: "Applications_RefreshPermissions", handle: refreshPermissions },
  {
    ...verb("listAllowedUpgradePlans"),
    id: "Applications_ListAllowedUpgradePlans",
    handle: listAllowedUpgradePlans,
  },
  { ...verb("listTokens"), id: "Applications_ListTokens", takes: TOKENS_TAKES, handle: listTokens },
];

async function put(call: ArmCall, found: FoundApplication | null, given: Precondition | null) {
  const body = bodyOf(applicationSchema, call.body);
  if (!body.ok) return body;
  return found === null ? deployFrom(call, body.value, given) : changeFrom(call, body.value, found, given);
}

/** The application and everything that stood on it; its history stays. */
async function remove(
  call: ArmCall,
  { application }: FoundApplication,
  given: Precondition | null,
): Promise<Answer> {
  const sentence = "only the consumer of a managed application deletes it";
  const allowed = mayAsOwner(call.caller, application.tenantId, sentence);
  if (!allowed.ok) return allowed;
  const input = { kind: "Application", name: application.name } as const;
  const outcome = await call.queued(() =>
    deleteConfiguration(call.deps, call.caller, input, provided(given)),
  );
  return answered(outcome, () => done(200));
}

function list(call: ArmCall): Promise<Answer> {
  return listOf(
    call,
    byName,
    { source: { all: () => applicationsUnder(call), key: ({ scope }) => scopeKey(scope) } },
    async (all) => {
      const resources = await resourcesOf(call, all);
      const { deps, caller } = call;
      return oneByOne(all, (one) => applicationJson(deps, caller, one, resources.get(one.id) ?? null));
    },
  );
}

async function applicationsUnder({ deps, caller, scope: asked }: ArmCall): Promise<Outcome<Application[]>> {
  const visible = await listApplications(deps, caller);
  if (!visible.ok) return visible;
  return accept(
    visible.value.map(({ application }) => application).filter(({ scope }) => scopeCovers(asked, scope)),
  );
}

/** Access follows the deployment by itself, at once; what this can do is to have the worker look. */
async function refreshPermissions(call: ArmCall): Promise<Answer> {
  const found = await find(call);
  if (!found.ok) return found;
  call.deps.store.wake();
  return done(200);
}

/** Managed applications have no identities of their own here, and so no tokens. */
async function listTokens(call: ArmCall): Promise<Answer> {
  const found = await find(call);
  return answered(found, () => done(200, { value: [] }));
}
