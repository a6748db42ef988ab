/** What keeps a role out of a database, whatever password it has: asked before access is confirmed, and at every look. */
import type { Session } from "./session.ts";

export interface Way {
  /** Who is to get in, or a role that they are a member of. */
  readonly role: string;
  readonly database: string;
}

interface Row extends Way {
  readonly hasRole: boolean;
  readonly hasDatabase: boolean;
  readonly allowsConnections: boolean;
  /** Below zero: no limit, or a database that cannot be used any more. */
  readonly limit: number;
  readonly connects: boolean;
}

const UNUSABLE_DATABASE = -2;

/** Of each way, in their order, sentences that say what to do; empty where nothing is in the way. */
export async function findHindrances(
  session: Session,
  ways: readonly Way[],
): Promise<readonly (readonly string[])[]> {
  if (ways.length === 0) return [];
  const rows = await session.rows<Row>(
    `SELECT w.role, w.database, g.oid IS NOT NULL AS "hasRole", d.oid IS NOT NULL AS "hasDatabase",
            coalesce(d.datallowconn, false) AS "allowsConnections", coalesce(d.datconnlimit, -1) AS "limit",
            coalesce(has_database_privilege(g.oid, d.oid, 'CONNECT'), false) AS "connects"
       FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w(role, database, place)
       LEFT JOIN pg_roles g ON g.rolname = w.role
       LEFT JOIN pg_database d ON d.datname = w.database
      ORDER BY w.place`,
    [ways.map(({ role }) => role), ways.map(({ database }) => database)],
  );
  return rows.map(hindrancesIn);
}

function hindrancesIn({
  role,
  database,
  hasRole,
  hasDatabase,
  allowsConnections,
  limit,
  connects,
}: Row): string[] {
  if (!hasRole) return [`role \`${role}\` does not exist; create it in the database`];
  if (!hasDatabase) return [`there is no database \`${database}\`; make it, or bind another one`];
  return [
    allowsConnections
      ? null
      : `database \`${database}\` accepts no connections; ALTER DATABASE it with ALLOW_CONNECTIONS true`,
    limit === 0
      ? `database \`${database}\` has a connection limit of 0; ALTER DATABASE it with another CONNECTION LIMIT`
      : null,
    limit === UNUSABLE_DATABASE ? `database \`${database}\` cannot be used any more; restore it` : null,
    connects ? null : `role \`${role}\` may not connect to \`${database}\`; grant it CONNECT there`,
  ].filter((sentence) => sentence !== null);
}

/** For those that are to be told once, however many are kept out by it. */
export function keyOf({ role, database }: Way): string {
  return JSON.stringify([role, database]);
}
