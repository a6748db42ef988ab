/** Where events are sent to, in words. */

export const list = {
  title: "Exports",
  lead: "Systems that get every entry of your organisation's log as it happens: in order, each once, and again only where it is not known to have come.",
  make: "New export",
  none: "Nothing is sent anywhere yet. An export sends every entry of the log, from now on or from its beginning, to a system of yours.",
  more: "More exports",
  guide: "How a receiver verifies what comes: docs/guides/exports.md.",
} as const;

export const card = {
  stands: "Sent",
  behind: "Waiting",
  none: "nothing",
  accepted: "Last accepted",
  never: "nothing yet",
  error: "Last fault",
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
  secretTitle: (name: string) => `Signing secret of ${name}`,
  secretLabel: "Secret",
  secretNote: "Give it to whoever verifies what comes.",
  secretOverlap: "Give it to whoever verifies what comes. The one before is valid beside it for a day.",
} as const;

export const form = {
  kind: "Kind",
  placeholder: "security-team",
  from: "Begins",
  fromHelp: "With what happens from now on, or with the first entry of the log.",
  fromNow: "now",
  fromBeginning: "with the first entry",
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
