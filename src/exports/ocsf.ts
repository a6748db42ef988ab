/** An event as OCSF 1.8 has it. What the schema has no place for stands in `unmapped`, facts and hashes included. */
import { isIP } from "node:net";
import type { Json, JsonObject } from "../domain/target-binding.ts";
import { type Cut, toldCut } from "./cut.ts";
import {
  activityId,
  CLASSES,
  OCSF_VERSION,
  type OcsfRow,
  ocsfRow,
  SEVERITIES,
  STATUSES,
} from "./ocsf-table.ts";
import { PRODUCT } from "./product.ts";
import type { ExportedEvent } from "./sink.ts";

/** `cut`: what is not whole in the event that is handed over. */
export function ocsfOf(event: ExportedEvent, cut: readonly Cut[]): JsonObject {
  const row = rowOf(event);
  const { uid, caption, category } = CLASSES[row.class];
  const common = {
    activity_id: row.activityId,
    // Where the class has no word for it, the source's own stands here.
    activity_name: row.activity === "Other" ? event.type : row.activity,
    category_uid: Math.floor(uid / 1_000),
    category_name: category,
    class_uid: uid,
    class_name: caption,
    type_uid: uid * 100 + row.activityId,
    type_name: `${caption}: ${row.activity}`,
    severity_id: SEVERITIES[row.severity],
    severity: row.severity,
    status_id: STATUSES[row.status],
    status: row.status,
    ...statusOf(event),
    time: event.at,
    message: event.sentence,
    metadata: metadataOf(event, cut),
  };
  const own = partsOf(event, row);
  return { ...common, ...own, ...observablesIn(own), unmapped: unmappedOf(event, cut) };
}

/** The row of its type, and what this one event says beyond it. */
function rowOf({ type, facts }: ExportedEvent): OcsfRow {
  const row = ocsfRow(type);
  if (type === "configuration.changed" && facts.action === "create")
    return { ...row, activity: "Create", activityId: activityId("entity_management", "Create") };
  if (type === "configuration.changed" && facts.action === "delete")
    return { ...row, activity: "Delete", activityId: activityId("entity_management", "Delete") };
  if (facts.ok === false) return { ...row, status: "Failure", severity: "Medium" };
  if (facts.emergency === true && row.severity === "Informational") return { ...row, severity: "Medium" };
  return row;
}

/** What the class has beside the base event. */
function partsOf(event: ExportedEvent, row: OcsfRow): JsonObject {
  switch (row.class) {
    case "base_event":
      return {};
    case "account_change":
      return { actor: actorOf(event), user: accountOf(event) };
    case "authentication":
      return { actor: actorOf(event), user: accountOf(event), ...signInOf(event) };
    case "entity_management":
      return { actor: actorOf(event), ...entityOf(event) };
    case "user_access":
      return { actor: actorOf(event), ...accessOf(event) };
    default: {
      const unknown: never = row.class;
      throw new Error(`no parts of class \`${unknown}\``);
    }
  }
}

function metadataOf(event: ExportedEvent, cut: readonly Cut[]): JsonObject {
  const bytes = cut.reduce((sum, one) => sum + (one.bytes ?? one.characters ?? 0), 0);
  return {
    version: OCSF_VERSION,
    product: { name: PRODUCT.name, vendor_name: PRODUCT.vendor, version: PRODUCT.version },
    uid: event.id,
    event_code: event.type,
    correlation_uid: event.correlationId,
    tenant_uid: event.tenantId,
    log_name: "audit",
    sequence: event.number,
    // In kilobytes, of what was cut: OCSF counts so.
    ...(cut.length === 0 ? {} : { is_truncated: true, untruncated_size: Math.ceil(bytes / 1_024) }),
  };
}

function statusOf({ facts, openings }: ExportedEvent): JsonObject {
  const code = [facts.code, facts.cause, facts.fault, facts.because].find((one) => typeof one === "string");
  const error = openings.find(({ name }) => name === "error")?.value;
  return {
    ...(code === undefined ? {} : { status_code: code }),
    ...(typeof error === "string" && error !== "" ? { status_detail: error } : {}),
  };
}

function actorOf({ actor, actorName, openings, tenantId }: ExportedEvent): JsonObject {
  switch (actor.kind) {
    case "system":
      return { app_name: PRODUCT.name };
    case "party": {
      const own = actor.tenantId === tenantId ? openings.find(({ name }) => name === "actor")?.value : null;
      const uid = typeof own === "string" ? { uid: own, type_id: 0 } : { type_id: 0 };
      return {
        app_name: actor.via,
        user: { ...named(actorName), ...uid, account: tenantAccount(actor.tenantId) },
      };
    }
    case "user":
    case "servicePrincipal": {
      const user = userOf(actor.objectId, actor.tenantId, actor.kind === "user" ? 1 : 4);
      return { app_name: actor.via, user: { ...named(actorName), ...user } };
    }
    default: {
      const unknown: never = actor;
      throw new Error(`unknown kind of actor in \`${JSON.stringify(unknown).slice(0, 200)}\``);
    }
  }
}

/** Whose account it is that is locked, or that somebody signs in to. */
function accountOf({ subject, facts, tenantId }: ExportedEvent): JsonObject {
  const home = typeof facts.tenantId === "string" ? facts.tenantId : tenantId;
  return { ...named(facts.name), ...userOf(subject.id, home, 0) };
}

function signInOf({ type, facts }: ExportedEvent): JsonObject {
  const { ip, methods, count } = facts;
  return {
    service: { name: PRODUCT.name, version: PRODUCT.version },
    is_remote: true,
    ...(type === "token.issued" ? { auth_protocol_id: 6, auth_protocol: "OAUTH 2.0" } : {}),
    ...(Array.isArray(methods) ? { is_mfa: methods.includes("mfa") } : {}),
    ...(typeof ip === "string" && isIP(ip) !== 0 ? { src_endpoint: { ip } } : {}),
    ...(typeof count === "number" && Number.isSafeInteger(count) ? { count } : {}),
  };
}

function entityOf({ subject, facts }: ExportedEvent): JsonObject {
  const { justification } = facts;
  return {
    entity: { ...named(facts.name), uid: subject.id, type: subject.kind, type_id: 99 },
    ...(typeof justification === "string" ? { comment: justification } : {}),
  };
}

function accessOf({ facts }: ExportedEvent): JsonObject {
  const { beneficiary, roleDefinitionId, scope } = facts;
  const known = isObject(beneficiary) && typeof beneficiary.objectId === "string";
  return {
    // Whether it is a person, a group or a workload is not in the entry.
    user: known
      ? userOf(String(beneficiary.objectId), String(beneficiary.tenantId), 0)
      : { name: "unknown", type_id: 0 },
    privileges: [typeof roleDefinitionId === "string" ? roleDefinitionId : "unknown"],
    ...(typeof scope === "string"
      ? { resources: [{ uid: scope, type: "scope", role_id: 1, role: "Target" }] }
      : {}),
  };
}

function userOf(uid: string, tenantId: string, typeId: 0 | 1 | 4): JsonObject {
  return { uid, type_id: typeId, account: tenantAccount(tenantId) };
}

function tenantAccount(tenantId: string): JsonObject {
  return { uid: tenantId, type_id: 99, type: "Curfew tenant" };
}

function named(name: Json | undefined): JsonObject {
  return typeof name === "string" && name !== "" ? { name } : {};
}

const MOST_OBSERVABLES = 8;

/** What a watcher looks for elsewhere: people, addresses, places. The numbers are those of OCSF's observable types. */
function observablesIn({ actor, user, src_endpoint: from, resources }: JsonObject): JsonObject {
  const found = [
    ...(isObject(actor) && isObject(actor.user) ? observable("actor.user.uid", 31, actor.user.uid) : []),
    ...(isObject(user) ? observable("user.uid", 31, user.uid) : []),
    ...(isObject(from) ? observable("src_endpoint.ip", 2, from.ip) : []),
    ...(Array.isArray(resources)
      ? resources.filter(isObject).flatMap(({ uid }, at) => observable(`resources[${at}].uid`, 10, uid))
      : []),
  ];
  return found.length === 0 ? {} : { observables: found.slice(0, MOST_OBSERVABLES) };
}

function observable(name: string, typeId: number, value: Json | undefined): JsonObject[] {
  return typeof value === "string" ? [{ name, type_id: typeId, value }] : [];
}

function unmappedOf(event: ExportedEvent, cut: readonly Cut[]): JsonObject {
  const { subject, parties, facts, openings, commitments, leafHash, linkHash, tenantName } = event;
  return {
    subject: { ...subject },
    parties: [...parties],
    tenantName,
    facts,
    openings: openings.map((opening) => ({ ...opening })) as readonly Json[],
    commitments: { ...commitments },
    leafHash,
    linkHash,
    ...(cut.length === 0 ? {} : { cut: toldCut(cut) }),
  };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
