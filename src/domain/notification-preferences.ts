/** What somebody wants to hear by mail, and when: of a tenant for all of its people, and of a person over that. */
import { MAIL_KINDS, type MailKind } from "./mail.ts";
import { type Instant, localTime, nextLocal, UTC } from "./time.ts";

export const DIGEST_PERIODS = ["each", "daily", "weekly", "never"] as const;
/** `each`: one mail for each; else they are counted in a digest, or not mailed at all. */
export type DigestPeriod = (typeof DIGEST_PERIODS)[number];

/** Minutes of the local day, from `from` on and before `to`; past midnight where `from` is the later one. */
export interface QuietHours {
  readonly from: number;
  readonly to: number;
}

export interface NotificationPreferences {
  /** Kinds of mail that are not sent. None of them asks for an action. */
  readonly off: readonly MailKind[];
  /** Of what was approved without anybody deciding. */
  readonly automatic: DigestPeriod;
  /** Whether a requester's reminder is mailed. */
  readonly reminders: boolean;
  /** Whether one is mailed when a decision escalates to them. */
  readonly escalation: boolean;
  readonly quietHours: QuietHours | null;
  /** Whose local time quiet hours, digests and the times in mail are in. */
  readonly timeZone: string;
}

/** What is not said is as the tenant has it. */
export type OwnPreferences = Partial<NotificationPreferences>;

export const STANDARD_PREFERENCES: NotificationPreferences = {
  off: [],
  automatic: "daily",
  reminders: true,
  escalation: true,
  quietHours: null,
  timeZone: UTC,
};

/** What needs nothing of its reader, and so may be switched off. */
export const MAY_BE_OFF: readonly MailKind[] = (Object.keys(MAIL_KINDS) as MailKind[]).filter(
  (kind) => !MAIL_KINDS[kind].critical,
);

export function preferencesOf(tenant: OwnPreferences, own: OwnPreferences): NotificationPreferences {
  return { ...STANDARD_PREFERENCES, ...tenant, ...own };
}

/** Whether somebody wants this kind by a mail of its own. */
export function wants(preferences: NotificationPreferences, kind: MailKind): boolean {
  if (kind === "reminder") return preferences.reminders;
  if (kind === "escalation") return preferences.escalation;
  return MAIL_KINDS[kind].critical || !preferences.off.includes(kind);
}

/** The same instant, or the end of the quiet hours that it lies in. */
export function heldBack(at: Instant, { quietHours, timeZone }: NotificationPreferences): Instant {
  if (quietHours === null || quietHours.from === quietHours.to) return at;
  const { from, to } = quietHours;
  const { minutes } = localTime(at, timeZone);
  const isQuiet = from < to ? from <= minutes && minutes < to : from <= minutes || minutes < to;
  return isQuiet ? nextLocal(at, to, timeZone) : at;
}
