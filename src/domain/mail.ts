/**
 * Mail that is planned: who is told what, as facts and not as text. It is planned in the transaction that tells of a fact,
 * kept as a row until the server that takes mail has accepted it, and put into words only then, for whoever reads it.
 */
import type { AccessRequestId, ObjectId, TenantId } from "./ids.ts";
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from "./time.ts";

export const MAIL_AUDIENCES = ["requester", "approver", "administrator", "self"] as const;
/** Whom a kind is for, as Privileged Identity Management has them; `self` is whoever it is about. */
export type MailAudience = (typeof MAIL_AUDIENCES)[number];

interface MailKindRow {
  readonly for: readonly MailAudience[];
  /** Asks its reader for an action now: what a rule's "critical emails only" lets through. */
  readonly critical: boolean;
  /** Quiet hours of its reader may hold it back. Nothing that is critical waits for them. */
  readonly quiet: boolean;
  /** Comes regularly and unasked: its reader can stop it from the mail itself (RFC 8058). */
  readonly unsubscribe: boolean;
  /** Goes to an address that nobody has confirmed yet. */
  readonly unconfirmed: boolean;
}

const NEWS = { critical: false, quiet: true, unsubscribe: false, unconfirmed: false } as const;
const CRITICAL = { ...NEWS, critical: true, quiet: false } as const;
const DIGEST = { ...NEWS, unsubscribe: true } as const;
const OWN = { ...CRITICAL, for: ["self"], unconfirmed: true } as const;

const KINDS = {
  submitted: { ...NEWS, for: ["requester", "administrator"] },
  decision_wanted: { ...CRITICAL, for: ["requester", "approver"] },
  decided: { ...NEWS, for: ["requester", "approver", "administrator"] },
  starting: { ...NEWS, for: ["requester"] },
  live: { ...NEWS, for: ["requester", "approver", "administrator"] },
  // Whoever works has to stop, or ask for more, before it ends.
  ending_soon: { ...CRITICAL, for: ["requester"] },
  ended: { ...NEWS, for: ["requester", "approver", "administrator"] },
  extended: { ...NEWS, for: ["requester", "approver", "administrator"] },
  revoked: { ...CRITICAL, for: ["requester", "approver", "administrator"] },
  could_not_open: { ...CRITICAL, for: ["requester", "approver", "administrator"] },
  could_not_close: { ...CRITICAL, for: ["requester", "approver", "administrator"] },
  settings_changed: { ...NEWS, for: ["administrator"] },
  eligibility_given: { ...NEWS, for: ["requester", "approver", "administrator"] },
  eligibility_ending: { ...NEWS, for: ["requester", "approver", "administrator"] },
  nobody_left: { ...CRITICAL, for: ["requester", "administrator"] },
  emergency_used: { ...CRITICAL, for: ["approver", "administrator"] },
  drift: { ...CRITICAL, for: ["administrator"] },
  new_device: { ...CRITICAL, for: ["self"] },
  weekly_digest: { ...DIGEST, for: ["requester", "approver", "administrator"] },
  automatic_digest: { ...DIGEST, for: ["approver", "administrator"] },
  reminder: { ...CRITICAL, for: ["approver"] },
  escalation: { ...CRITICAL, for: ["approver"] },
  comment: { ...NEWS, for: ["requester", "approver"] },
  address_confirmation: OWN,
  invitation: OWN,
  reset: OWN,
} as const satisfies Readonly<Record<string, MailKindRow>>;

export type MailKind = keyof typeof KINDS;
/** A row for each kind of mail; there is no other. */
export const MAIL_KINDS: Readonly<Record<MailKind, MailKindRow>> = KINDS;

export function isMailKind(text: string): text is MailKind {
  return Object.hasOwn(MAIL_KINDS, text);
}

/** What a fact of a mail is called, in the order in which a mail says them. */
export const MAIL_LABELS = {
  who: "Who",
  forWhom: "For",
  what: "What",
  where: "Where",
  why: "Why",
  ticket: "Ticket",
  howLong: "How long",
  window: "When",
  startsAt: "Starts",
  oldEnd: "Previous end",
  newEnd: "Ends",
  decideBy: "Decide by",
  decidedBy: "By",
  decision: "Decision",
  reason: "Reason",
  changed: "Changed",
  device: "Device",
  at: "At",
  count: "How many",
  item: "·",
} as const;
export type MailLabel = keyof typeof MAIL_LABELS;

export type MailValue =
  | { readonly text: string }
  | { readonly instant: Instant }
  | { readonly durationMs: number }
  | { readonly from: Instant; readonly to: Instant | null };

export interface MailFact {
  readonly label: MailLabel;
  readonly value: MailValue;
}

/** What a mail says. Everything in it may hold what people wrote: whoever renders it makes that harmless. */
export interface MailMessage {
  readonly headline: string;
  readonly facts: readonly MailFact[];
  /** A path of the portal, from its first slash; the one link of the mail. */
  readonly link: string | null;
  readonly note: string | null;
}

export type MailRecipient =
  | { readonly person: ObjectId }
  /** An address that a rule names, which is nobody's here. `ruleOf`: the policy that named it first. */
  | { readonly address: string; readonly ruleOf: string };

export interface PlannedMail {
  /** A GUID made of the fact, the kind and the recipient: what is planned twice is one mail. */
  readonly id: string;
  /** The recipient's tenant, whose rows it is one of. */
  readonly tenantId: TenantId;
  readonly to: MailRecipient;
  readonly kind: MailKind;
  readonly message: MailMessage;
  /** Mails about one request are one conversation. */
  readonly thread: AccessRequestId | null;
  /** What withdraws or moves it while it waits: `decision:<request>:<stage>`, `ending:<grant>`. */
  readonly topic: string | null;
  readonly notBefore: Instant;
  /** Goes before others that are due. */
  readonly urgent: boolean;
  /** Only where mail of one of these kinds in the same thread has reached, or may have reached, this reader. */
  readonly answers?: readonly MailKind[];
}

/** Each is final but `waiting`. `given_up`: the server never said that it takes it, nor that it never will. */
export const MAIL_STATES = ["waiting", "sent", "withdrawn", "refused", "given_up"] as const;
export type MailState = (typeof MAIL_STATES)[number];

/** Where a mail goes, as it stands when it is to be sent. */
export interface MailAddress {
  readonly address: string;
  readonly confirmedAt: Instant | null;
  /** How often in a row its server said that it will never take mail for it. */
  readonly refused: number;
  readonly switchedOffAt: Instant | null;
  readonly switchedOffWhy: string | null;
  readonly digestsStoppedAt: Instant | null;
}

export const REFUSALS_TO_SWITCH_OFF = 3;
/** RFC 5321, section 4.5.4.1: a server that is away is tried for four or five days. */
const GIVEN_UP_AFTER_MS = 5 * DAY_MS;
const LONGEST_WAIT_MS = 4 * HOUR_MS;

/** After a refusal that passes: one minute, two, four, up to four hours. */
export function mailRetryMs(attempts: number): number {
  return Math.min(MINUTE_MS * 2 ** Math.min(Math.max(attempts, 1) - 1, 10), LONGEST_WAIT_MS);
}

/** Why nothing is sent although it is due; null where nothing stands in its way. */
export function obstacleTo(
  mail: Pick<PlannedMail, "kind" | "notBefore">,
  to: { readonly gone: boolean; readonly address: MailAddress | null },
  now: Instant,
): { readonly state: "withdrawn" | "given_up"; readonly why: string; readonly unconfirmed?: true } | null {
  const row = MAIL_KINDS[mail.kind];
  const { gone, address } = to;
  if (gone) return { state: "given_up", why: "whoever it is for is gone, or locked out" };
  if (address === null) return { state: "given_up", why: "whoever it is for has no address" };
  if (address.switchedOffAt !== null)
    return { state: "given_up", why: "its address is switched off; an administrator can switch it on again" };
  if (address.confirmedAt === null && !row.unconfirmed)
    return { state: "given_up", why: "nobody has confirmed its address yet", unconfirmed: true };
  if (row.unsubscribe && address.digestsStoppedAt !== null)
    return { state: "withdrawn", why: "its reader stopped digests" };
  if (now >= mail.notBefore + GIVEN_UP_AFTER_MS)
    return { state: "given_up", why: "nobody took it for five days" };
  return null;
}
