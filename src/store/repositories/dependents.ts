/** What a transaction that changes configuration has changed so far, and what may stand on it. */
import { sql } from "kysely";
import { makeBook } from "../../policy/book/book.ts";
import { withRows } from "../../policy/book/contents.ts";
import type { DependentsRepository } from "../../use-cases/ports.ts";
import { bookRow, type StoredRow } from "../books.ts";
import type { TenantScope } from "../within-tenant.ts";

export function dependentsIn({ trx, tenantId }: TenantScope): DependentsRepository {
  return {
    async changed(before) {
      const { rows } = await sql<StoredRow>`SELECT kind, key, body FROM book_changes(${tenantId})`.execute(
        trx,
      );
      if (rows.length === 0) return null;
      const changed = rows.map(bookRow);
      // Nobody else may have it: it is not committed.
      return { after: makeBook(before.version + 1, withRows(before.contents, changed)), rows: changed };
    },
    async hangingOn({ people, roles, applications }, most) {
      const { rows } = await sql<
        Awaited<ReturnType<DependentsRepository["hangingOn"]>>
      >`SELECT grants, requests
        FROM hanging_on(${[...people]}::uuid[], ${[...roles]}::uuid[], ${[...applications]}::uuid[], ${most})`.execute(
        trx,
      );
      return rows[0] ?? { grants: [], requests: [] };
    },
  };
}
