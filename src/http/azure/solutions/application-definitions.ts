/** Microsoft.Solutions/applicationDefinitions: an offer, as its publisher makes it and its consumers see it. */
import type { TenantId } from "../../../domain/ids.ts";
import { accept, type Outcome, reject } from "../../../domain/rejection.ts";
import { subscriptionOf } from "../../../domain/scope.ts";
import { mayAsOwner } from "../../../policy/authority.ts";
import { deleteConfiguration } from "../../../use-cases/apply/delete-configuration.ts";
import type { PageAsk } from "../../../use-cases/ports.ts";
import { type Precondition, provided } from "../../../use-cases/precondition.ts";
import { tagResource } from "../../../use-cases/tag-resource.ts";
import {
  type Definition,
  findDefinition,
  listDefinitions,
} from "../../../use-cases/views/read-definitions.ts";
import { byName } from "../../cursor.ts";
import { type Answer, answered, done, nameIn } from "../../odata/operation.ts";
import { listOf } from "../page.ts";
import { idInGroup, tagsIn } from "../resource-words.ts";
import type { ArmCall } from "../surface.ts";
import { DEFINITIONS } from "./definition-ids.ts";
import { definitionJson } from "./definition-json.ts";
import { TAGS_TAKES } from "./jit-request-words.ts";
import { DEFINITION_TAKES, putDefinition } from "./put-definition.ts";
import { resourceOperations } from "./resource.ts";

export const DEFINITION_OPERATIONS = resourceOperations<Definition>({
  ids: {
    get: "ApplicationDefinitions_Get",
    put: "ApplicationDefinitions_CreateOrUpdate",
    patch: "ApplicationDefinitions_Update",
    remove: "ApplicationDefinitions_Delete",
    ofGroup: "ApplicationDefinitions_ListByResourceGroup",
    ofSubscription: "ApplicationDefinitions_ListBySubscription",
  },
  path: ["applicationDefinitions", "{applicationDefinitionName}"],
  takes: { put: DEFINITION_TAKES, patch: TAGS_TAKES },
  find,
  seen(call, found) {
    const id = found?.resource.id ?? idOfDefinition(call);
    const versions = found && ([found.offer.id, found.offer.latestVersion, found.resource.version] as const);
    return { kind: "applicationDefinition", id, subjectId: found?.offer.id ?? null, versions };
  },
  json: ({ caller }, found) => definitionJson(found, caller),
  async put(call, existing, precondition) {
    if ((await ownerOf(call)) !== call.caller.ref.tenantId)
      return reject("not_found", "there is no subscription of that id that you can publish in");
    return putDefinition(call, { id: idOfDefinition(call), existing, precondition });
  },
  patch(call) {
    const said = tagsIn(call);
    if (!said.ok) return said;
    return accept(async (found: Definition, precondition: Precondition | null) => {
      const { resource } = found;
      const changed = { resource, maker: null, tags: said.value ?? resource.tags, precondition };
      const tagged = await tagResource(call.deps, call.caller, changed);
      return tagged.ok ? accept({ ...found, resource: tagged.value }) : tagged;
    });
  },
  remove,
  list,
});

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

/** What was deployed of it stays: a deployment pins its version, and only its consumer ends it. */
async function remove(call: ArmCall, { offer }: Definition, given: Precondition | null): Promise<Answer> {
  const allowed = mayAsOwner(call.caller, offer.tenantId, "only the publisher of a definition deletes it");
  if (!allowed.ok) return allowed;
  const input = { kind: "ApplicationDefinition", name: offer.name } as const;
  const outcome = await call.queued(() =>
    deleteConfiguration(call.deps, call.caller, input, provided(given)),
  );
  return answered(outcome, () => done(200));
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
