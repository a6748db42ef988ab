/** Where events are sent to, in words. */

export const list = {
  title: "Exports",
  lead: "Systems of yours that get every entry of your organisation's log as it happens, in order.",
  make: "New export",
  none: "Nothing is sent anywhere yet. An export sends every entry of the log, from now on or from the first, to a system of yours: a webhook, or Azure Monitor.",
  more: "More exports",
  guide: "What a receiver gets and how it verifies it: docs/guides/exports.md.",
  ofInstallation: "Of this installation",
  ofInstallationLead:
    "Every organisation's log goes there. They are set where the server is started, and seen by operators alone.",
  noneOfInstallation:
    "This installation sends nothing anywhere: docs/guides/exports.md names what can be set.",
} as const;

export const card = {
  stands: "Sent",
  behind: "Not sent yet",
  none: "nothing",
  accepted: "Last accepted",
  never: "nothing yet",
  error: "Last fault",
  logs: "Logs",
  logsWords: (streams: number, failing: number) =>
    `${streams}${failing === 0 ? "" : `, of which ${failing} cannot be sent`}`,
  refused: "Refused for good",
  upTo: (number: number) => (number === 0 ? "nothing yet" : `everything up to entry ${number}`),
  waiting: (count: number) => (count === 1 ? "1 entry" : `${count} entries`),
  events: (count: number) => (count === 1 ? "1 event" : `${count} events`),
  since: "the oldest ",
  again: "tried again ",
  entry: (number: number, reason: string) => `Entry ${number}: ${reason} (`,
  moreLetters: (count: number) => `and ${count} more`,
} as const;

export const acts = {
  pause: "Pause",
  resume: "Resume",
  tryNow: "Try now",
  replay: "Send again what was refused",
  secret: "New secret",
  replayed: (count: number) => (count === 1 ? "1 event is sent again" : `${count} events are sent again`),
  secretAsk: (name: string) => `A new signing secret for ${name}?`,
  secretText:
    "It is shown once. What is sent is signed with it and, for a day, with the one before as well, so that whoever verifies has time to change.",
  secretVerb: "Make a new secret",
  secretTitle: (name: string) => `Signing secret of ${name}`,
  secretLabel: "Secret",
  secretNote: "Give it to whoever verifies what comes.",
  secretOverlap: "Give it to whoever verifies what comes. The one before is valid beside it for a day.",
} as const;

export const form = {
  kind: "Kind",
  placeholder: "security-team",
  from: "Begins with",
  fromNow: "What happens from now on",
  fromBeginning: "The first entry of the log",
} as const;

interface Standing {
  readonly paused: "person" | "refused" | "secret" | null;
  readonly tries: number;
  readonly behind: number;
}

export function standingWords({ paused, tries, behind }: Standing): {
  readonly text: string;
  readonly color: string;
} {
  switch (paused) {
    case "person":
      return { text: "Paused", color: "gray" };
    case "refused":
      return { text: "Paused: it refuses everything", color: "red" };
    case "secret":
      return { text: "Waits for a secret", color: "orange" };
    default:
      if (tries > 0) return { text: "Cannot send", color: "red" };
      return behind === 0 ? { text: "Up to date", color: "green" } : { text: "Sending", color: "blue" };
  }
}
