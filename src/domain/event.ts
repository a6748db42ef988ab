/** Past-tense facts. They are the audit entries, and notifications are derived from them: there is no second vocabulary. */
import type { TenantId } from "./ids.ts";
import type { PrincipalRef } from "./principal.ts";
import type { JsonObject } from "./target-binding.ts";

export const EVENT_TYPES = [
  "request.submitted",
  "request.refused",
  "request.approval_given",
  "request.terms_proposed",
  "request.terms_accepted",
  "request.approved",
  "request.denied",
  "request.canceled",
  "request.timed_out",
  "request.stranded",
  "request.commented",
  "request.reminded",
  "decision.refused",
  "grant.scheduled",
  "grant.opening",
  "grant.live",
  "grant.extended",
  "grant.provisioning_failed",
  "grant.closing",
  "grant.removal_failed",
  "grant.look_failed",
  "grant.unconfirmed",
  "grant.drifted",
  "grant.ended",
  "grant.secret_issued",
  "grant.reviewed",
  "assignment.made",
  "principal.locked_out",
  "principal.let_in",
  "eligibility.end_neared",
  "mail.confirmed",
  "mail.switched_off",
  "mail.switched_on",
  "mail.settings_changed",
  "configuration.changed",
  "change.tried",
  "change.refused",
  "configuration.acknowledged",
  "application.deployed",
  "application.policy_changed",
  "application.deleted",
  "target.checked",
  "export.paused",
  "export.resumed",
  "export.refused",
  "export.replayed",
  "export.secret_made",
  "tenant.closed",
  "clock.accepted",
  "clock.repaired",
  "key.rotation_begun",
  "key.rotation_finished",
  "restore.confirmed",
  "installation.completed",
  "sign_in.succeeded",
  "sign_in.refused",
  "sign_in.many_refused",
  "sign_in.ended",
  "token.issued",
  "mail.left_out",
  "entries.left_out",
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Who did it, from the server's own authenticated context (I14). */
export type Actor =
  | { readonly kind: "user" | "servicePrincipal"; readonly ref: PrincipalRef; readonly via: string }
  /** Somebody of that tenant, whose name stays with it (I11). */
  | { readonly kind: "party"; readonly tenantId: TenantId; readonly via: string }
  | { readonly kind: "system"; readonly via: string };

export interface DomainEvent {
  readonly type: EventType;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly actor: Actor;
  /** The tenants whose log gets an entry; the first one owns the subject. */
  readonly parties: readonly TenantId[];
  /** What every party may read. */
  readonly facts: JsonObject;
  /** What only one party may read; the others hold a salted commitment to it. */
  readonly privateFacts?: { readonly tenantId: TenantId; readonly facts: JsonObject };
  /** The access request this belongs to, else the subject. */
  readonly correlationId: string;
}
