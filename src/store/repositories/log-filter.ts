/** Which entries of the log are meant: by what their columns say, and by the requests and grants they belong to. */
import { type RawBuilder, sql } from "kysely";
import { isGuid } from "../../domain/ids.ts";
import type { AuditFilter } from "../../use-cases/ports.ts";

type Clause = RawBuilder<boolean>;

/** Of `audit_entry`, alone or as `e`. */
export function clausesOf(filter: AuditFilter): Clause[] {
  const { type, subjectId, correlationId, actorId, from, to } = filter;
  return [
    ...(type === undefined ? [] : [sql<boolean>`type = ${type}`]),
    ...(filter.types === undefined ? [] : [sql<boolean>`type = ANY(${[...filter.types]}::text[])`]),
    ...(subjectId === undefined ? [] : [isId("subject_id", subjectId)]),
    ...(correlationId === undefined ? [] : [isId("correlation_id", correlationId)]),
    ...(filter.requestId === undefined ? [] : [isId("correlation_id", filter.requestId)]),
    ...(actorId === undefined ? [] : [isId("actor_id", actorId)]),
    ...(from === undefined ? [] : [sql<boolean>`at >= ${new Date(from)}`]),
    ...(to === undefined ? [] : [sql<boolean>`at < ${new Date(to)}`]),
    ...(filter.applicationId === undefined ? [] : [ofApplication(filter.applicationId)]),
    ...(filter.roleDefinitionId === undefined ? [] : [ofRole(filter.roleDefinitionId)]),
    ...(filter.personId === undefined ? [] : [ofPerson(filter.personId)]),
  ];
}

/** Whoever asks for what is no id finds nothing. */
function isId(column: string, value: string): Clause {
  return isGuid(value) ? sql<boolean>`${sql.ref(column)} = ${value}` : sql<boolean>`false`;
}

function ofApplication(id: string): Clause {
  return sql<boolean>`(subject_id = ${id}
    OR correlation_id = ANY(ARRAY(SELECT id FROM access_request WHERE application_id = ${id}::uuid))
    OR subject_id = ANY(ARRAY(SELECT id FROM access_grant WHERE application_id = ${id}::uuid)))`;
}

/** Who may ask for it and by which rules stands as long as it is there; what was asked for and held stays. */
function ofRole(id: string): Clause {
  return sql<boolean>`(subject_id = ${id}
    OR correlation_id = ANY(ARRAY(SELECT id FROM access_request WHERE body #> '{asked,roleDefinitionIds}' ? ${id}))
    OR subject_id = ANY(ARRAY(SELECT id FROM access_grant WHERE role_definition_id = ${id}::uuid
      UNION ALL SELECT id FROM role_settings WHERE role_definition_id = ${id}::uuid
      UNION ALL SELECT id FROM eligibility WHERE role_definition_id = ${id}::uuid)))`;
}

/** As the one who acted, as what was acted on, and as the one who asked or for whom it was (in the words of the indexes). */
function ofPerson(id: string): Clause {
  return sql<boolean>`(actor_id = ${id} OR subject_id = ${id}
    OR correlation_id = ANY(ARRAY(SELECT id FROM access_request WHERE requester_id = ${id}::uuid OR (beneficiary_id = ${id}::uuid AND beneficiary_id <> requester_id)))
    OR subject_id = ANY(ARRAY(SELECT id FROM access_grant WHERE beneficiary_id = ${id}::uuid OR (requester_id = ${id}::uuid AND requester_id <> beneficiary_id))))`;
}
