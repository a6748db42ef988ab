/** The two halves of Privileged Identity Management in Graph: directory roles at `/`, and groups, each with its own words. */
import { asId, type ObjectId, type RoleDefinitionId } from "../../domain/ids.ts";
import type { Outcome } from "../../domain/rejection.ts";
import { GROUP_MEMBER_ID, GROUP_OWNER_ID } from "../../domain/role-definition.ts";
import { groupOf, type Scope } from "../../domain/scope.ts";
import type { Of } from "../../pim/pim-request.ts";
import type { Words } from "../../pim/words.ts";
import type { Navigations } from "../odata/expand.ts";
import type { Filter } from "../odata/filter.ts";
import type { Literal } from "../odata/filter-tokens.ts";
import type { Takes } from "../odata/takes.ts";
import type { Entity } from "./entity.ts";
import type { GraphCall } from "./surface.ts";

/** What is held: a role at a scope. */
export interface Held {
  readonly scope: Scope;
  readonly roleDefinitionId: string;
}

export interface Area {
  /** Before the names of its sets. */
  readonly path: readonly string[];
  /** Before the ids of its operations. */
  readonly prefix: string;
  set(of: Of, what: "ScheduleRequests" | "Schedules" | "ScheduleInstances"): string;
  readonly approvals: string;
  /** Whether it is about this at all: each surface shows what has a form in it. */
  holds(held: Held): boolean;
  /** The properties of a body that name the role and the scope. */
  readonly held: Required<Pick<Takes, "honoured" | "only" | "readOnly">>;
  /** What they name. */
  read(call: GraphCall): Promise<Outcome<Held & { readonly roleDefinitionId: RoleDefinitionId }>>;
  /** Where a filter lets the store look alone. */
  scopeIn(filter: Filter | null): Scope;
  json(held: Held): Readonly<Record<string, string | null>>;
  readonly filterable: Readonly<Record<string, (held: Held) => Literal>>;
  /** Besides the principal. */
  readonly navigations: Navigations;
  navigation(call: GraphCall, words: Words, held: Held): NonNullable<Entity["navigation"]>;
}

const ACCESS: Readonly<Record<string, RoleDefinitionId>> = {
  member: GROUP_MEMBER_ID,
  owner: GROUP_OWNER_ID,
};

/** `member` or `owner` in any letters; null for anything else. */
export function roleOfAccess(accessId: string): RoleDefinitionId | null {
  const key = Object.keys(ACCESS).find((one) => one === accessId.toLowerCase());
  return key === undefined ? null : (ACCESS[key] ?? null);
}

export function accessOf({ roleDefinitionId }: Pick<Held, "roleDefinitionId">): string | null {
  return Object.keys(ACCESS).find((access) => ACCESS[access] === roleDefinitionId) ?? null;
}

/** The group and the access that something is about; null for what is about no group. */
export function accessIn(held: Held): { readonly groupId: ObjectId; readonly accessId: string } | null {
  const groupId = groupOf(held.scope);
  const accessId = accessOf(held);
  return groupId === null || accessId === null ? null : { groupId: asId(groupId), accessId };
}
