/**
 * The one table that says what each event is in OCSF 1.8 (https://schema.ocsf.io/1.8.0). Where a later version moves a class,
 * `CLASSES` or the rows that name it change, and nothing else.
 */
import type { EventType } from "../domain/event.ts";

export const OCSF_VERSION = "1.8.0";

/** What the source says of an activity that the class has no word for; the event's own name stands beside it. */
const OTHER = { Other: 99 } as const;

export const CLASSES = {
  base_event: { uid: 0, caption: "Base Event", category: "Uncategorized", activities: OTHER },
  account_change: {
    uid: 3001,
    caption: "Account Change",
    category: "Identity & Access Management",
    activities: { Lock: 9, Unlock: 12, ...OTHER },
  },
  authentication: {
    uid: 3002,
    caption: "Authentication",
    category: "Identity & Access Management",
    activities: { Logon: 1, Logoff: 2, ...OTHER },
  },
  entity_management: {
    uid: 3004,
    caption: "Entity Management",
    category: "Identity & Access Management",
    activities: {
      ...{ Create: 1, Read: 2, Update: 3, Delete: 4, Disable: 9, Activate: 10, Deactivate: 11, Suspend: 12 },
      ...{ Resume: 13, ...OTHER },
    },
  },
  user_access: {
    uid: 3005,
    caption: "User Access Management",
    category: "Identity & Access Management",
    activities: { "Assign Privileges": 1, "Revoke Privileges": 2, ...OTHER },
  },
} as const satisfies Readonly<Record<string, ClassRow>>;

interface ClassRow {
  readonly uid: number;
  readonly caption: string;
  readonly category: string;
  readonly activities: Readonly<Record<string, number>>;
}

export type ClassName = keyof typeof CLASSES;

/** Whether what the event tells of came about. `Unknown` where nobody has confirmed it. */
export const STATUSES = { Unknown: 0, Success: 1, Failure: 2 } as const;
export type Status = keyof typeof STATUSES;

/** How much somebody has to do about it, in OCSF's words. */
export const SEVERITIES = { Informational: 1, Low: 2, Medium: 3, High: 4 } as const;
export type Severity = keyof typeof SEVERITIES;

export interface OcsfRow {
  readonly class: ClassName;
  readonly activity: string;
  readonly activityId: number;
  readonly status: Status;
  readonly severity: Severity;
}

export const OCSF_TABLE: Readonly<Record<EventType, OcsfRow>> = {
  "request.submitted": row("entity_management", "Create", "Success", "Informational"),
  "request.refused": row("entity_management", "Create", "Failure", "Low"),
  "request.approval_given": row("entity_management", "Update", "Success", "Informational"),
  "request.terms_proposed": row("entity_management", "Update", "Success", "Informational"),
  "request.terms_accepted": row("entity_management", "Update", "Success", "Informational"),
  "request.approved": row("entity_management", "Activate", "Success", "Informational"),
  "request.denied": row("entity_management", "Activate", "Failure", "Informational"),
  "request.canceled": row("entity_management", "Deactivate", "Success", "Informational"),
  "request.timed_out": row("entity_management", "Activate", "Failure", "Informational"),
  "request.stranded": row("entity_management", "Other", "Unknown", "Medium"),
  "request.commented": row("entity_management", "Update", "Success", "Informational"),
  "request.reminded": row("entity_management", "Other", "Success", "Informational"),
  "decision.refused": row("entity_management", "Update", "Failure", "Low"),
  "grant.scheduled": row("user_access", "Other", "Success", "Informational"),
  "grant.opening": row("user_access", "Other", "Unknown", "Informational"),
  "grant.live": row("user_access", "Assign Privileges", "Success", "Informational"),
  "grant.extended": row("user_access", "Other", "Success", "Informational"),
  "grant.provisioning_failed": row("user_access", "Assign Privileges", "Failure", "Medium"),
  // Not live any more, and its target has not confirmed that it is gone.
  "grant.closing": row("user_access", "Revoke Privileges", "Unknown", "Informational"),
  "grant.removal_failed": row("user_access", "Revoke Privileges", "Failure", "High"),
  "grant.look_failed": row("user_access", "Other", "Unknown", "Medium"),
  "grant.unconfirmed": row("user_access", "Other", "Failure", "Medium"),
  "grant.drifted": row("entity_management", "Other", "Unknown", "High"),
  "grant.ended": row("user_access", "Revoke Privileges", "Success", "Informational"),
  "grant.secret_issued": row("entity_management", "Other", "Success", "Informational"),
  "grant.reviewed": row("entity_management", "Other", "Success", "Informational"),
  "assignment.made": row("user_access", "Assign Privileges", "Success", "Low"),
  "principal.locked_out": row("account_change", "Lock", "Success", "Medium"),
  "principal.let_in": row("account_change", "Unlock", "Success", "Low"),
  // Create or Delete where the entry says so.
  "eligibility.end_neared": row("user_access", "Other", "Success", "Informational"),
  "mail.confirmed": row("entity_management", "Activate", "Success", "Informational"),
  "mail.switched_off": row("entity_management", "Deactivate", "Success", "Medium"),
  "mail.switched_on": row("entity_management", "Activate", "Success", "Low"),
  "mail.settings_changed": row("entity_management", "Update", "Success", "Low"),
  "configuration.changed": row("entity_management", "Update", "Success", "Low"),
  "change.tried": row("entity_management", "Other", "Success", "Informational"),
  "change.refused": row("entity_management", "Update", "Failure", "Low"),
  "configuration.acknowledged": row("entity_management", "Update", "Success", "Low"),
  "application.deployed": row("entity_management", "Create", "Success", "Low"),
  "application.policy_changed": row("entity_management", "Update", "Success", "Low"),
  "application.deleted": row("entity_management", "Delete", "Success", "Low"),
  "target.checked": row("entity_management", "Read", "Success", "Informational"),
  "tenant.closed": row("entity_management", "Disable", "Success", "Medium"),
  "clock.accepted": row("entity_management", "Update", "Success", "Medium"),
  "clock.repaired": row("entity_management", "Update", "Success", "Medium"),
  "key.rotation_begun": row("entity_management", "Update", "Unknown", "Low"),
  "key.rotation_finished": row("entity_management", "Update", "Success", "Low"),
  "restore.confirmed": row("entity_management", "Resume", "Success", "Medium"),
  "installation.completed": row("entity_management", "Create", "Success", "Low"),
  "export.paused": row("entity_management", "Suspend", "Success", "Medium"),
  "export.refused": row("entity_management", "Other", "Failure", "Medium"),
  "export.resumed": row("entity_management", "Resume", "Success", "Low"),
  "export.replayed": row("entity_management", "Other", "Success", "Low"),
  "export.secret_made": row("entity_management", "Other", "Success", "Low"),
  "sign_in.succeeded": row("authentication", "Logon", "Success", "Informational"),
  "sign_in.refused": row("authentication", "Logon", "Failure", "Low"),
  "sign_in.many_refused": row("authentication", "Logon", "Failure", "High"),
  "sign_in.ended": row("authentication", "Logoff", "Success", "Low"),
  "token.issued": row("authentication", "Logon", "Success", "Informational"),
  "entries.left_out": row("base_event", "Other", "Unknown", "Low"),
  "mail.left_out": row("base_event", "Other", "Unknown", "Low"),
};

/** An event that a newer Curfew wrote, read by an older one, say. */
const UNKNOWN_TYPE: OcsfRow = row("base_event", "Other", "Unknown", "Informational");

export function ocsfRow(type: string): OcsfRow {
  return Object.hasOwn(OCSF_TABLE, type) ? OCSF_TABLE[type as EventType] : UNKNOWN_TYPE;
}

/** The number of an activity of a class, by its name. */
export function activityId<C extends ClassName>(name: C, activity: ActivityOf<C>): number {
  const numbers: ClassRow["activities"] = CLASSES[name].activities;
  return numbers[activity as string] as number;
}

type ActivityOf<C extends ClassName> = keyof (typeof CLASSES)[C]["activities"];

function row<C extends ClassName>(
  name: C,
  activity: ActivityOf<C> & string,
  status: Status,
  severity: Severity,
): OcsfRow {
  return { class: name, activity, activityId: activityId(name, activity), status, severity };
}
