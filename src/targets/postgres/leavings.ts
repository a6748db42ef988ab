/**
 * What a temporary role leaves in one database that could still run, or open something: asked of the catalogs, each with
 * the statement that puts an end to it. What has been put an end to is not found again: the catalogs are our only memory.
 */
import { LEFT_ROLE_NAME_PATTERN, ROLE_NAME_PATTERN } from "./role-name.ts";
import type { Session } from "./session.ts";

export interface Leaving {
  /** What puts an end to it; it names the object, and nothing secret. */
  readonly statement: string;
  /** The role that it is run as: the one that leaves, or another holder's. */
  readonly owner: string;
  /** Who has the USAGE without which the owner cannot name it: the group role, or a holder whose schema it is in. */
  readonly lender: string | null;
}

/**
 * At most `limit` of them, without those whose statement is in `except`, in an order that is another one each time: what
 * cannot be done now does not stand before the rest at every try.
 */
export function findLeavings(
  session: Session,
  oid: string,
  {
    except,
    limit,
    group,
  }: { readonly except: readonly string[]; readonly limit: number; readonly group: string | null },
): Promise<readonly Leaving[]> {
  return session.rows<Leaving>(
    `SELECT statement, pg_get_userbyid(owner)::text AS owner,
            CASE WHEN has_schema_privilege(owner, nsp, 'USAGE') THEN NULL
                 WHEN nspowner <> owner AND ${isAnotherHolder("nspowner")} THEN pg_get_userbyid(nspowner)::text
                 WHEN NOT pg_has_role(owner, to_regrole(quote_ident($5)), 'MEMBER') THEN $5 END AS lender
       FROM (${LEAVINGS.join(" UNION ALL ")}) AS l(statement, owner, nsp) LEFT JOIN pg_namespace n ON n.oid = nsp
      WHERE statement <> ALL ($2) ORDER BY statement LIKE 'GRANT USAGE ON SCHEMA %' DESC, random() LIMIT $3`,
    [oid, except, limit, `${ROLE_NAME_PATTERN}|${LEFT_ROLE_NAME_PATTERN}`, group],
  );
}

const isAnotherHolder = (owner: string) =>
  `pg_get_userbyid(${owner}) ~ $4 AND pg_has_role(${owner}, 'MEMBER WITH ADMIN OPTION')`;

const granteeName = (oid: string) =>
  `CASE ${oid} WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(${oid})) END`;

/**
 * A procedure is named with the mode of each argument: without them its name also means another one, whose arguments that
 * come out are of the same types, and the server refuses both.
 */
const routine = (p: string) =>
  `CASE ${p}.prokind WHEN 'p' THEN format('PROCEDURE %s.%I(%s)', ${p}.pronamespace::regnamespace, ${p}.proname, pg_get_function_identity_arguments(${p}.oid))
        ELSE 'FUNCTION ' || ${p}.oid::regprocedure END`;

/**
 * Code runs with its caller's rights, and nobody but a superuser can call it. Neither can its owner: an index over it would
 * be computed as the owner by the next ANALYZE of the server's own, and could give everything out again. The difference of
 * a range's ends is computed without asking for a right: as it had to be when the range was made, it changes nothing.
 */
const ROUTINES = `
  SELECT concat_ws('; ',
           CASE WHEN p.prosecdef THEN format('ALTER %s SECURITY INVOKER', ${routine("p")}) END,
           CASE WHEN d.differs THEN format('ALTER %s IMMUTABLE', ${routine("p")}) END,
           'REVOKE ALL ON ' || ${routine("p")} || ' FROM ' || callers.names || ' CASCADE') AS statement,
         p.proowner AS owner, p.pronamespace AS nsp
    FROM pg_proc p
    CROSS JOIN LATERAL (
      SELECT string_agg(DISTINCT ${granteeName("grantee")}, ', ') AS names
        FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner)))) callers
    CROSS JOIN LATERAL (
      SELECT p.provolatile <> 'i' AND EXISTS (SELECT FROM pg_range WHERE rngsubdiff = p.oid) AS differs) d
   WHERE p.proowner = $1::oid AND (p.prosecdef OR d.differs OR callers.names IS NOT NULL)`;

/** Without a right to its own schema the owner could not name what stands in it. */
const SCHEMAS = `
  SELECT format('GRANT USAGE ON SCHEMA %I TO %I', n.nspname, pg_get_userbyid(n.nspowner)), n.nspowner, NULL::oid
    FROM pg_namespace n
   WHERE (n.nspowner = $1::oid OR ${isAnotherHolder("n.nspowner")}) AND NOT has_schema_privilege(n.nspowner, n.oid, 'USAGE')`;

/** A view opens what it shows with its reader's rights. */
const VIEWS = `
  SELECT format('ALTER VIEW %s SET (security_invoker = true)', c.oid::regclass), c.relowner,
         c.relnamespace
    FROM pg_class c
   WHERE c.relowner = $1::oid AND c.relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY (c.reloptions), false)`;

/**
 * Rules and triggers of a table are switched off, and can be switched on again; those of a view can only be dropped. What
 * makes a view one is its rule for SELECT (`ev_type` 1): any other can be given the name of that.
 */
const RULES = `
  SELECT CASE WHEN c.relkind IN ('r', 'p') THEN format('ALTER TABLE %s DISABLE RULE %I', c.oid::regclass, r.rulename)
              ELSE format('DROP RULE %I ON %s', r.rulename, c.oid::regclass) END,
         c.relowner, c.relnamespace
    FROM pg_class c JOIN pg_rewrite r ON r.ev_class = c.oid
   WHERE c.relowner = $1::oid AND r.ev_type <> '1' AND r.ev_enabled <> 'D'`;

const TRIGGERS = `
  SELECT CASE c.relkind WHEN 'v' THEN format('DROP TRIGGER %I ON %s', t.tgname, c.oid::regclass)
              ELSE format('ALTER TABLE %s DISABLE TRIGGER %I', c.oid::regclass, t.tgname) END,
         c.relowner, c.relnamespace
    FROM pg_class c JOIN pg_trigger t ON t.tgrelid = c.oid
   WHERE c.relowner = $1::oid AND NOT t.tgisinternal AND t.tgenabled <> 'D'`;

/** A mapping opens a foreign server with the password that stands in it. */
const USER_MAPPINGS = `
  SELECT format('DROP USER MAPPING FOR %s SERVER %I',
                ${granteeName("u.umuser")}, u.srvname), s.srvowner, NULL::oid
    FROM pg_user_mappings u JOIN pg_foreign_server s ON s.oid = u.srvid
   WHERE s.srvowner = $1::oid`;

/** A subscription's workers need no log-in. */
const SUBSCRIPTIONS = `
  SELECT format('ALTER SUBSCRIPTION %I DISABLE', s.subname), s.subowner, NULL::oid
    FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid
   WHERE s.subowner = $1::oid AND s.subenabled AND d.datname = current_database()`;

const DEFAULT_PRIVILEGES = `
  SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I %s REVOKE ALL ON %s FROM %s CASCADE', pg_get_userbyid(d.defaclrole),
                'IN SCHEMA ' || quote_ident(n.nspname),
                CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'ROUTINES'
                     WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END,
                ${granteeName("a.grantee")}), d.defaclrole, NULL::oid
    FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
    CROSS JOIN LATERAL (SELECT DISTINCT grantee FROM aclexplode(d.defaclacl)) a
   WHERE (d.defaclrole = $1::oid AND a.grantee <> $1::oid)
      OR (d.defaclrole <> $1::oid AND a.grantee = $1::oid AND ${isAnotherHolder("d.defaclrole")})`;

/** A policy that names it keeps it from being dropped, whoever wrote that; for the others it stays as it is. */
const POLICIES = `
  SELECT CASE WHEN others.names IS NULL THEN format('DROP POLICY %I ON %s', p.polname, c.oid::regclass)
              ELSE format('ALTER POLICY %I ON %s TO %s', p.polname, c.oid::regclass, others.names) END,
         c.relowner, c.relnamespace
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    CROSS JOIN LATERAL (
      SELECT string_agg(${granteeName("named")}, ', ') AS names FROM unnest(p.polroles) AS named WHERE named <> $1::oid) others
   WHERE $1::oid = ANY (p.polroles) AND (c.relowner = $1::oid OR ${isAnotherHolder("c.relowner")})`;

const aclIn = (catalog: string, acl: string, oid = "oid", of = catalog) =>
  `SELECT ${acl} FROM ${catalog} WHERE d.classid = '${of}'::regclass AND ${oid} = d.objid`;

const ACLS = [
  ...[aclIn("pg_class", "relacl"), aclIn("pg_attribute", "attacl", "attrelid", "pg_class")],
  ...[aclIn("pg_proc", "proacl"), aclIn("pg_namespace", "nspacl"), aclIn("pg_type", "typacl")],
  ...[
    aclIn("pg_foreign_server", "srvacl"),
    aclIn("pg_largeobject_metadata", "lomacl", "oid", "pg_largeobject"),
  ],
];

/**
 * What another holder gave it on something of theirs: otherwise each could keep the other's end from being whole. What
 * somebody else gave it of that goes with their right to give it on. The type of a table's rows has privileges, and no
 * owner of its own among the dependencies.
 */
const PRIVILEGES = `
  SELECT DISTINCT concat_ws('; ',
           CASE WHEN acl.passed_on THEN format('REVOKE GRANT OPTION FOR ALL ON %s FROM %s CASCADE', k.object, acl.givers) END,
           format('REVOKE ALL ON %s FROM %I CASCADE', k.object, pg_get_userbyid($1::oid))),
         k.owner, to_regnamespace(i.schema)::oid
    FROM pg_shdepend d
    LEFT JOIN pg_shdepend o ON (o.dbid, o.classid, o.objid, o.objsubid) = (d.dbid, d.classid, d.objid, 0)
                           AND o.refclassid = 'pg_authid'::regclass AND o.deptype = 'o'
    LEFT JOIN pg_type t ON d.classid = 'pg_type'::regclass AND t.oid = d.objid
    LEFT JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
    CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, 0) i
    CROSS JOIN LATERAL (
      SELECT coalesce(o.refobjid, t.typowner) AS owner,
             CASE WHEN p.oid IS NOT NULL THEN ${routine("p")}
                  WHEN i.type IN ('view', 'materialized view', 'foreign table') THEN 'TABLE ' || i.identity
                  WHEN i.type = 'server' THEN 'FOREIGN SERVER ' || i.identity
                  ELSE upper(i.type) || ' ' || i.identity END AS object) k
    CROSS JOIN LATERAL (
      SELECT bool_or(a.grantee = $1::oid AND a.grantor <> k.owner) AS passed_on,
             string_agg(DISTINCT ${granteeName("a.grantee")}, ', ') FILTER (WHERE a.is_grantable AND a.grantee <> k.owner) AS givers
        FROM (${ACLS.join(" UNION ALL ")}) AS all_of(acl) CROSS JOIN aclexplode(all_of.acl) a) acl
   WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = $1::oid AND d.deptype = 'a'
     AND d.classid <> 'pg_default_acl'::regclass AND d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND k.owner <> $1::oid AND ${isAnotherHolder("k.owner")}`;

const LEAVINGS = [
  ...[ROUTINES, SCHEMAS, VIEWS, RULES, TRIGGERS, POLICIES],
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
