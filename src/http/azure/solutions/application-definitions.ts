import type { TenantId } from "../../../domain/ids.ts";
import { accept, type Outcome, reject } from "../../../domain/rejection.ts";
import { subscriptionOf } from "../../../domain/scope.ts";
import { mayAsOwner } from "../../../policy/authority.ts";
import { deleteConfiguration } from "../../../use-cases/apply/delete-configuration.ts";
import type { PageAsk } from "../../../use-cases/ports.ts";
import { provided, type Versions } from "../../../use-cases/precondition.ts";
import { tagResource } from "../../../use-cases/tag-resource.ts";
import {
  type Definition,
  findDefinition,
  listDefinitions,
} from "../../../use-cases/views/read-definitions.ts";
import { byName } from "../../cursor.ts";
import { bodyOf } from "../../odata/body.ts";
import { type Answer, answered, done, nameIn } from "../../odata/operation.ts";
import { listOf } from "../page.ts";
import { etagOf, preconditionOf, type Seen } from "../precondition.ts";
import { idInGroup } from "../resource-words.ts";
import type { ArmCall, ArmOperation } from "../surface.ts";
import { SOLUTIONS } from "../versions.ts";
import { DEFINITIONS } from "./definition-ids.ts";
import { definitionJson } from "./definition-json.ts";
import { patchSchema } from "./jit-request-words.ts";
import { putDefinition } from "./put-definition.ts";

const one = {
  namespace: "Microsoft.Solutions",
  at: "resourceGroup",
  path: ["applicationDefinitions", "{applicationDefinitionName}"],
  versions: SOLUTIONS,
} as const;
const changed = { ...one, conditional: true } as const;
const many = { ...one, method: "GET", path: ["applicationDefinitions"] } as const;

export const DEFINITION_OPERATIONS: readonly ArmOperation[] = [
  {
    ...one,
    id: "ApplicationDefinitions_Get",
    method: "GET",
    handle: async (call) => answered(await find(call), (found) => json(call, found)),
  },
  { ...changed, id: "ApplicationDefinitions_CreateOrUpdate", method: "PUT", handle: put },
  { ...changed, id: "ApplicationDefinitions_Update", method: "PATCH", handle: patch },
  { ...changed, id: "ApplicationDefinitions_Delete", method: "DELETE", handle: remove },
  { ...many, id: "ApplicationDefinitions_ListByResourceGroup", handle: list },
  { ...many, id: "ApplicationDefinitions_ListBySubscription", at: "subscription", handle: list },
];

function idOfDefinition(call: ArmCall): string {
  return idInGroup(call, DEFINITIONS, nameIn(call, "applicationDefinitionName"));
}

async function ownerOf(call: ArmCall): Promise<TenantId | null> {
  const subscription = subscriptionOf(call.scope);
  return subscription === null ? null : call.deps.store.routes.tenantOfSubscription(subscription);
}

/** The publisher's own, and those that are offered to the caller's tenant. */
async function find(call: ArmCall): Promise<Outcome<Definition>> {
  const id = idOfDefinition(call);
  const publisher = await ownerOf(call);
  const found = publisher === null ? null : await findDefinition(call.deps, call.caller, publisher, id);
  return found === null
    ? reject("not_found", `there is no application definition \`${id}\` that you can see`)
    : accept(found);
}

function json(call: ArmCall, view: Definition, status = 200): Answer {
  return done(status, definitionJson(view, call.caller), { etag: etagOf(versionsOf(view)) });
}

async function put(call: ArmCall): Promise<Answer> {
  const existing = await find(call);
  const condition = preconditionOf(call, seen(call, existing.ok ? existing.value : null));
  if (!condition.ok) return condition;
  if ((await ownerOf(call)) !== call.caller.ref.tenantId)
    return reject("not_found", "there is no subscription of that id that you can publish in");
  const made = await putDefinition(call, {
    id: idOfDefinition(call),
    existing: existing.ok ? existing.value : null,
    precondition: condition.value,
  });
  if (!made.ok) return made;
  return answered(await find(call), (view) => json(call, view, existing.ok ? 200 : 201));
}

async function patch(call: ArmCall): Promise<Answer> {
  const body = bodyOf(patchSchema, call.body);
  if (!body.ok) return body;
  const found = await find(call);
  if (!found.ok) return found;
  const condition = preconditionOf(call, seen(call, found.value));
  if (!condition.ok) return condition;
  const { resource } = found.value;
  const tagged = await tagResource(call.deps, call.caller, {
    resource,
    maker: null,
    tags: body.value.tags ?? resource.tags,
    precondition: condition.value,
  });
  return answered(tagged, (next) => json(call, { ...found.value, resource: next }));
}

/** What was deployed of it stays: a deployment pins its version, and only its consumer ends it. */
async function remove(call: ArmCall): Promise<Answer> {
  const found = await find(call);
  const condition = preconditionOf(call, seen(call, found.ok ? found.value : null));
  if (!condition.ok) return condition;
  if (!found.ok) return done(204);
  const { offer } = found.value;
  const allowed = mayAsOwner(call.caller, offer.tenantId, "only the publisher of a definition deletes it");
  if (!allowed.ok) return allowed;
  const outcome = await call.queued(() =>
    deleteConfiguration(
      call.deps,
      call.caller,
      { kind: "ApplicationDefinition", name: offer.name },
      provided(condition.value),
    ),
  );
  return answered(outcome, () => done(200, undefined));
}

function list(call: ArmCall): Promise<Answer> {
  const read = async (ask: PageAsk) => {
    const publisher = await ownerOf(call);
    if (publisher === null) return accept({ items: [], after: null });
    return accept(
      await listDefinitions(call.deps, call.caller, publisher, { under: `${call.scope}/`, ...ask }),
    );
  };
  const at = ({ resource }: Definition) => ({ at: null, id: resource.id });
  return listOf<Definition>(call, byName, { source: { read, at } }, (all) =>
    all.map((one) => definitionJson(one, call.caller)),
  );
}

const versionsOf = ({ offer, resource }: Definition): Versions => [offer.latestVersion, resource.version];

function seen(call: ArmCall, found: Definition | null): Seen {
  const id = found?.resource.id ?? idOfDefinition(call);
  const subjectId = found?.offer.id ?? null;
  return { kind: "applicationDefinition", id, subjectId, versions: found && versionsOf(found) };
}
