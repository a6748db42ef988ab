/** What a transaction that changes configuration has changed so far, and what may stand on it. */
import { sql } from "kysely";
import type { AccessRequest } from "../../domain/access-request.ts";
import type { HangingGrant } from "../../policy/dependents.ts";
import type { DependentsRepository } from "../../use-cases/ports.ts";
import { bookRow, type KeptBooks, type StoredRow } from "../books.ts";
import type { TenantScope } from "../within-tenant.ts";

const BEFORE_ALL = "00000000-0000-0000-0000-000000000000";

export function dependentsIn({ trx, tenantId }: TenantScope, books: KeptBooks): DependentsRepository {
  return {
    async changed(before) {
      const { rows } = await sql<StoredRow>`SELECT kind, key, body FROM book_changes(${tenantId})`.execute(
        trx,
      );
      if (rows.length === 0) return null;
      const changed = rows.map(bookRow);
      return { after: books.following(before, changed), rows: changed };
    },
    async hangingOn({ people, roles, applications }, most) {
      const { rows } = await sql<{ grants: HangingGrant[] }>`SELECT grants
        FROM hanging_on(${[...people]}::uuid[], ${[...roles]}::uuid[], ${[...applications]}::uuid[], ${most})`.execute(
        trx,
      );
      return rows[0]?.grants ?? [];
    },
    async waitingOn({ people, roles, applications }, most) {
      const { rows } = await sql<{ body: AccessRequest }>`SELECT r.body FROM (
          SELECT id FROM access_request WHERE state = 'pending' AND beneficiary_id = ANY(${[...people]}::uuid[])
          UNION SELECT id FROM access_request WHERE state = 'pending' AND requester_id = ANY(${[...people]}::uuid[])
          UNION SELECT id FROM access_request WHERE state = 'pending' AND application_id = ANY(${[...applications]}::uuid[])
          UNION SELECT id FROM access_request WHERE state = 'pending' AND tenant_id = ${tenantId}
            AND body #> '{terms,roleDefinitionIds}' ?| ${[...roles]}::text[]
          ORDER BY id LIMIT ${most}) AS found JOIN access_request r ON r.id = found.id ORDER BY r.created_at, r.id`.execute(
        trx,
      );
      return rows.map(({ body }) => body);
    },
    async pending(after, most) {
      const { rows } = await sql<{ body: AccessRequest }>`SELECT body FROM access_request
        WHERE tenant_id = ${tenantId} AND state = 'pending' AND id > ${after ?? BEFORE_ALL} ORDER BY id LIMIT ${most}`.execute(
        trx,
      );
      return rows.map(({ body }) => body);
    },
  };
}
