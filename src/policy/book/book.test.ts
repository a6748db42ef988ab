import assert from "node:assert/strict";
import { test } from "node:test";
import { group, ref, roleId, SCOPE, TENANT, user } from "../../domain/life.fixture.ts";
import { BrokenInvariant } from "../../domain/rejection.ts";
import { scopeKey } from "../../domain/scope.ts";
import { HOUR_MS } from "../../domain/time.ts";
import { book, members } from "../decisions/decisions.fixture.ts";
import { makeBook } from "./book.ts";
import { booksOf } from "./books.ts";
import { emptyContents, withRows } from "./contents.ts";

test("a book without its tenant is no book", () => {
  assert.throws(() => makeBook(1, emptyContents()), BrokenInvariant);
});

test("a tenant may have more settings than a function takes arguments", () => {
  const settings = new Map(
    Array.from({ length: 200_000 }, (_, number) => {
      const id = `settings-${number}`;
      const maximumTotalMs = number === 150_000 ? 900 * HOUR_MS : HOUR_MS;
      const where = { scope: SCOPE, scopeKey: scopeKey(SCOPE), roleDefinitionId: roleId(id) };
      return [id, { id, name: id, ...where, tier: null, override: { maximumTotalMs }, version: 1 }] as const;
    }),
  );
  assert.equal(book([], { settings }).longestTotalMs, 900 * HOUR_MS);
});

test("a newer version shares what did not change, and the older one stays as it was", () => {
  const { contents } = book([user("colin"), group("engineers")], {
    members: members({ engineers: ["colin"] }),
  });
  const next = withRows(contents, [{ kind: "members", key: "engineers", body: null }]);
  assert.equal(next.principal, contents.principal);
  assert.deepEqual([...next.members.keys()], []);
  assert.deepEqual([...contents.members.keys()], ["engineers"]);
});

test("asking a book that was not loaded is a fault, and what was asked is noted", () => {
  const books = booksOf([book([user("colin")])]);
  assert.throws(() => books.identity(ref("frank", "fabrikam" as typeof TENANT)), BrokenInvariant);
  assert.deepEqual(books.asked(), []);
  assert.deepEqual(books.usersReachedBy([ref("frank", "fabrikam" as typeof TENANT)]), []);
  books.identity(ref("colin"));
  assert.deepEqual(
    books.asked().map(({ tenantId }) => tenantId),
    [TENANT],
  );
});
