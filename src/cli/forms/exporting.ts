/** The forms of the verbs about where events are sent to. */
import type { Flags, Verb } from "../verb.ts";

const INSTALLATION: Flags = {
  installation: { type: "switch", help: "those of the whole installation, as an operator" },
};

export const EXPORTING: readonly Verb[] = [
  {
    name: "exports",
    summary: "list where your organisation's events are sent to, and how far that is",
    form: "",
    flags: INSTALLATION,
    words: [0, 0],
    load: async () => (await import("../verbs/exports.ts")).exports,
  },
  {
    name: "export pause",
    summary: "send nothing to an export until it is resumed; nothing is lost",
    form: "NAME",
    flags: {},
    words: [1, 1],
    load: async () => (await import("../verbs/exports.ts")).exportPause,
  },
  {
    name: "export resume",
    summary: "go on with an export that was paused, or try one now that is put off",
    form: "NAME",
    flags: {},
    words: [1, 1],
    load: async () => (await import("../verbs/exports.ts")).exportResume,
  },
  {
    name: "export refused",
    summary: "list the events that an export's far side refuses for good",
    form: "NAME",
    flags: {},
    words: [1, 1],
    load: async () => (await import("../verbs/exports.ts")).exportRefused,
  },
  {
    name: "export replay",
    summary: "send again what was refused, or everything from an entry on",
    form: "NAME",
    flags: {
      from: { type: "text", value: "N", help: "the number of the first entry, as `curfew audit` shows it" },
      ...INSTALLATION,
    },
    words: [1, 1],
    notes: ["What comes again has the id that it had before: a receiver knows it by that."],
    load: async () => (await import("../verbs/exports.ts")).exportReplay,
  },
  {
    name: "export secret",
    summary: "have a new signing secret made; the one before is valid beside it for a day",
    form: "NAME",
    flags: {},
    words: [1, 1],
    load: async () => (await import("../verbs/exports.ts")).exportSecret,
  },
];
