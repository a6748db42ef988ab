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
    if (book === null) return tx.roles(ids);
    if (ids === undefined) {
      const named = [...book.contents.role.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      return [...BUILT_IN_ROLES, ...named];
    }
    const found = ids.map((id) => book.role(id)).filter((role) => role !== null);
    // A publisher reads what its consumers accepted in their rows.
    return found.length === new Set(ids).size ? found : tx.roles(ids);
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
    grant: afterDecisions(tx.grant),
    grants: afterDecisions(tx.grants),
    insertGrant: afterDecisions(tx.insertGrant),
    request: afterDecisions(tx.request),
    requests: afterDecisions(tx.requests),
    hasOpenGrants: afterDecisions(tx.hasOpenGrants),
    isTargetInUse: afterDecisions(tx.isTargetInUse),
    tenant: either(tx.tenant, async (id) => (await bookOf(id))?.tenant ?? null),
    identity: either(
      tx.identity,
      async ({ tenantId, objectId }) => (await bookOf(tenantId))?.identity(objectId) ?? null,
    ),
    peopleBehind: either(tx.peopleBehind, async (refs) =>
      (await booksFor(refs.map((ref) => ref.tenantId))).peopleBehind(refs),
    ),
    usersReachedBy: either(tx.usersReachedBy, async (refs) =>
      (await booksFor(refs.map((ref) => ref.tenantId))).usersReachedBy(refs),
    ),
    membersOf: either(
      tx.membersOf,
      async ({ tenantId, objectId }) => (await bookOf(tenantId))?.membersOf([objectId]) ?? [],
    ),
    subscriptions: either(tx.subscriptions, async () =>
      [...((await own())?.contents.subscription.values() ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1)),
    ),
    roles: either(tx.roles, rolesIn),
    eligibilities: either(tx.eligibilities, async ({ principals, scopeKeys }) => {
      const ids = principals && new Set(principals.map(({ objectId }) => objectId));
      return ((await own())?.eligibilities ?? []).filter(
        ({ principal, scope: at }) =>
          (ids === undefined || ids.has(principal.objectId)) &&
          (scopeKeys === undefined || scopeKeys.includes(scopeKey(at))),
      );
    }),
    storedSettings: either(tx.storedSettings, async (id, scopeKeys) =>
      ((await own())?.settingsStored(id) ?? []).filter((row) => scopeKeys.includes(row.scopeKey)),
    ),
    tiers: either(tx.tiers, async () => [...((await own())?.tiers ?? [])]),
    rulesName: either(tx.rulesName, async (approvers) => (await own())?.rulesName(approvers) === true),
    applicationAt: either(tx.applicationAt, async (at) => (await own())?.applicationAt(at) ?? null),
    application: either(tx.application, async (id) => (await own())?.application(id) ?? tx.application(id)),
    bindings: either(tx.bindings, async () => [...((await own())?.bindings ?? [])]),
    target: either(tx.target, async (id) => (await own())?.target(id) ?? null),
  };
}
