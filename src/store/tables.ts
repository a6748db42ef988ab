/** The tables as Kysely sees them. Instants come back as epoch milliseconds and go in as dates. */
import type { ColumnType, Generated, GeneratedAlways } from "kysely";
import type { AuditActor } from "../audit/entry.ts";
import type { MailState } from "../domain/mail.ts";
import type { JsonObject } from "../domain/target-binding.ts";
import type { Instant } from "../domain/time.ts";
import type { StoredLock } from "../use-cases/configuration-ports.ts";
import type { IdentityTables } from "./identity/tables.ts";

export type InstantColumn = ColumnType<Instant, Date, Date>;
export type NullableInstantColumn = ColumnType<Instant | null, Date | null | undefined, Date | null>;
type JsonColumn = ColumnType<unknown, string, string>;

export interface Tables extends IdentityTables {
  tenant: {
    tenant_id: string;
    name: string;
    display_name: string;
    closed_at: NullableInstantColumn;
    policy_version: Generated<number>;
  };
  subscription: { tenant_id: string; id: string; name: string };
  principal: {
    tenant_id: string;
    object_id: string;
    kind: "user" | "group" | "servicePrincipal";
    name: string;
    display_name: string;
    email: string | null;
    linked_tenant_id: string | null;
    linked_object_id: string | null;
    deleted_at: NullableInstantColumn;
    lock: ColumnType<StoredLock | null, string | undefined, string>;
    name_key: GeneratedAlways<string>;
    email_key: GeneratedAlways<string | null>;
  };
  group_member: { tenant_id: string; group_id: string; member_id: string };
  principal_owner: { tenant_id: string; principal_id: string; owner_id: string };
  tenant_right: { tenant_id: string; object_id: string; held: "operator" | "administrator" | "auditor" };
  role_definition: { tenant_id: string; id: string; name: string; body: JsonColumn };
  role_settings: {
    tenant_id: string;
    id: string;
    name: string;
    role_definition_id: string;
    scope: string;
    scope_key: string;
    tier: string | null;
    override: JsonColumn;
    version: number;
  };
  tier: {
    tenant_id: string;
    name: string;
    override: JsonColumn;
    roles_permitting: JsonColumn;
    version: number;
  };
  eligibility: {
    tenant_id: string;
    id: string;
    name: string;
    principal_tenant_id: string;
    principal_id: string;
    role_definition_id: string;
    scope: string;
    scope_key: string;
    starts_at: InstantColumn;
    ends_at: NullableInstantColumn;
    name_key: GeneratedAlways<string>;
  };
  offer: {
    tenant_id: string;
    id: string;
    name: string;
    body: JsonColumn;
    deleted_at: NullableInstantColumn;
    logo: ColumnType<Buffer | null, Buffer | null | undefined>;
  };
  offer_version: {
    tenant_id: string;
    offer_id: string;
    version: number;
    body: JsonColumn;
    package: JsonColumn | null;
  };
  azure_resource: {
    tenant_id: string;
    kind: string;
    subject_id: string;
    id_key: string;
    other_tenant_id: string | null;
    body: JsonColumn;
    deleted_at: NullableInstantColumn;
  };
  application: {
    tenant_id: string;
    id: string;
    body: JsonColumn;
    other_tenant_id: GeneratedAlways<string>;
    scope_key: GeneratedAlways<string>;
    managed_scope_key: GeneratedAlways<string>;
    deleted: GeneratedAlways<boolean>;
  };
  target: { tenant_id: string; id: string; name: string; body: JsonColumn; sealed_secrets: Buffer | null };
  target_observation: { tenant_id: string; target_id: string; at: InstantColumn; drift: JsonColumn };
  export_sink: {
    tenant_id: string;
    id: string;
    name: string;
    body: JsonColumn;
    sealed_secrets: Buffer | null;
  };
  export_position: {
    tenant_id: string;
    sink: string;
    own: boolean;
    through: Generated<number>;
    paused: string | null;
    tries: Generated<number>;
    again_at: NullableInstantColumn;
    refused_in_row: Generated<number>;
    last_error: string | null;
    last_error_at: NullableInstantColumn;
    accepted_at: NullableInstantColumn;
  };
  export_dead_letter: {
    tenant_id: string;
    sink: string;
    sequence: number;
    reason: string;
    at: InstantColumn;
    replay: Generated<boolean>;
  };
  binding: { tenant_id: string; id: string; name: string; body: JsonColumn };
  applied_object: { tenant_id: string; kind: string; name: string; object_id: string };
  tombstone: {
    tenant_id: string;
    kind: string;
    name_key: string;
    object_id: string;
    at: InstantColumn;
    arrival: Generated<number>;
  };
  access_request: {
    tenant_id: string;
    id: string;
    version: number;
    body: JsonColumn;
    due_at: NullableInstantColumn;
    other_tenant_id: GeneratedAlways<string | null>;
    requester_tenant_id: GeneratedAlways<string>;
    requester_id: GeneratedAlways<string>;
    beneficiary_id: GeneratedAlways<string>;
    application_id: GeneratedAlways<string | null>;
    extends_grant_id: GeneratedAlways<string | null>;
    scope_key: GeneratedAlways<string>;
    state: GeneratedAlways<string>;
    created_at: GeneratedAlways<Instant>;
  };
  access_grant: {
    tenant_id: string;
    id: string;
    version: number;
    body: JsonColumn;
    due_at: NullableInstantColumn;
    other_tenant_id: GeneratedAlways<string | null>;
    beneficiary_tenant_id: GeneratedAlways<string>;
    beneficiary_id: GeneratedAlways<string>;
    requester_id: GeneratedAlways<string>;
    request_id: GeneratedAlways<string | null>;
    under_grant_id: GeneratedAlways<string | null>;
    application_id: GeneratedAlways<string | null>;
    role_definition_id: GeneratedAlways<string>;
    scope_key: GeneratedAlways<string>;
    managed_scope_key: GeneratedAlways<string | null>;
    kind: GeneratedAlways<string>;
    emergency: GeneratedAlways<boolean>;
    reviewed: GeneratedAlways<boolean>;
    state: GeneratedAlways<string>;
    open: GeneratedAlways<boolean>;
    starts_at: GeneratedAlways<Instant>;
    ends_at: GeneratedAlways<Instant | null>;
  };
  audit_entry: {
    tenant_id: string;
    id: string;
    at: InstantColumn;
    arrival: Generated<number>;
    subject_id: string;
    correlation_id: string;
    actor_id: string | null;
    actor_tenant_id: string | null;
    actor_kind: AuditActor["kind"];
    via: string;
    type: string;
    subject_kind: string;
    parties: string[] | null;
    leaf_hash: Buffer;
    commitments: ColumnType<JsonObject | null, string | null, never>;
    facts: ColumnType<JsonObject, string, never>;
    openings: JsonColumn;
  };
  audit_link: { tenant_id: string; sequence: number; entry_id: string; link_hash: Buffer };
  audit_waiting: { tenant_id: string; arrival: number; entry_id: string };
  audit_head: { tenant_id: string; sequence: number; link_hash: Buffer; at: InstantColumn };
  outbox: { tenant_id: string; id: Generated<number>; entry_id: string };
  notification: {
    tenant_id: string;
    id: Generated<string>;
    recipient_id: string;
    type: string;
    request_id: string | null;
    grant_id: string | null;
    body: string;
    at: InstantColumn;
    read_at: NullableInstantColumn;
  };
  mail: {
    tenant_id: string;
    id: string;
    planned_by: string;
    person_id: string | null;
    address: string | null;
    rule_of: string | null;
    kind: string;
    message: JsonColumn;
    thread: string | null;
    topic: string | null;
    urgent: boolean;
    planned_at: Generated<Instant>;
    not_before: InstantColumn;
    state: Generated<MailState>;
    attempts: Generated<number>;
    next_try_at: InstantColumn;
    last_error: string | null;
    accepted_at: NullableInstantColumn;
  };
  mail_address: {
    tenant_id: string;
    id: Generated<string>;
    address: string;
    rule_of: string | null;
    confirmed_at: NullableInstantColumn;
    refused: Generated<number>;
    switched_off_at: NullableInstantColumn;
    switched_off_why: string | null;
    asked_at: NullableInstantColumn;
    asked: Generated<number>;
    digests_stopped_at: NullableInstantColumn;
  };
  mail_settings: {
    tenant_id: string;
    subject_prefix: string | null;
    footer: string | null;
    reply_to: string | null;
  };
  notification_preference: {
    tenant_id: string;
    person_id: string;
    body: JsonColumn;
    changed_at: InstantColumn;
  };
  eligibility_told: {
    tenant_id: string;
    eligibility_id: string;
    ends_at: InstantColumn;
    days: number;
    told_at: InstantColumn;
  };
  idempotency_key: {
    tenant_id: string;
    principal_id: string;
    key: string;
    fingerprint: string;
    status: number | null;
    answer: JsonColumn | null;
    at: InstantColumn;
  };
}
