/** How the portal looks to one person, in one browser. */

export const PAGE = {
  title: "Preferences",
  lead: "Kept in this browser only.",
  appearance: "Appearance",
  colours: "Colours",
  auto: "As this device has it",
  light: "Light",
  dark: "Dark",
  times: "Times",
  timesIn: "Show times in",
  utc: "UTC",
} as const;

export function itIs(time: string): string {
  return `It is ${time}.`;
}

/** `timeZone`: as IANA names it, `Europe/Berlin`. */
export function deviceTime(timeZone: string): string {
  return `This device's time (${timeZone.replaceAll("_", " ")})`;
}
