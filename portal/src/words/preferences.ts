/** How the portal looks to one person, in one browser; and what people hear by mail, of themselves or of everybody. */
import type { Answer } from "../api/api.ts";

export const PAGE = {
  title: "Preferences",
  lead: "How the portal looks, in this browser only, and what you hear by mail.",
  appearance: "Appearance",
  colours: "Colours",
  auto: "As this device has it",
  light: "Light",
  dark: "Dark",
  times: "Times",
  timesIn: "Show times in",
  utc: "UTC",
} as const;

export const MAIL = {
  title: "Mail",
  quiet: "Quiet hours",
  quietHelp: "Whatever asks for nothing waits until they are over.",
  from: "From",
  to: "To",
  timeLacks: "Say a time, such as 22:00.",
  timeZone: "Time zone",
  timeZoneHelp: "Of quiet hours, digests and every time in a mail.",
  automatic: "What was approved without a decision",
  reminders: "Reminders of decisions that wait",
  escalation: "Decisions that nobody else has taken in time",
  what: "Mail that asks for nothing",
  always: "What asks for something, and what went wrong, is always mailed.",
  save: "Save",
  saved: "Saved.",
  reset: "As the organisation has it",
  goesTo: (email: string) => `It goes to ${email}. What is not chosen here is as your organisation has it.`,
  unconfirmed: "This address is not confirmed yet: nothing but the mail that asks to confirm it goes there.",
  switchedOff:
    "Nothing is mailed there any more: its mail server refused it for good three times. An administrator has it tried again.",
} as const;

export const PERIODS = [
  { value: "each", label: "A mail for each" },
  { value: "daily", label: "A digest a day" },
  { value: "weekly", label: "A digest a week" },
  { value: "never", label: "No mail" },
] as const;

type Kind = Answer<"readMyNotificationPreferences">["inForce"]["off"][number];

const KIND_WORDS: Readonly<Record<Kind, string>> = {
  submitted: "A request was sent",
  decided: "A request was decided",
  comment: "Somebody commented on a request",
  starting: "Access starts soon",
  live: "Access is live",
  extended: "Access was extended",
  ended: "Access ended",
  eligibility_given: "A role may be asked for",
  eligibility_ending: "A role may soon not be asked for any more",
  settings_changed: "Settings were changed",
  weekly_digest: "The weekly digest",
  automatic_digest: "The digest of what was approved without a decision",
};

/** Kinds of mail that may be switched off. */
export const MAIL_KINDS = Object.entries(KIND_WORDS).map(([value, label]) => ({
  value: value as Kind,
  label,
}));

export function itIs(time: string): string {
  return `It is ${time}.`;
}

/** `timeZone`: as IANA names it, `Europe/Berlin`. */
export function deviceTime(timeZone: string): string {
  return `This device's time (${timeZone.replaceAll("_", " ")})`;
}
