/** The rows that a book is made of, kind by kind, and how a newer version follows from an older one. */
import type { Application } from "../../domain/application.ts";
import type { Eligibility } from "../../domain/eligibility.ts";
import type { ObjectId, RoleDefinitionId } from "../../domain/ids.ts";
import type { Principal } from "../../domain/principal.ts";
import type { RoleDefinition } from "../../domain/role-definition.ts";
import type { Scope } from "../../domain/scope.ts";
import type { Binding, TargetDefinition } from "../../domain/target-binding.ts";
import type { Subscription, Tenant } from "../../domain/tenant.ts";
import type { StoredSettings, Tier } from "../tiers.ts";

/** What one row of each kind says. Keys are ids, of a tier its name; `members` stands under its group's id. */
export interface BookKinds {
  readonly tenant: Tenant;
  readonly subscription: Subscription;
  /** Deleted ones are there as well: their ids are never used again. */
  readonly principal: Principal & { readonly name: string };
  readonly members: readonly ObjectId[];
  readonly role: RoleDefinition;
  readonly tier: Tier;
  readonly settings: RoleSettingsRow;
  readonly eligibility: Eligibility & { readonly name: string };
  /** Of this tenant as consumer, deleted ones included. */
  readonly application: Application;
  /** Without secrets. */
  readonly target: TargetDefinition;
  readonly binding: Binding;
}

export interface RoleSettingsRow extends StoredSettings {
  readonly id: string;
  readonly name: string;
  readonly roleDefinitionId: RoleDefinitionId;
  readonly scope: Scope;
}

export type BookKind = keyof BookKinds;
export type BookContents = { readonly [Kind in BookKind]: ReadonlyMap<string, BookKinds[Kind]> };
/** One row, or null where it is gone. */
export type BookRow = {
  readonly [Kind in BookKind]: {
    readonly kind: Kind;
    readonly key: string;
    readonly body: BookKinds[Kind] | null;
  };
}[BookKind];

export function emptyContents(): BookContents {
  return {
    tenant: new Map(),
    subscription: new Map(),
    principal: new Map(),
    members: new Map(),
    role: new Map(),
    tier: new Map(),
    settings: new Map(),
    eligibility: new Map(),
    application: new Map(),
    target: new Map(),
    binding: new Map(),
  };
}

/** Kinds that no row is about are the same maps as before, with whatever was indexed of them. */
export function withRows(contents: BookContents, rows: readonly BookRow[]): BookContents {
  const next: { -readonly [Kind in BookKind]: BookContents[Kind] } = { ...contents };
  const fresh = new Set<BookKind>();
  for (const row of rows) {
    if (!fresh.has(row.kind)) {
      fresh.add(row.kind);
      Object.assign(next, { [row.kind]: new Map<string, unknown>(contents[row.kind]) });
    }
    const map = next[row.kind] as Map<string, unknown>;
    if (row.body === null) map.delete(row.key);
    else map.set(row.key, row.body);
  }
  return next;
}
