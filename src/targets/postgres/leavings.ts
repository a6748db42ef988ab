/**
 * What a temporary role leaves in one database that could still run, or open something: asked of the catalogs, each with
 * the statement that puts an end to it. What has been put an end to is not found again: the catalogs are our only memory.
 */
import { LEFT_ROLE_NAME_PATTERN, ROLE_NAME_PATTERN } from "./role-name.ts";
import type { Session } from "./session.ts";

export interface Leaving {
  /** What puts an end to it; it names the object, and nothing secret. */
  readonly statement: string;
  /** The role whose rights that takes: the one that leaves, or another holder's. */
  readonly owner: string;
  /** Whether those rights are enough to name it; otherwise it takes USAGE that the group role has. */
  readonly reachable: boolean;
}

/**
 * At most `limit` of them, without those whose statement is in `except`, in an order that is another one each time: what
 * cannot be done now does not stand before the rest at every try.
 */
export function findLeavings(
  session: Session,
  oid: string,
  { except, limit }: { readonly except: readonly string[]; readonly limit: number },
): Promise<readonly Leaving[]> {
  return session.rows<Leaving>(
    `SELECT statement, pg_get_userbyid(owner)::text AS owner, reachable
       FROM (${LEAVINGS.join(" UNION ALL ")}) AS l
      WHERE statement <> ALL ($2) ORDER BY random() LIMIT $3`,
    [oid, except, limit, `${ROLE_NAME_PATTERN}|${LEFT_ROLE_NAME_PATTERN}`],
  );
}

const reaches = (schema: string, owner: string) =>
  `has_schema_privilege(${schema}, 'USAGE') OR has_schema_privilege(${owner}, ${schema}, 'USAGE')`;

const granteeName = (oid: string) =>
  `CASE ${oid} WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(${oid})) END`;

/** Code runs with its caller's rights, and nobody but a superuser can call it. */
const ROUTINES = `
  SELECT concat_ws('; ',
           CASE WHEN p.prosecdef THEN format('ALTER ROUTINE %s SECURITY INVOKER', p.oid::regprocedure) END,
           'REVOKE ALL ON ROUTINE ' || p.oid::regprocedure || ' FROM ' || others.names || ' CASCADE') AS statement,
         p.proowner AS owner, ${reaches("p.pronamespace", "p.proowner")} AS reachable
    FROM pg_proc p
    CROSS JOIN LATERAL (
      SELECT string_agg(DISTINCT ${granteeName("grantee")}, ', ') AS names
        FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) WHERE grantee <> p.proowner) others
   WHERE p.proowner = $1::oid AND (p.prosecdef OR others.names IS NOT NULL)`;

/** A view opens what it shows with its reader's rights. */
const VIEWS = `
  SELECT format('ALTER VIEW %s SET (security_invoker = true)', c.oid::regclass), c.relowner,
         ${reaches("c.relnamespace", "c.relowner")}
    FROM pg_class c
   WHERE c.relowner = $1::oid AND c.relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY (c.reloptions), false)`;

/** Rules and triggers of a table are switched off, and can be switched on again; those of a view can only be dropped. */
const RULES = `
  SELECT CASE WHEN c.relkind IN ('r', 'p') THEN format('ALTER TABLE %s DISABLE RULE %I', c.oid::regclass, r.rulename)
              ELSE format('DROP RULE %I ON %s', r.rulename, c.oid::regclass) END,
         c.relowner, ${reaches("c.relnamespace", "c.relowner")}
    FROM pg_class c JOIN pg_rewrite r ON r.ev_class = c.oid
   WHERE c.relowner = $1::oid AND r.rulename <> '_RETURN' AND r.ev_enabled <> 'D'`;

const TRIGGERS = `
  SELECT CASE c.relkind WHEN 'v' THEN format('DROP TRIGGER %I ON %s', t.tgname, c.oid::regclass)
              ELSE format('ALTER TABLE %s DISABLE TRIGGER %I', c.oid::regclass, t.tgname) END,
         c.relowner, ${reaches("c.relnamespace", "c.relowner")}
    FROM pg_class c JOIN pg_trigger t ON t.tgrelid = c.oid
   WHERE c.relowner = $1::oid AND NOT t.tgisinternal AND t.tgenabled <> 'D'`;

/** A mapping opens a foreign server with the password that stands in it. */
const USER_MAPPINGS = `
  SELECT format('DROP USER MAPPING FOR %s SERVER %I',
                ${granteeName("u.umuser")}, u.srvname), s.srvowner, true
    FROM pg_user_mappings u JOIN pg_foreign_server s ON s.oid = u.srvid
   WHERE s.srvowner = $1::oid`;

/** A subscription's workers need no log-in. */
const SUBSCRIPTIONS = `
  SELECT format('ALTER SUBSCRIPTION %I DISABLE', s.subname), s.subowner, true
    FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid
   WHERE s.subowner = $1::oid AND s.subenabled AND d.datname = current_database()`;

const isAnotherHolder = (owner: string) =>
  `pg_get_userbyid(${owner}) ~ $4 AND pg_has_role(${owner}, 'MEMBER WITH ADMIN OPTION')`;

const DEFAULT_PRIVILEGES = `
  SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I %s REVOKE ALL ON %s FROM %s CASCADE', pg_get_userbyid(d.defaclrole),
                'IN SCHEMA ' || quote_ident(n.nspname),
                CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'ROUTINES'
                     WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END,
                ${granteeName("a.grantee")}), d.defaclrole, true
    FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
    CROSS JOIN LATERAL (SELECT DISTINCT grantee FROM aclexplode(d.defaclacl)) a
   WHERE (d.defaclrole = $1::oid AND a.grantee <> $1::oid)
      OR (d.defaclrole <> $1::oid AND a.grantee = $1::oid AND ${isAnotherHolder("d.defaclrole")})`;

/** What another holder gave it on something of theirs: otherwise each could keep the other's end from being whole. */
const PRIVILEGES = `
  SELECT DISTINCT format('REVOKE ALL ON %s %s FROM %I CASCADE',
           CASE WHEN i.type IN ('view', 'materialized view', 'foreign table') THEN 'TABLE'
                WHEN i.type IN ('function', 'procedure', 'aggregate') THEN 'ROUTINE'
                WHEN i.type = 'server' THEN 'FOREIGN SERVER' ELSE upper(i.type) END,
           i.identity, pg_get_userbyid($1::oid)), o.refobjid,
         coalesce(${reaches("to_regnamespace(i.schema)", "o.refobjid")}, true)
    FROM pg_shdepend d
    JOIN pg_shdepend o ON (o.dbid, o.classid, o.objid, o.objsubid) = (d.dbid, d.classid, d.objid, 0)
                      AND o.refclassid = 'pg_authid'::regclass AND o.deptype = 'o'
    CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, 0) i
   WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = $1::oid AND d.deptype = 'a'
     AND d.classid <> 'pg_default_acl'::regclass AND d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND o.refobjid <> $1::oid AND ${isAnotherHolder("o.refobjid")}`;

const LEAVINGS = [
  ...[ROUTINES, VIEWS, RULES, TRIGGERS],
  ...[USER_MAPPINGS, SUBSCRIPTIONS, DEFAULT_PRIVILEGES, PRIVILEGES],
];

const MOST_TOLD = 20;

/** What its owner should know of: sentences about what holders left in the cluster, and what of it runs on tables of others. */
export async function describeLeavings(session: Session, quarantineRole: string): Promise<readonly string[]> {
  const [row] = await session.rows<{
    owners: number;
    old: boolean;
    triggers: readonly string[];
    many: number;
  }>(
    `SELECT (SELECT count(*)::int FROM pg_roles WHERE rolname ~ $1) AS owners,
            EXISTS (SELECT FROM pg_shdepend d JOIN pg_roles q ON q.oid = d.refobjid
                     WHERE d.refclassid = 'pg_authid'::regclass AND d.deptype = 'o' AND q.rolname = $2) AS old,
            coalesce((array_agg(format('%I on %s runs %s', t.tgname, t.tgrelid::regclass, p.oid::regprocedure)))[:$3], '{}')
              AS triggers, count(*)::int AS many
       FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid
      WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND c.relowner <> p.proowner AND pg_get_userbyid(p.proowner) ~ $1`,
    [LEFT_ROLE_NAME_PATTERN, quarantineRole, MOST_TOLD],
  );
  if (row === undefined) return [];
  const { owners, old, triggers, many } = row;
  const more = many > triggers.length ? ` and ${many - triggers.length} more` : "";
  return [
    owners > 0
      ? `${owners} roles \`curfew_left_…\` own what was made under access that is over; look through it`
      : null,
    many > 0
      ? `somebody whose access is over left code on tables of others: ${triggers.join(", ")}${more}; drop the trigger, or give its function an owner`
      : null,
    old
      ? `\`${quarantineRole}\` owns what holders left under version 0.1.0, with rules that run as it; look through it as the guide says`
      : null,
  ].filter((sentence) => sentence !== null);
}
