/**
 * Who hears of what: for each thing that happens and each side that may have to know, what the portal lists it as, which
 * kind of mail it is, and how long that waits. What asks for an action, what quiet hours hold back and which digest can be
 * stopped is said of the kind (`MAIL_KINDS`); which of the nine rules rules it follows from the side and from what it is
 * about. There is no other list: portal, command line and mail derive from this one.
 */

import { MAIL_KINDS, type MailKind } from "../../domain/mail.ts";
import type { Side } from "../../domain/notification-rules.ts";
import { MINUTE_MS, SECOND_MS } from "../../domain/time.ts";

export interface Row {
  /** Null: by mail alone. */
  readonly type: string | null;
  readonly kind: MailKind;
  readonly side: Side | "self";
  /** Somebody else may make it needless meanwhile: so long it waits. */
  readonly delayMs: number;
  /** Nothing waits for anything, and it goes before other mail. */
  readonly urgent: boolean;
  /** Only to those whom the mail that it answers has reached. */
  readonly answers: boolean;
}

/** Time for somebody else to decide before others are asked to by mail. */
export const DECISION_DELAY_MS = 60 * SECOND_MS;
/** What is decided, or begins, within this is not waited for. */
export const SOON_MS = 10 * MINUTE_MS;

const row = (side: Row["side"], type: string | null, kind: MailKind, more: Partial<Row> = {}): Row => ({
  ...{ side, type, kind, delayMs: 0, urgent: false, answers: false },
  ...more,
});
const requester = (type: string | null, kind: MailKind) => row("requester", type, kind);
const administrators = (type: string | null, kind: MailKind) => row("administrators", type, kind);
const urgent = (one: Row): Row => ({ ...one, urgent: true });

export const MATRIX = {
  submitted: { requester: requester("request_sent", "submitted") },
  wanted: {
    approvers: row("approvers", "approval_wanted", "decision_wanted", { delayMs: DECISION_DELAY_MS }),
  },
  /** Approved without anybody deciding. */
  automatic: { approvers: row("approvers", "request_notice", "decided") },
  emergency: {
    approvers: urgent(row("approvers", "request_notice", "emergency_used")),
    administrators: urgent(administrators("request_notice", "emergency_used")),
  },
  termsOffered: { requester: requester("terms_proposed", "decision_wanted") },
  reminded: { approvers: row("approvers", "approval_wanted", "reminder") },
  escalated: { approvers: row("approvers", null, "escalation") },
  commented: {
    requester: requester("request_comment", "comment"),
    approvers: row("approvers", "approval_comment", "comment"),
  },
  approved: { requester: requester("request_approved", "decided") },
  denied: { requester: requester("request_denied", "decided") },
  canceled: { requester: requester("request_canceled", "decided") },
  timedOut: { requester: requester("request_timed_out", "decided") },
  /** What others were asked to do is done: the portal says so in the place of what it said before. */
  nothingToDecide: { approvers: row("approvers", null, "decided", { answers: true }) },
  stranded: {
    requester: requester("request_stranded", "nobody_left"),
    administrators: urgent(administrators("request_stranded", "nobody_left")),
  },
  leftToNobody: { administrators: urgent(administrators("nobody_left", "nobody_left")) },
  lockedOut: { administrators: administrators("principal_locked_out", "settings_changed") },
  letIn: { administrators: administrators("principal_let_in", "settings_changed") },
  scheduled: { requester: requester("grant_scheduled", "starting") },
  live: { requester: requester("grant_live", "live"), administrators: administrators(null, "live") },
  assigned: {
    requester: requester("access_assigned", "live"),
    approvers: row("approvers", null, "live"),
    administrators: administrators(null, "live"),
  },
  endingSoon: { requester: requester(null, "ending_soon") },
  ended: { requester: requester("grant_ended", "ended") },
  revoked: { requester: requester("grant_ended", "revoked") },
  extended: { requester: requester("grant_extended", "extended") },
  couldNotOpen: {
    requester: requester("grant_failed", "could_not_open"),
    approvers: row("approvers", "grant_failed", "could_not_open"),
    administrators: administrators(null, "could_not_open"),
  },
  /** Its time ran out without it. */
  neverLive: {
    requester: requester("grant_never_live", "could_not_open"),
    approvers: row("approvers", "grant_never_live", "could_not_open"),
    administrators: administrators(null, "could_not_open"),
  },
  couldNotClose: {
    requester: urgent(requester("grant_failed", "could_not_close")),
    approvers: urgent(row("approvers", "grant_failed", "could_not_close")),
    administrators: urgent(administrators(null, "could_not_close")),
  },
  settingsChanged: { administrators: administrators("settings_changed", "settings_changed") },
  eligibilityGiven: {
    requester: requester("eligibility_given", "eligibility_given"),
    approvers: row("approvers", null, "eligibility_given"),
    administrators: administrators(null, "eligibility_given"),
  },
  eligibilityEnding: {
    requester: requester("eligibility_ending", "eligibility_ending"),
    approvers: row("approvers", null, "eligibility_ending"),
    administrators: administrators(null, "eligibility_ending"),
  },
  drift: { administrators: administrators("target_drifted", "drift") },
  newDevice: { self: row("self", "new_device", "new_device") },
  weeklyDigest: { administrators: administrators(null, "weekly_digest") },
  automaticDigest: { approvers: row("approvers", null, "automatic_digest") },
} as const satisfies Readonly<Record<string, { readonly [S in Row["side"]]?: Row }>>;

export type NewsName = keyof typeof MATRIX;

/** What the portal lists for somebody, as people filter it by what it asks of them. */
export const NOTIFICATION_TYPES: readonly string[] = [
  ...new Set(rowsOf().flatMap(({ type }) => type ?? [])),
].sort();

/** Types of what asks its reader for an action. */
export const CRITICAL_TYPES: readonly string[] = [
  ...new Set(rowsOf().flatMap(({ type, kind }) => (MAIL_KINDS[kind].critical ? (type ?? []) : []))),
].sort();

function rowsOf(): readonly Row[] {
  return Object.values(MATRIX).flatMap((sides) => Object.values(sides) as Row[]);
}
