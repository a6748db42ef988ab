/** The spine's tables. Aggregates are one `body`; the columns beside it are generated from it and cannot disagree. */
import { type Kysely, sql } from "kysely";
import { hide, isolate, isolateShared } from "./row-level-security.ts";

const instantOf = (path: string) => `to_timestamp(((body #>> '${path}')::double precision) / 1000)`;

const TENANCY = `
  CREATE FUNCTION curfew_tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('curfew.tenant', true), '')::uuid $$;
  CREATE SEQUENCE policy_version_seq;
  CREATE SEQUENCE change_seq;
  CREATE TABLE instance (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), id uuid NOT NULL DEFAULT gen_random_uuid(), created_at timestamptz NOT NULL DEFAULT now(),
    demo boolean NOT NULL DEFAULT false, high_water timestamptz NOT NULL DEFAULT 'epoch');
  INSERT INTO instance DEFAULT VALUES;
  CREATE TABLE tenant (tenant_id uuid PRIMARY KEY, name text NOT NULL UNIQUE, display_name text NOT NULL, closed_at timestamptz,
    policy_version bigint NOT NULL DEFAULT nextval('policy_version_seq'));
  CREATE TABLE subscription (tenant_id uuid NOT NULL REFERENCES tenant, id uuid NOT NULL UNIQUE, name text NOT NULL, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, name));
`;

const DIRECTORY = `
  CREATE TABLE principal (tenant_id uuid NOT NULL REFERENCES tenant, object_id uuid NOT NULL, kind text NOT NULL CHECK (kind IN ('user', 'group', 'servicePrincipal')),
    name text NOT NULL, display_name text NOT NULL, email text, linked_tenant_id uuid, linked_object_id uuid, deleted_at timestamptz,
    PRIMARY KEY (tenant_id, object_id));
  CREATE UNIQUE INDEX principal_name ON principal (tenant_id, kind, lower(name)) WHERE deleted_at IS NULL;
  CREATE INDEX principal_linked ON principal (linked_tenant_id, linked_object_id) WHERE linked_object_id IS NOT NULL;
  CREATE TABLE group_member (tenant_id uuid NOT NULL, group_id uuid NOT NULL, member_id uuid NOT NULL, PRIMARY KEY (tenant_id, group_id, member_id),
    FOREIGN KEY (tenant_id, group_id) REFERENCES principal, FOREIGN KEY (tenant_id, member_id) REFERENCES principal);
  CREATE INDEX group_member_of ON group_member (tenant_id, member_id);
  CREATE TABLE principal_owner (tenant_id uuid NOT NULL, principal_id uuid NOT NULL, owner_id uuid NOT NULL, PRIMARY KEY (tenant_id, principal_id, owner_id),
    FOREIGN KEY (tenant_id, principal_id) REFERENCES principal, FOREIGN KEY (tenant_id, owner_id) REFERENCES principal);
  CREATE TABLE tenant_right (tenant_id uuid NOT NULL, object_id uuid NOT NULL, held text NOT NULL CHECK (held IN ('operator', 'administrator', 'auditor')),
    PRIMARY KEY (tenant_id, object_id, held), FOREIGN KEY (tenant_id, object_id) REFERENCES principal);
`;

const CONFIGURATION = `
  CREATE TABLE role_definition (tenant_id uuid NOT NULL REFERENCES tenant, id uuid NOT NULL, name text NOT NULL, body jsonb NOT NULL, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, name));
  CREATE TABLE role_settings (tenant_id uuid NOT NULL REFERENCES tenant, id uuid NOT NULL, name text NOT NULL, role_definition_id uuid NOT NULL, scope_key text NOT NULL,
    tier text, override jsonb NOT NULL, version integer NOT NULL, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, role_definition_id, scope_key));
  CREATE TABLE tier (tenant_id uuid NOT NULL REFERENCES tenant, name text NOT NULL, override jsonb NOT NULL, roles_permitting jsonb NOT NULL, version integer NOT NULL, PRIMARY KEY (tenant_id, name));
  CREATE TABLE eligibility (tenant_id uuid NOT NULL REFERENCES tenant, id uuid NOT NULL, name text NOT NULL, principal_tenant_id uuid NOT NULL, principal_id uuid NOT NULL,
    role_definition_id uuid NOT NULL, scope text NOT NULL, scope_key text NOT NULL, starts_at timestamptz NOT NULL, ends_at timestamptz, PRIMARY KEY (tenant_id, id));
  CREATE INDEX eligibility_of ON eligibility (tenant_id, principal_tenant_id, principal_id);
  CREATE TABLE offer (tenant_id uuid NOT NULL REFERENCES tenant, id uuid NOT NULL, name text NOT NULL, body jsonb NOT NULL, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, name));
  CREATE TABLE offer_version (tenant_id uuid NOT NULL, offer_id uuid NOT NULL, version integer NOT NULL, body jsonb NOT NULL, PRIMARY KEY (tenant_id, offer_id, version));
  CREATE TABLE application (tenant_id uuid NOT NULL REFERENCES tenant, id uuid NOT NULL, body jsonb NOT NULL,
    other_tenant_id uuid GENERATED ALWAYS AS ((body ->> 'publisherTenantId')::uuid) STORED,
    scope_key text GENERATED ALWAYS AS (lower(body ->> 'scope')) STORED, managed_scope_key text GENERATED ALWAYS AS (lower(body ->> 'managedScope')) STORED,
    deleted boolean GENERATED ALWAYS AS (body ->> 'deletedAt' IS NOT NULL) STORED, PRIMARY KEY (tenant_id, id));
  CREATE UNIQUE INDEX application_scope ON application (tenant_id, scope_key) WHERE NOT deleted;
  CREATE INDEX application_managed_scope ON application (tenant_id, managed_scope_key) WHERE NOT deleted;
  CREATE INDEX application_publisher ON application (other_tenant_id);
  CREATE TABLE target (tenant_id uuid NOT NULL REFERENCES tenant, id uuid NOT NULL, name text NOT NULL, body jsonb NOT NULL, sealed_secrets bytea, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, name));
  CREATE TABLE binding (tenant_id uuid NOT NULL REFERENCES tenant, id uuid NOT NULL, name text NOT NULL, body jsonb NOT NULL, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, name));
  CREATE TABLE applied_object (tenant_id uuid NOT NULL REFERENCES tenant, kind text NOT NULL, name text NOT NULL, object_id uuid NOT NULL, digest text NOT NULL, PRIMARY KEY (tenant_id, kind, name));
`;

const LIFE = `
  CREATE TABLE access_request (tenant_id uuid NOT NULL REFERENCES tenant, id uuid NOT NULL UNIQUE, version integer NOT NULL, body jsonb NOT NULL, due_at timestamptz,
    other_tenant_id uuid GENERATED ALWAYS AS ((body ->> 'otherTenantId')::uuid) STORED,
    requester_tenant_id uuid GENERATED ALWAYS AS ((body #>> '{requester,tenantId}')::uuid) STORED, requester_id uuid GENERATED ALWAYS AS ((body #>> '{requester,objectId}')::uuid) STORED,
    beneficiary_id uuid GENERATED ALWAYS AS ((body #>> '{beneficiary,objectId}')::uuid) STORED, application_id uuid GENERATED ALWAYS AS ((body ->> 'applicationId')::uuid) STORED,
    extends_grant_id uuid GENERATED ALWAYS AS ((body ->> 'extendsGrantId')::uuid) STORED,
    scope_key text GENERATED ALWAYS AS (lower(body ->> 'scope')) STORED, state text GENERATED ALWAYS AS (body #>> '{state,name}') STORED,
    created_at timestamptz GENERATED ALWAYS AS (${instantOf("{createdAt}")}) STORED, PRIMARY KEY (tenant_id, id));
  CREATE INDEX access_request_by_requester ON access_request (tenant_id, requester_id, created_at DESC);
  CREATE INDEX access_request_by_beneficiary ON access_request (tenant_id, beneficiary_id) WHERE state = 'pending';
  CREATE INDEX access_request_by_state ON access_request (tenant_id, state, created_at DESC);
  CREATE INDEX access_request_other ON access_request (other_tenant_id, created_at DESC) WHERE other_tenant_id IS NOT NULL;
  CREATE INDEX access_request_due ON access_request (due_at) WHERE due_at IS NOT NULL;
  CREATE TABLE access_grant (tenant_id uuid NOT NULL REFERENCES tenant, id uuid NOT NULL UNIQUE, version integer NOT NULL, body jsonb NOT NULL, due_at timestamptz, policy_seen bigint NOT NULL,
    other_tenant_id uuid GENERATED ALWAYS AS ((body ->> 'otherTenantId')::uuid) STORED,
    beneficiary_tenant_id uuid GENERATED ALWAYS AS ((body #>> '{beneficiary,tenantId}')::uuid) STORED, beneficiary_id uuid GENERATED ALWAYS AS ((body #>> '{beneficiary,objectId}')::uuid) STORED,
    requester_id uuid GENERATED ALWAYS AS ((body #>> '{requester,objectId}')::uuid) STORED,
    request_id uuid GENERATED ALWAYS AS ((body ->> 'requestId')::uuid) STORED, under_grant_id uuid GENERATED ALWAYS AS ((body ->> 'underGrantId')::uuid) STORED,
    application_id uuid GENERATED ALWAYS AS ((body ->> 'applicationId')::uuid) STORED, role_definition_id uuid GENERATED ALWAYS AS ((body ->> 'roleDefinitionId')::uuid) STORED,
    scope_key text GENERATED ALWAYS AS (lower(body ->> 'scope')) STORED, managed_scope_key text GENERATED ALWAYS AS (lower(body ->> 'managedScope')) STORED,
    kind text GENERATED ALWAYS AS (body ->> 'kind') STORED, emergency boolean GENERATED ALWAYS AS ((body ->> 'emergency')::boolean) STORED,
    reviewed boolean GENERATED ALWAYS AS (jsonb_typeof(body -> 'review') = 'object') STORED, state text GENERATED ALWAYS AS (body #>> '{state,name}') STORED,
    open boolean GENERATED ALWAYS AS (body #>> '{state,name}' IN ('scheduled', 'provisioning', 'active')) STORED,
    starts_at timestamptz GENERATED ALWAYS AS (${instantOf("{startsAt}")}) STORED, ends_at timestamptz GENERATED ALWAYS AS (${instantOf("{endsAt}")}) STORED,
    PRIMARY KEY (tenant_id, id));
  CREATE INDEX access_grant_open ON access_grant (tenant_id, beneficiary_id, scope_key) WHERE open;
  CREATE INDEX access_grant_by_beneficiary ON access_grant (tenant_id, beneficiary_id, starts_at DESC);
  CREATE INDEX access_grant_by_start ON access_grant (tenant_id, starts_at DESC);
  CREATE INDEX access_grant_other ON access_grant (other_tenant_id, starts_at DESC) WHERE other_tenant_id IS NOT NULL;
  CREATE INDEX access_grant_request ON access_grant (tenant_id, request_id);
  CREATE INDEX access_grant_under ON access_grant (tenant_id, under_grant_id) WHERE under_grant_id IS NOT NULL;
  CREATE INDEX access_grant_due ON access_grant (due_at) WHERE due_at IS NOT NULL;
`;

const RECORD = `
  CREATE TABLE audit_entry (tenant_id uuid NOT NULL REFERENCES tenant, id uuid NOT NULL, sequence bigint, entry text NOT NULL, openings jsonb NOT NULL DEFAULT '[]', leaf_hash text NOT NULL, link_hash text,
    type text NOT NULL, subject_id text NOT NULL, actor_id text, correlation_id text NOT NULL, at timestamptz NOT NULL, arrival bigint NOT NULL DEFAULT nextval('change_seq'), PRIMARY KEY (tenant_id, id));
  CREATE UNIQUE INDEX audit_entry_sequence ON audit_entry (tenant_id, sequence);
  CREATE INDEX audit_entry_unsequenced ON audit_entry (tenant_id, arrival) WHERE sequence IS NULL;
  CREATE INDEX audit_entry_correlation ON audit_entry (tenant_id, correlation_id);
  CREATE INDEX audit_entry_at ON audit_entry (tenant_id, at DESC, id);
  CREATE TABLE audit_head (tenant_id uuid PRIMARY KEY REFERENCES tenant, sequence bigint NOT NULL, link_hash text NOT NULL, at timestamptz NOT NULL);
  CREATE TABLE outbox (tenant_id uuid NOT NULL REFERENCES tenant, id bigint NOT NULL DEFAULT nextval('change_seq'), event jsonb NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (tenant_id, id));
  CREATE TABLE notification (tenant_id uuid NOT NULL REFERENCES tenant, id uuid NOT NULL DEFAULT gen_random_uuid(), recipient_id uuid NOT NULL, type text NOT NULL, request_id uuid, grant_id uuid,
    body text NOT NULL, at timestamptz NOT NULL, read_at timestamptz, PRIMARY KEY (tenant_id, id));
  CREATE INDEX notification_of ON notification (tenant_id, recipient_id, at DESC);
  CREATE INDEX notification_about ON notification (tenant_id, request_id);
  CREATE TABLE idempotency_key (tenant_id uuid NOT NULL REFERENCES tenant, principal_id uuid NOT NULL, key text NOT NULL, fingerprint text NOT NULL, status integer, answer jsonb, at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, principal_id, key));
`;

const ISOLATION = [
  ...["tenant", "subscription", "principal", "group_member", "principal_owner", "tenant_right"].map(isolate),
  ...[
    "role_definition",
    "role_settings",
    "tier",
    "eligibility",
    "offer",
    "offer_version",
    "target",
    "binding",
    "applied_object",
  ].map(isolate),
  ...["audit_entry", "audit_head", "outbox", "notification", "idempotency_key"].map(isolate),
  ...["application", "access_request", "access_grant"].map((table) => isolateShared(table)),
  hide("instance"),
];

// Definer functions answer one exact question each, or tell the worker where work is due; they list nobody's content.
const QUESTIONS = `
  CREATE FUNCTION route_subscription(wanted uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT tenant_id FROM subscription WHERE id = wanted $$;
  CREATE FUNCTION route_tenant(wanted text) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT tenant_id FROM tenant WHERE name = lower(wanted) $$;
  CREATE FUNCTION route_request(wanted uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT tenant_id FROM access_request WHERE id = wanted $$;
  CREATE FUNCTION route_grant(wanted uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT tenant_id FROM access_grant WHERE id = wanted $$;
  CREATE FUNCTION tenants_known() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT count(*) FROM tenant $$;
  CREATE FUNCTION due_grants(until timestamptz, most integer) RETURNS TABLE (tenant_id uuid, id uuid, due_at timestamptz, held boolean) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT tenant_id, id, due_at, jsonb_array_length(body -> 'entitlements') > 0 FROM access_grant WHERE due_at <= until ORDER BY due_at LIMIT most $$;
  CREATE FUNCTION due_requests(until timestamptz, most integer) RETURNS TABLE (tenant_id uuid, id uuid, due_at timestamptz) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT tenant_id, id, due_at FROM access_request WHERE due_at <= until ORDER BY due_at LIMIT most $$;
  CREATE FUNCTION next_due(after timestamptz) RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT least((SELECT min(due_at) FROM access_grant WHERE due_at > after), (SELECT min(due_at) FROM access_request WHERE due_at > after)) $$;
  CREATE FUNCTION stale_grants(most integer) RETURNS TABLE (tenant_id uuid, id uuid) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT g.tenant_id, g.id FROM access_grant g JOIN tenant t ON t.tenant_id = g.tenant_id LEFT JOIN tenant o ON o.tenant_id = g.other_tenant_id
      WHERE g.open AND (g.policy_seen < t.policy_version OR g.policy_seen < o.policy_version) LIMIT most $$;
  CREATE FUNCTION tenants_with_outbox() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT DISTINCT tenant_id FROM outbox $$;
  CREATE FUNCTION tenants_with_unsequenced() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT DISTINCT tenant_id FROM audit_entry WHERE sequence IS NULL $$;
  CREATE FUNCTION raise_high_water(seen timestamptz) RETURNS timestamptz LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ UPDATE instance SET high_water = greatest(high_water, seen) RETURNING high_water $$;
  CREATE FUNCTION offers_visible_to(viewer uuid) RETURNS TABLE (body jsonb, version jsonb) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT o.body, v.body FROM offer o JOIN offer_version v ON v.tenant_id = o.tenant_id AND v.offer_id = o.id AND v.version = (o.body ->> 'latestVersion')::int
      WHERE viewer = curfew_tenant() AND (o.tenant_id = viewer OR o.body #>> '{visibility,to}' = 'everybody'
        OR (o.body #>> '{visibility,to}' = 'tenants' AND o.body #> '{visibility,tenantIds}' ? viewer::text)) ORDER BY o.name LIMIT 1000 $$;
  CREATE FUNCTION installation_id() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT id FROM instance $$;
  CREATE FUNCTION is_demo() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT demo FROM instance $$;
`;

const RIGHTS = `
  GRANT USAGE ON SCHEMA public TO curfew_app;
  GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO curfew_app;
  GRANT DELETE ON group_member, principal_owner, tenant_right, role_definition, role_settings, tier, eligibility, subscription, target, binding, applied_object, outbox, idempotency_key TO curfew_app;
  REVOKE ALL ON instance FROM curfew_app;
  REVOKE UPDATE ON audit_entry, offer_version FROM curfew_app;
  GRANT UPDATE (sequence, link_hash) ON audit_entry TO curfew_app;
  GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO curfew_app;
  REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
  GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO curfew_app;
`;

export const m0001Spine = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const part of [TENANCY, DIRECTORY, CONFIGURATION, LIFE, RECORD, ...ISOLATION, QUESTIONS, RIGHTS]) {
      await sql.raw(part).execute(db);
    }
  },
};
