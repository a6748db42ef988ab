/** Names for the ids in an answer, out of the books. */
import type { RoleDefinitionId, TenantId } from "../../domain/ids.ts";
import type { Principal, PrincipalRef } from "../../domain/principal.ts";
import type { Scope } from "../../domain/scope.ts";
import type { Books } from "../../policy/book/books.ts";
import { placeName } from "../../policy/book/place-name.ts";
import type { Deps, Tx } from "../ports.ts";

export interface NamedPrincipal extends PrincipalRef {
  readonly kind: string;
  readonly displayName: string;
  readonly tenantName: string;
}

export interface SyncNames {
  principal(ref: PrincipalRef): NamedPrincipal;
  tenant(id: TenantId): string;
  role(id: RoleDefinitionId): string;
  /** What people call it: a subscription or a group by its name where it is one's own, everything else by its last segment. */
  scope(scope: Scope): string;
}

/** As somebody of `own` may call things. */
export function namesOf(books: Books, own: TenantId): SyncNames {
  const mine = books.has(own) ? books.of(own) : null;
  const tenant = (id: TenantId) =>
    books.has(id) ? books.of(id).tenant.displayName : "a tenant that is gone";
  return {
    tenant,
    principal(ref) {
      const found = books.has(ref.tenantId) ? books.of(ref.tenantId).principal(ref.objectId) : null;
      return {
        tenantId: ref.tenantId,
        objectId: ref.objectId,
        kind: found?.kind ?? "unknown",
        displayName: found?.displayName ?? "somebody who is gone",
        tenantName: tenant(ref.tenantId),
      };
    },
    role(id) {
      const found = [...(mine === null ? [] : [mine]), ...books.loaded].map((book) => book.role(id));
      return found.find((role) => role !== null)?.name ?? id;
    },
    scope: (scope) => placeName(mine, scope),
  };
}

export interface Names {
  principal(ref: PrincipalRef): Promise<NamedPrincipal>;
  /** All that is known of one, deleted ones too; null where nobody is. */
  known(ref: PrincipalRef): Promise<Principal | null>;
  tenant(id: TenantId): Promise<string>;
  role(id: RoleDefinitionId): Promise<string>;
  scope(scope: Scope): Promise<string>;
}

/** The same where the tenants that names are wanted of are not known beforehand. */
export function namesIn(tx: Tx): Names {
  const asOf = async (tenantIds: readonly TenantId[]) => namesOf(await tx.books(tenantIds), tx.tenantId);
  return {
    principal: async (ref) => (await asOf([ref.tenantId])).principal(ref),
    known: async (ref) => (await tx.directory.identity(ref))?.principal ?? null,
    tenant: async (id) => (await asOf([id])).tenant(id),
    // A publisher reads what its consumers accepted in their rows.
    role: async (id) => (await tx.policy.roles([id])).find((role) => role.id === id)?.name ?? id,
    scope: async (scope) => (await asOf([])).scope(scope),
  };
}

/** For a surface that shapes what it was given: each name is looked up once, as somebody of `tenantId` may call it. */
export async function withNames<T>(
  { store }: Deps,
  tenantId: TenantId,
  work: (names: Names) => Promise<T>,
): Promise<T> {
  return store.inTenant(tenantId, (tx) => work(namesIn(tx)));
}
