/** Microsoft.Solutions/applications: an offer as its consumer runs it, read by both parties, changed by the consumer. */

import type { Application } from "../../../domain/application.ts";
import { accept, type Outcome } from "../../../domain/rejection.ts";
import { scopeCovers, scopeKey } from "../../../domain/scope.ts";
import { mayAsOwner } from "../../../policy/authority.ts";
import { deleteConfiguration } from "../../../use-cases/apply/delete-configuration.ts";
import { oneByOne } from "../../../use-cases/apply/kind.ts";
import { provided, type Versions } from "../../../use-cases/precondition.ts";
import { listApplications } from "../../../use-cases/views/read-applications.ts";
import { byName } from "../../cursor.ts";
import { bodyOf } from "../../odata/body.ts";
import { type Answer, answered, done } from "../../odata/operation.ts";
import { listOf } from "../page.ts";
import { etagOf, preconditionOf, type Seen } from "../precondition.ts";
import type { ArmCall, ArmOperation } from "../surface.ts";
import { SOLUTIONS } from "../versions.ts";
import { applicationJson } from "./application-json.ts";
import { applicationSchema } from "./application-words.ts";
import { changeFrom, deployFrom } from "./change-application.ts";
import { type FoundApplication, find, resourcesOf, scopeIn } from "./find-application.ts";
import { updateAccess } from "./update-access.ts";
import { listAllowedUpgradePlans } from "./upgrade-plans.ts";

const one = {
  namespace: "Microsoft.Solutions",
  at: "resourceGroup",
  path: ["applications", "{applicationName}"],
  versions: SOLUTIONS,
} as const;
const changed = { ...one, conditional: true } as const;
const many = { ...one, method: "GET", path: ["applications"] } as const;
const verb = (name: string) => ({ ...one, method: "POST", path: [...one.path, name] }) as const;

export const APPLICATION_OPERATIONS: readonly ArmOperation[] = [
  {
    ...one,
    id: "Applications_Get",
    method: "GET",
    handle: async (call) => answered(await find(call), (found) => json(call, found)),
  },
  { ...changed, id: "Applications_CreateOrUpdate", method: "PUT", handle: put },
  { ...changed, id: "Applications_Update", method: "PATCH", handle: patch },
  { ...changed, id: "Applications_Delete", method: "DELETE", handle: remove },
  { ...many, id: "Applications_ListByResourceGroup", handle: list },
  { ...many, id: "Applications_ListBySubscription", at: "subscription", handle: list },
  { ...verb("updateAccess"), id: "Applications_UpdateAccess", handle: updateAccess },
  { ...verb("refreshPermissions"), id: "Applications_RefreshPermissions", handle: refreshPermissions },
  {
    ...verb("listAllowedUpgradePlans"),
    id: "Applications_ListAllowedUpgradePlans",
    handle: listAllowedUpgradePlans,
  },
  { ...verb("listTokens"), id: "Applications_ListTokens", handle: listTokens },
];

async function json(
  call: ArmCall,
  { application, resource }: FoundApplication,
  status = 200,
): Promise<Answer> {
  const body = await applicationJson(call.deps, call.caller, application, resource);
  return done(status, body, { etag: etagOf(versionsOf({ application, resource })) });
}

const versionsOf = ({ application, resource }: FoundApplication): Versions => [
  application.version,
  resource?.version ?? 0,
];

function seen(call: ArmCall, found: FoundApplication | null): Seen {
  const id = found?.resource?.id ?? found?.application.scope ?? scopeIn(call) ?? "";
  const subjectId = found?.application.id ?? null;
  return { kind: "application", id, subjectId, versions: found && versionsOf(found) };
}

async function put(call: ArmCall): Promise<Answer> {
  const body = bodyOf(applicationSchema, call.body);
  if (!body.ok) return body;
  const found = await find(call);
  const condition = preconditionOf(call, seen(call, found.ok ? found.value : null));
  if (!condition.ok) return condition;
  const changed = found.ok
    ? await changeFrom(call, body.value, found.value, condition.value)
    : await deployFrom(call, body.value, condition.value);
  if (!changed.ok) return changed;
  return answered(await find(call), (now) => json(call, now, found.ok ? 200 : 201));
}

async function patch(call: ArmCall): Promise<Answer> {
  const body = bodyOf(applicationSchema, call.body);
  if (!body.ok) return body;
  const found = await find(call);
  if (!found.ok) return found;
  const condition = preconditionOf(call, seen(call, found.value));
  if (!condition.ok) return condition;
  const changed = await changeFrom(call, body.value, found.value, condition.value);
  return answered(changed.ok ? await find(call) : changed, (now) => json(call, now));
}

/** The application and everything that stood on it; its history stays. */
async function remove(call: ArmCall): Promise<Answer> {
  const found = await find(call);
  const condition = preconditionOf(call, seen(call, found.ok ? found.value : null));
  if (!condition.ok) return condition;
  if (!found.ok) return done(204);
  const { application } = found.value;
  const sentence = "only the consumer of a managed application deletes it";
  const allowed = mayAsOwner(call.caller, application.tenantId, sentence);
  if (!allowed.ok) return allowed;
  const outcome = await call.queued(() =>
    deleteConfiguration(
      call.deps,
      call.caller,
      { kind: "Application", name: application.name },
      provided(condition.value),
    ),
  );
  return answered(outcome, () => done(200, undefined));
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
  return done(200, undefined);
}

/** Managed applications have no identities of their own here, and so no tokens. */
async function listTokens(call: ArmCall): Promise<Answer> {
  const found = await find(call);
  return answered(found, () => done(200, { value: [] }));
}
