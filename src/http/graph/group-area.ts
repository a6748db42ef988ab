/** Groups: who is a member or an owner for a time. What that is, and what it is not, `domain/role-definition.ts` says. */
import { z } from "zod";
import { asId, isGuid, type ObjectId } from "../../domain/ids.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { groupOf, groupScope, type Scope } from "../../domain/scope.ts";
import { guid, text } from "../../use-cases/values.ts";
import { bodyOf } from "../odata/body.ts";
import { requiredValue } from "../odata/matches.ts";
import { type Area, accessIn, accessOf, roleOfAccess } from "./area.ts";
import { findPrincipal, principalEntity } from "./directory-entities.ts";
import type { GraphCall } from "./surface.ts";

const schema = z.looseObject({ accessId: text(32), groupId: guid });

export const GROUP: Area = {
  path: ["identityGovernance", "privilegedAccess", "group"],
  prefix: "privilegedAccessGroup_",
  set: (of, what) => `${of}${what}`,
  approvals: "assignmentApprovals",
  holds: (held) => accessIn(held) !== null,
  held: { honoured: ["accessId", "groupId"], only: {}, readOnly: [] },
  async read(call) {
    const body = bodyOf(schema, call.body);
    if (!body.ok) return body;
    const roleDefinitionId = roleOfAccess(body.value.accessId);
    if (roleDefinitionId === null)
      return reject("invalid_input", "an access is `member` or `owner`", { path: "/accessId" });
    const scope = await scopeOfGroup(call, body.value.groupId);
    return scope.ok ? accept({ scope: scope.value, roleDefinitionId }) : scope;
  },
  scopeIn(filter) {
    const id = requiredValue(filter, "groupId");
    return id !== null && isGuid(id) ? groupScope(asId<ObjectId>(id)) : ("/" as Scope);
  },
  json: (held) => ({ accessId: accessOf(held), groupId: groupOf(held.scope) }),
  filterable: { accessId: accessOf, groupId: ({ scope }) => groupOf(scope) },
  navigations: { principal: {}, group: {}, activatedUsing: {} },
  navigation: (call, words, { scope }) => ({
    async group() {
      const id = groupOf(scope);
      return id && principalEntity(words, { tenantId: call.caller.ref.tenantId, objectId: id });
    },
    activatedUsing: async () => null,
  }),
};

/** INVARIANT I12: another tenant's group is not found, as one that there never was. */
export async function scopeOfGroup(call: GraphCall, groupId: string): Promise<Outcome<Scope>> {
  const found = await findPrincipal(call, groupId, "group");
  return found.ok ? accept(groupScope(found.value.objectId)) : found;
}
