/**
 * A tenant's policy counts 1, 2, 3. Whoever writes a policy table takes the tenant's turn; what changed is written down
 * by triggers, so that nobody can forget a stamp; and the version rises as the last thing before the commit, while no
 * decision is under way.
 */
import { type Kysely, sql } from "kysely";
import { isolate } from "./row-level-security.ts";

const VERSIONS = `
  ALTER TABLE tenant ALTER COLUMN policy_version SET DEFAULT 0;
  ALTER TABLE tenant ADD COLUMN rechecked_to bigint NOT NULL DEFAULT 0;
  CREATE TABLE policy_change (tenant_id uuid NOT NULL REFERENCES tenant, version bigint NOT NULL, kind text NOT NULL, key text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (tenant_id, version, kind, key));
  CREATE INDEX policy_change_at ON policy_change (at);
`;

// Two locks of a tenant: its turn, held by one configuration change from its first write; and the one that decisions share.
const LOCKS = `
  CREATE FUNCTION turn_key(of_tenant uuid) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT hashtextextended('turn/' || of_tenant, 0) $$;
  CREATE FUNCTION decisions_key(of_tenant uuid) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT hashtextextended('decisions/' || of_tenant, 0) $$;
  CREATE FUNCTION policy_version_of(of_tenant uuid) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT policy_version FROM tenant WHERE tenant_id = of_tenant $$;
`;

const CHANGES = `
  CREATE FUNCTION note_policy_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DECLARE rows jsonb[] := CASE TG_OP WHEN 'DELETE' THEN ARRAY[to_jsonb(OLD)] WHEN 'INSERT' THEN ARRAY[to_jsonb(NEW)] ELSE ARRAY[to_jsonb(OLD), to_jsonb(NEW)] END;
    whose uuid := (rows[1] ->> 'tenant_id')::uuid;
  BEGIN
    PERFORM pg_advisory_xact_lock(turn_key(whose));
    INSERT INTO policy_change (tenant_id, version, kind, key) SELECT DISTINCT whose, t.policy_version + 1, TG_ARGV[0], r ->> TG_ARGV[1]
      FROM tenant t, unnest(rows) r WHERE t.tenant_id = whose ON CONFLICT DO NOTHING;
    RETURN NULL;
  END $$;
  CREATE FUNCTION raise_policy_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  BEGIN
    PERFORM pg_advisory_xact_lock(decisions_key(NEW.tenant_id));
    UPDATE tenant SET policy_version = NEW.version WHERE tenant_id = NEW.tenant_id AND policy_version < NEW.version;
    RETURN NULL;
  END $$;
  CREATE CONSTRAINT TRIGGER policy_version_rises AFTER INSERT ON policy_change DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION raise_policy_version();
`;

/** The tables that a book is made of: what a change of one is called there, and the column that says which. */
const POLICY_TABLES = [
  ["subscription", "subscription", "id"],
  ["principal", "principal", "object_id"],
  ["principal_owner", "principal", "principal_id"],
  ["group_member", "members", "group_id"],
  ["role_definition", "role", "id"],
  ["tier", "tier", "name"],
  ["role_settings", "settings", "id"],
  ["eligibility", "eligibility", "id"],
  ["application", "application", "id"],
  ["target", "target", "id"],
  ["binding", "binding", "id"],
] as const;

const TRIGGERS = [
  ...POLICY_TABLES.map(
    ([table, kind, key]) => `CREATE TRIGGER policy_change AFTER INSERT OR UPDATE OR DELETE ON ${table}
      FOR EACH ROW EXECUTE FUNCTION note_policy_change('${kind}', '${key}');`,
  ),
  `CREATE TRIGGER policy_change_made AFTER INSERT ON tenant FOR EACH ROW EXECUTE FUNCTION note_policy_change('tenant', 'tenant_id');
   CREATE TRIGGER policy_change AFTER UPDATE ON tenant FOR EACH ROW
     WHEN ((OLD.name, OLD.display_name, OLD.closed_at) IS DISTINCT FROM (NEW.name, NEW.display_name, NEW.closed_at))
     EXECUTE FUNCTION note_policy_change('tenant', 'tenant_id');`,
].join("\n");

/** What a book holds, kind by kind: the thing's key, what the rules see of it, and where it stands. */
const BOOK_KINDS = [
  [
    "tenant",
    "x.tenant_id",
    "jsonb_build_object('id', x.tenant_id, 'name', x.name, 'displayName', x.display_name, 'closedAt', floor(extract(epoch FROM x.closed_at) * 1000)::bigint)",
    "tenant",
  ],
  [
    "subscription",
    "x.id",
    "jsonb_build_object('tenantId', x.tenant_id, 'id', x.id, 'name', x.name)",
    "subscription",
  ],
  ["principal", "x.object_id", "principal_json(x) || jsonb_build_object('name', x.name)", "principal"],
  [
    "members",
    "x.group_id",
    "x.members",
    "(SELECT m.tenant_id, m.group_id, jsonb_agg(m.member_id) AS members FROM group_member m GROUP BY m.tenant_id, m.group_id)",
  ],
  ["role", "x.id", "x.body", "role_definition"],
  [
    "tier",
    "x.name",
    "jsonb_build_object('name', x.name, 'version', x.version, 'override', x.override, 'rolesPermitting', x.roles_permitting)",
    "tier",
  ],
  [
    "settings",
    "x.id",
    "jsonb_build_object('id', x.id, 'name', x.name, 'roleDefinitionId', x.role_definition_id, 'scope', x.scope, 'scopeKey', x.scope_key, 'tier', x.tier, 'override', x.override, 'version', x.version)",
    "role_settings",
  ],
  [
    "eligibility",
    "x.id",
    "jsonb_build_object('id', x.id, 'tenantId', x.tenant_id, 'name', x.name, 'principal', jsonb_build_object('tenantId', x.principal_tenant_id, 'objectId', x.principal_id), 'roleDefinitionId', x.role_definition_id, 'scope', x.scope, 'source', 'assigned', 'startsAt', floor(extract(epoch FROM x.starts_at) * 1000)::bigint, 'endsAt', floor(extract(epoch FROM x.ends_at) * 1000)::bigint)",
    "eligibility",
  ],
  ["application", "x.id", "x.body", "application"],
  ["target", "x.id", "x.body", "target"],
  ["binding", "x.id", "x.body", "binding"],
] as const;

export const rowsOf = (which: (kind: string, key: string) => string) =>
  BOOK_KINDS.map(
    ([kind, key, body, from]) =>
      `UNION ALL SELECT '${kind}', ${key}::text, ${body} FROM ${from} x WHERE x.tenant_id = of_tenant${which(kind, key)}`,
  ).join("\n      ");

// One row for each thing, the version first; its body says whether the whole follows. Above `since` only what changed, a
// null where it is gone; a gap in the numbers, or a `since` below zero, brings the whole. Each answer is one statement,
// so that all of it is of one snapshot.
const BOOK = `
  CREATE FUNCTION book_rows(of_tenant uuid, since bigint) RETURNS TABLE (kind text, key text, body jsonb) LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
  BEGIN
    PERFORM set_config('curfew.tenant', of_tenant::text, true);
    IF since >= 0 AND EXISTS (SELECT FROM tenant t WHERE t.tenant_id = of_tenant AND t.policy_version >= since AND t.policy_version - since =
        (SELECT count(DISTINCT c.version) FROM policy_change c WHERE c.tenant_id = of_tenant AND c.version > since)) THEN
      RETURN QUERY WITH changed AS MATERIALIZED (SELECT DISTINCT c.kind, c.key FROM policy_change c WHERE c.tenant_id = of_tenant AND c.version > since),
      found(kind, key, body) AS (SELECT NULL, NULL, NULL::jsonb WHERE false
      ${rowsOf((kind, key) => ` AND ${key} IN (SELECT c.key${kind === "tier" ? "" : "::uuid"} FROM changed c WHERE c.kind = '${kind}')`)})
      SELECT 'version', t.policy_version::text, 'false'::jsonb FROM tenant t WHERE t.tenant_id = of_tenant
      UNION ALL SELECT c.kind, c.key, f.body FROM changed c LEFT JOIN found f ON f.kind = c.kind AND f.key = c.key;
    ELSE
      RETURN QUERY SELECT 'version', t.policy_version::text, 'true'::jsonb FROM tenant t WHERE t.tenant_id = of_tenant
      ${rowsOf(() => "")};
    END IF;
  END $$;
`;

// A decision that still reads in its own transaction holds what it reads: no version of these tenants rises meanwhile.
const HOLDING = `
  CREATE OR REPLACE FUNCTION hold_policy(of_tenants uuid[]) RETURNS bigint LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DECLARE one uuid;
  BEGIN
    FOR one IN SELECT DISTINCT t FROM unnest(of_tenants) t ORDER BY t LOOP PERFORM pg_advisory_xact_lock_shared(decisions_key(one)); END LOOP;
    RETURN 0;
  END $$;
`;

// Open grants are looked at again when the policy of a tenant that they concern has moved past what was looked at.
const LOOKING_AGAIN = `
  DROP FUNCTION stale_grants(integer);
  ALTER TABLE access_grant DROP COLUMN policy_seen;
  CREATE INDEX access_grant_open_of_tenant ON access_grant (tenant_id, id) WHERE open;
  CREATE INDEX access_grant_open_of_other ON access_grant (other_tenant_id, id) WHERE open AND other_tenant_id IS NOT NULL;
  CREATE INDEX tenant_to_look_at_again ON tenant (tenant_id) WHERE rechecked_to < policy_version;
  CREATE FUNCTION tenants_to_look_at_again() RETURNS TABLE (tenant_id uuid, version bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT tenant_id, policy_version FROM tenant WHERE rechecked_to < policy_version $$;
  CREATE FUNCTION open_grants_concerning(of_tenant uuid, after uuid, most integer) RETURNS TABLE (tenant_id uuid, id uuid) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT tenant_id, id FROM (
      (SELECT g.tenant_id, g.id FROM access_grant g WHERE g.open AND g.tenant_id = of_tenant AND g.id > after ORDER BY g.id LIMIT most)
      UNION (SELECT g.tenant_id, g.id FROM access_grant g WHERE g.open AND g.other_tenant_id = of_tenant AND g.id > after ORDER BY g.id LIMIT most)) g ORDER BY id LIMIT most $$;
  CREATE FUNCTION looked_at_again(of_tenant uuid, to_version bigint) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ UPDATE tenant SET rechecked_to = to_version WHERE tenant_id = of_tenant AND rechecked_to < to_version $$;
`;

const RIGHTS = `
  DROP SEQUENCE policy_version_seq;
  REVOKE UPDATE ON tenant FROM curfew_app;
  GRANT UPDATE (display_name, closed_at) ON tenant TO curfew_app;
  GRANT SELECT, DELETE ON policy_change TO curfew_app;
  REVOKE EXECUTE ON FUNCTION note_policy_change(), raise_policy_version(), policy_version_of(uuid), book_rows(uuid, bigint), hold_policy(uuid[]),
    tenants_to_look_at_again(), open_grants_concerning(uuid, uuid, integer), looked_at_again(uuid, bigint), turn_key(uuid), decisions_key(uuid) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION policy_version_of(uuid), book_rows(uuid, bigint), hold_policy(uuid[]), tenants_to_look_at_again(),
    open_grants_concerning(uuid, uuid, integer), looked_at_again(uuid, bigint), turn_key(uuid), decisions_key(uuid) TO curfew_app;
`;

export const m0010PolicyVersions = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const part of [
      VERSIONS,
      isolate("policy_change"),
      LOCKS,
      CHANGES,
      TRIGGERS,
      BOOK,
      HOLDING,
      LOOKING_AGAIN,
      RIGHTS,
    ]) {
      await sql.raw(part).execute(db);
    }
  },
};
