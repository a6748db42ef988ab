import {
  groupOf,
  type Scope,
  sameScope,
  scopeName,
  subscriptionOf,
  subscriptionScope,
} from "../../domain/scope.ts";
import type { Book } from "./book.ts";

/** What people call a place: a group and a subscription by their names, anything in a subscription by its own. */
export function placeName(book: Book | null, scope: Scope): string {
  const group = groupOf(scope);
  if (group !== null) return book?.principal(group)?.displayName ?? group;
  const id = subscriptionOf(scope);
  if (id === null || !sameScope(scope, subscriptionScope(id))) return scopeName(scope);
  return book?.subscription(id)?.name ?? id;
}
