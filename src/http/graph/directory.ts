/** Who is calling, their organization, and the principals in it: what clients look up before they ask. Read-only. */

import type { Principal, PrincipalKind } from "../../domain/principal.ts";
import { accept, reject } from "../../domain/rejection.ts";
import { withWords } from "../../pim/words.ts";
import type { PageAsk, Position } from "../../use-cases/ports.ts";
import { onwards } from "../../use-cases/views/pages.ts";
import { listPrincipals } from "../../use-cases/views/read-directory.ts";
import { byGuid } from "../cursor.ts";
import type { Filterable } from "../odata/matches.ts";
import { type Answer, nameIn } from "../odata/operation.ts";
import { directoryEntity, findPrincipal, organizationEntity } from "./directory-entities.ts";
import { answerFound, listOf, listOfAll } from "./entity.ts";
import { OF_ALL, OF_LIST, OF_ONE } from "./options.ts";
import type { GraphCall, GraphOperation } from "./surface.ts";
import { BOTH } from "./versions.ts";

const shared = { method: "GET", versions: BOTH } as const;
const SETS: Readonly<Record<string, PrincipalKind>> = {
  users: "user",
  groups: "group",
  servicePrincipals: "servicePrincipal",
};

export const DIRECTORY_OPERATIONS: readonly GraphOperation[] = [
  { ...shared, id: "me_Get", path: ["me"], options: OF_ONE, handle: me },
  { ...shared, id: "organization_List", path: ["organization"], options: OF_ALL, handle: organization },
  ...Object.entries(SETS).flatMap(([set, kind]): GraphOperation[] => [
    { ...shared, id: `${set}_List`, path: [set], options: OF_LIST, handle: (call) => list(call, set, kind) },
    {
      ...shared,
      id: `${set}_Get`,
      path: [set, "{id}"],
      options: OF_ONE,
      handle: (call) => get(call, set, kind),
    },
  ]),
];

async function me(call: GraphCall): Promise<Answer> {
  const { ref, kind } = call.caller;
  if (kind !== "user")
    return reject("invalid_input", "/me is a person's: a workload reads /servicePrincipals/{id}");
  return one(call, "users", ref.objectId, "user");
}

async function get(call: GraphCall, set: string, kind: PrincipalKind): Promise<Answer> {
  return one(call, set, nameIn(call, "id"), kind);
}

function one(call: GraphCall, set: string, id: string, kind: PrincipalKind): Promise<Answer> {
  return answerFound(call, { context: set }, () => findPrincipal(call, id, kind), directoryEntity);
}

async function organization(call: GraphCall): Promise<Answer> {
  const own = await withWords(call, (words) => organizationEntity(call, words));
  return listOfAll(call, "organization", [own], (entity) => entity);
}

async function list(call: GraphCall, set: string, kind: PrincipalKind): Promise<Answer> {
  const able: Filterable<Principal> = {
    properties: {
      id: ({ objectId }) => objectId,
      displayName: ({ displayName }) => displayName,
      ...(kind === "user" ? { mail: emailOf, userPrincipalName: emailOf } : {}),
      ...(kind === "servicePrincipal" ? { appId: ({ objectId }) => objectId } : {}),
    },
  };
  const { deps, caller } = call;
  const read = async ({ limit, after }: PageAsk) => {
    const filter = { kind, limit, ...(after === undefined ? {} : { after: after.id }) };
    const items = await listPrincipals(deps, caller.ref.tenantId, filter);
    return accept({ items, after: onwards(items, limit, positionOf) });
  };
  return listOf<Principal>(call, {
    context: set,
    fits: byGuid,
    listed: { source: { read, at: positionOf }, able },
    entities: () => directoryEntity,
  });
}

function positionOf({ objectId }: Principal): Position {
  return { at: null, id: objectId };
}

function emailOf(principal: Principal): string | null {
  return principal.kind === "user" ? principal.email : null;
}
