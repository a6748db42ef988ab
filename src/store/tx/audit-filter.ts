/** Which entries of the log are meant: by what their columns say, and by the requests and grants they belong to. */
import { type RawBuilder, sql } from "kysely";
import type { AuditFilter } from "../../use-cases/ports.ts";

type Clause = RawBuilder<boolean>;

export function clausesOf(filter: AuditFilter): Clause[] {
  const { type, subjectId, correlationId, actorId, from, to } = filter;
  return [
    ...(type === undefined ? [] : [sql<boolean>`type = ${type}`]),
    ...(filter.types === undefined ? [] : [sql<boolean>`type = ANY(${[...filter.types]}::text[])`]),
    ...(subjectId === undefined ? [] : [sql<boolean>`subject_id = ${subjectId}`]),
    ...(correlationId === undefined ? [] : [sql<boolean>`correlation_id = ${correlationId}`]),
    ...(filter.requestId === undefined ? [] : [sql<boolean>`correlation_id = ${filter.requestId}`]),
    ...(actorId === undefined ? [] : [sql<boolean>`actor_id = ${actorId}`]),
    ...(from === undefined ? [] : [sql<boolean>`at >= ${new Date(from)}`]),
    ...(to === undefined ? [] : [sql<boolean>`at < ${new Date(to)}`]),
    ...(filter.applicationId === undefined ? [] : [ofApplication(filter.applicationId)]),
    ...(filter.roleDefinitionId === undefined ? [] : [ofRole(filter.roleDefinitionId)]),
    ...(filter.personId === undefined ? [] : [ofPerson(filter.personId)]),
  ];
}

function ofApplication(id: string): Clause {
  return sql<boolean>`(subject_id = ${id}
    OR correlation_id = ANY(ARRAY(SELECT id::text FROM access_request WHERE application_id = ${id}::uuid))
    OR subject_id = ANY(ARRAY(SELECT id::text FROM access_grant WHERE application_id = ${id}::uuid)))`;
}

/** Who may ask for it and by which rules stands as long as it is there; what was asked for and held stays. */
function ofRole(id: string): Clause {
  return sql<boolean>`(subject_id = ${id}
    OR correlation_id = ANY(ARRAY(SELECT id::text FROM access_request WHERE body #> '{asked,roleDefinitionIds}' ? ${id}))
    OR subject_id = ANY(ARRAY(SELECT id::text FROM access_grant WHERE role_definition_id = ${id}::uuid
      UNION ALL SELECT id::text FROM role_settings WHERE role_definition_id = ${id}::uuid
      UNION ALL SELECT id::text FROM eligibility WHERE role_definition_id = ${id}::uuid)))`;
}

/** As the one who acted, as what was acted on, and as the one who asked or for whom it was. */
function ofPerson(id: string): Clause {
  return sql<boolean>`(actor_id = ${id} OR subject_id = ${id}
    OR correlation_id = ANY(ARRAY(SELECT id::text FROM access_request WHERE requester_id = ${id}::uuid OR beneficiary_id = ${id}::uuid))
    OR subject_id = ANY(ARRAY(SELECT id::text FROM access_grant WHERE requester_id = ${id}::uuid OR beneficiary_id = ${id}::uuid)))`;
}
