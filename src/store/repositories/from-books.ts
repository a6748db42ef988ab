/**
 * What a transaction is told about people and rules comes from the books, as of a version that it read itself. A
 * transaction that changes configuration is told what its own rows say.
 */
import type { RoleDefinitionId, TenantId } from "../../domain/ids.ts";
import { BUILT_IN_ROLES, type RoleDefinition } from "../../domain/role-definition.ts";
import { scopeKey } from "../../domain/scope.ts";
import type { Book } from "../../policy/book/book.ts";
import { booksOf } from "../../policy/book/books.ts";
import type { Tx } from "../../use-cases/ports.ts";
import { type KeptBooks, policyVersions } from "../books.ts";
import { runWithin } from "../run-within.ts";
import type { TenantScope } from "../within-tenant.ts";

export function fromBooks(tx: Omit<Tx, "books">, scope: TenantScope, kept: KeptBooks): Tx {
  const { state } = scope;

  /** Of those that nobody asked for yet, all versions in one statement. */
  function bookOf(tenantId: TenantId, and: readonly TenantId[] = []): Promise<Book | null> {
    const missing = [...new Set([tenantId, ...and])].filter((id) => !state.books.has(id));
    const versions = missing.length === 0 ? null : policyVersions(missing, runWithin(scope));
    for (const id of missing) {
      const read = async () => {
        const version = (await versions)?.[id];
        return version === undefined ? null : kept.atLeast(id, version, runWithin(scope));
      };
      state.books.set(id, read());
    }
    return state.books.get(tenantId) ?? Promise.resolve(null);
  }
  const own = () => bookOf(scope.tenantId);
  /** By the book, or by the transaction's own rows. */
  const either =
    <A extends readonly unknown[], R>(rows: (...args: A) => Promise<R>, book: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> =>
      state.configuring ? rows(...args) : book(...args);

  const afterDecisions =
    <A extends readonly unknown[], R>(ask: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (state.configuring && !state.alone) await tx.stopDecisions();
      return ask(...args);
    };

  async function rolesIn(ids?: readonly RoleDefinitionId[]): Promise<RoleDefinition[]> {
    const book = await own();
    if (book === null) return tx.policy.roles(ids);
    if (ids === undefined) {
      const named = [...book.contents.role.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      return [...BUILT_IN_ROLES, ...named];
    }
    const found = ids.map((id) => book.role(id)).filter((role) => role !== null);
    // A publisher reads what its consumers accepted in their rows.
    return found.length === new Set(ids).size ? found : tx.policy.roles(ids);
  }

  const booksFor = async (tenantIds: readonly TenantId[]) => {
    const found = await Promise.all([...new Set(tenantIds)].map((id) => bookOf(id, tenantIds)));
    return booksOf(found.filter((book) => book !== null));
  };

  return {
    ...tx,
    books: (tenantIds) => booksFor([scope.tenantId, ...tenantIds]),
    async holdPolicy(tenantIds) {
      await tx.holdPolicy(tenantIds);
      // From here on nothing moves: what was read before may have.
      for (const id of tenantIds) state.books.delete(id);
    },
    async takeTurns(change, read) {
      state.configuring = true;
      await tx.takeTurns(change, read);
    },
    // Decisions go on while configuration is being changed, until it looks at what they would move.
    grants: {
      ...tx.grants,
      find: afterDecisions(tx.grants.find),
      list: afterDecisions(tx.grants.list),
      insert: afterDecisions(tx.grants.insert),
      isAnyOpen: afterDecisions(tx.grants.isAnyOpen),
    },
    requests: {
      ...tx.requests,
      find: afterDecisions(tx.requests.find),
      list: afterDecisions(tx.requests.list),
    },
    tenants: {
      ...tx.tenants,
      find: either(tx.tenants.find, async (id) => (await bookOf(id))?.tenant ?? null),
      subscriptions: either(tx.tenants.subscriptions, async () =>
        [...((await own())?.contents.subscription.values() ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1)),
      ),
    },
    directory: {
      ...tx.directory,
      identity: either(
        tx.directory.identity,
        async ({ tenantId, objectId }) => (await bookOf(tenantId))?.identity(objectId) ?? null,
      ),
      usersReachedBy: either(tx.directory.usersReachedBy, async (refs) =>
        (await booksFor(refs.map((ref) => ref.tenantId))).usersReachedBy(refs),
      ),
      membersOf: either(
        tx.directory.membersOf,
        async ({ tenantId, objectId }) => (await bookOf(tenantId))?.membersOf([objectId]) ?? [],
      ),
    },
    policy: {
      ...tx.policy,
      roles: either(tx.policy.roles, rolesIn),
      eligibilities: either(tx.policy.eligibilities, async ({ principals, scopeKeys }) => {
        const ids = principals && new Set(principals.map(({ objectId }) => objectId));
        return ((await own())?.eligibilities ?? []).filter(
          ({ principal, scope: at }) =>
            (ids === undefined || ids.has(principal.objectId)) &&
            (scopeKeys === undefined || scopeKeys.includes(scopeKey(at))),
        );
      }),
      storedSettings: either(tx.policy.storedSettings, async (id, scopeKeys) =>
        ((await own())?.settingsStored(id) ?? []).filter((row) => scopeKeys.includes(row.scopeKey)),
      ),
      tiers: either(tx.policy.tiers, async () => [...((await own())?.tiers ?? [])]),
      rulesName: either(
        tx.policy.rulesName,
        async (approvers) => (await own())?.rulesName(approvers) === true,
      ),
    },
    applications: {
      ...tx.applications,
      at: either(tx.applications.at, async (at) => (await own())?.applicationAt(at) ?? null),
      find: either(
        tx.applications.find,
        async (id) => (await own())?.application(id) ?? tx.applications.find(id),
      ),
    },
    targets: {
      ...tx.targets,
      isInUse: afterDecisions(tx.targets.isInUse),
      find: either(tx.targets.find, async (id) => (await own())?.target(id) ?? null),
      bindings: either(tx.targets.bindings, async () => [...((await own())?.bindings ?? [])]),
    },
  };
}
