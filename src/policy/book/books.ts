/** The books of the tenants that a decision is about. Which of them were asked is noted by asking. */
import type { TenantId } from "../../domain/ids.ts";
import {
  type Identity,
  type PersonKey,
  type PrincipalRef,
  personOf,
  principalKey,
  type User,
} from "../../domain/principal.ts";
import { BrokenInvariant } from "../../domain/rejection.ts";
import type { Book } from "./book.ts";

export interface Books {
  has(tenantId: TenantId): boolean;
  /** Asking beyond what was loaded is a fault of the program: whoever asks says beforehand which tenants it is about. */
  of(tenantId: TenantId): Book;
  /** All that were loaded, for names: this asks nothing that decides. */
  readonly loaded: readonly Book[];
  identity(ref: PrincipalRef): Identity | null;
  /** INVARIANT I2: the humans behind these principals: themselves, owners, members, linked identities. */
  peopleBehind(refs: readonly PrincipalRef[]): ReadonlySet<PersonKey>;
  /** Living users reached by these refs, through groups of any nesting; refs of tenants that are no party reach nobody. */
  usersReachedBy(refs: readonly PrincipalRef[]): readonly User[];
  /** What was asked, each at its version. */
  asked(): readonly Book[];
}

export function booksOf(loaded: readonly Book[]): Books {
  const byTenant = new Map(loaded.map((book) => [book.tenantId, book]));
  const asked = new Set<Book>();
  const of = (tenantId: TenantId): Book => {
    const book = byTenant.get(tenantId);
    if (book === undefined) throw new BrokenInvariant(`the book of tenant ${tenantId} was not loaded`);
    asked.add(book);
    return book;
  };
  return {
    has: (tenantId) => byTenant.has(tenantId),
    of,
    loaded,
    identity: ({ tenantId, objectId }) => of(tenantId).identity(objectId),
    peopleBehind: (refs) =>
      new Set(refs.flatMap(({ tenantId, objectId }) => [...of(tenantId).peopleBehind(objectId)])),
    usersReachedBy(refs) {
      const found = new Map<string, User>();
      for (const [tenantId, own] of Map.groupBy(refs, (ref) => ref.tenantId)) {
        if (!byTenant.has(tenantId)) continue;
        for (const one of of(tenantId).membersOf(own.map(({ objectId }) => objectId)))
          if (one.kind === "user") found.set(principalKey(one), one);
      }
      return [...found.values()];
    },
    asked: () => [...asked],
  };
}

export interface Deciding {
  /** The tenant that owns the scope. */
  readonly home: TenantId;
  /** The people behind whoever asks and whoever it is for. */
  readonly conflicted: ReadonlySet<PersonKey>;
}

/**
 * INVARIANT I2: who of these could decide: living people of the tenant that owns the scope, whatever the settings name,
 * and none of them for themselves. Whoever decides, counts, tells or shows approvers asks this.
 */
export function whoCanDecide(
  books: Books,
  refs: readonly PrincipalRef[],
  { home, conflicted }: Deciding,
): readonly User[] {
  const reached = books.usersReachedBy(refs.filter(({ tenantId }) => tenantId === home));
  return reached.filter((user) => !conflicted.has(personOf(user)));
}
