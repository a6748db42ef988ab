/** Books for a list of one moment: what many rows ask alike is worked out once. */
import type { TenantId } from "../../domain/ids.ts";
import { principalKey, type User } from "../../domain/principal.ts";
import { scopeKey } from "../../domain/scope.ts";
import type { Book } from "../../policy/book/book.ts";
import type { Books } from "../../policy/book/books.ts";

/** For who has a seat, and who is named. No rule is asked for a list, and so nobody's eligibility is looked up. */
export function remembered(books: Books): Books {
  const known = new Map<TenantId, Book>();
  const reached = new Map<string, readonly User[]>();
  return {
    ...books,
    of: (tenantId) => remember(known, tenantId, () => rememberedBook(books.of(tenantId))),
    usersReachedBy: (refs) =>
      remember(reached, refs.map(principalKey).join(" "), () => books.usersReachedBy(refs)),
  };
}

function rememberedBook(book: Book): Book {
  const applications = new Map<string, ReturnType<Book["applicationAt"]>>();
  const settings = new Map<string, ReturnType<Book["settingsFor"]>>();
  // Not a copy: what a book makes when it is first asked for it would all be made.
  return Object.assign(Object.create(book) as Book, {
    applicationAt: (scope) => remember(applications, scopeKey(scope), () => book.applicationAt(scope)),
    settingsFor(asking, scope, roles) {
      const key = [asking, scopeKey(scope), ...roles.map(({ id }) => id)].join(" ");
      return remember(settings, key, () => book.settingsFor(asking, scope, roles));
    },
    eligibilitiesFor: () => [],
  } satisfies Partial<Book>);
}

function remember<K, V>(known: Map<K, V>, key: K, work: () => V): V {
  const found = known.get(key);
  if (found !== undefined || known.has(key)) return found as V;
  const made = work();
  known.set(key, made);
  return made;
}
