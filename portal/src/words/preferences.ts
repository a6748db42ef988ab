/** How the portal looks to one person, in one browser. */

export const PAGE = {
  title: "Preferences",
  lead: "How the portal looks is kept in this browser only.",
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
  quietHelp: "What needs nothing of you waits until they are over.",
  from: "From",
  to: "To",
  timeZone: "Time zone",
  automatic: "What was approved without a decision",
  reminders: "Reminders of decisions that wait for you",
  escalation: "Decisions that escalate to you",
  what: "Mail that needs nothing of you",
  always: "What asks you for something is always sent.",
  save: "Save",
  reset: "As the organisation has it",
} as const;

export const PERIODS = [
  { value: "each", label: "A mail for each" },
  { value: "daily", label: "A digest a day" },
  { value: "weekly", label: "A digest a week" },
  { value: "never", label: "No mail" },
] as const;

export const MAIL_KINDS = [
  { value: "submitted", label: "Your request was sent" },
  { value: "decided", label: "It was decided" },
  { value: "starting", label: "Your access starts soon" },
  { value: "live", label: "Your access is live" },
  { value: "ended", label: "Your access ended" },
  { value: "extended", label: "Your access was extended" },
  { value: "comment", label: "Comments" },
  { value: "eligibility_given", label: "You may ask for a role" },
  { value: "eligibility_ending", label: "You may not ask for it much longer" },
  { value: "settings_changed", label: "Settings were changed" },
  { value: "weekly_digest", label: "The weekly digest" },
  { value: "automatic_digest", label: "The digest of what was approved without a decision" },
] as const;

export function itIs(time: string): string {
  return `It is ${time}.`;
}

/** `timeZone`: as IANA names it, `Europe/Berlin`. */
export function deviceTime(timeZone: string): string {
  return `This device's time (${timeZone.replaceAll("_", " ")})`;
}
