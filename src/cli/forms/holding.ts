/** The forms of the verbs that decide, hold and end access. */
import { CLIENTS } from "../../targets/clients.ts";
import { DIGEST_PERIODS, NOTIFICATIONS_SHOWN, WAIT_FLAGS } from "../choices.ts";
import type { Flags, Verb } from "../verb.ts";

const DECISION_FLAGS: Flags = {
  last: { type: "switch", help: "the one that waits for you; of several you are asked which" },
  because: { type: "text", value: "TEXT", help: "the justification; the requester reads it" },
};

/** Each kind of target that has a client brings a flag of its own. */
const CLIENT_FLAGS: Flags = Object.fromEntries(
  CLIENTS.map(({ flag: { name, value, help } }) => [name, { type: "text", value, help }]),
);

export const HOLDING: readonly Verb[] = [
  {
    name: "approve",
    summary: "approve a request, as asked or for less",
    form: "ID | --last --because TEXT [--for DURATION] [--start TIME] [--role ROLE]...",
    flags: {
      ...DECISION_FLAGS,
      for: { type: "text", value: "DURATION", help: "for less time than was asked" },
      start: { type: "text", value: "TIME", help: "from later on; the requester has to accept that" },
      role: { type: "list", value: "ROLE", help: "only this role of those asked for" },
    },
    words: [0, 1],
    load: async () => (await import("../verbs/approve.ts")).approve,
  },
  {
    name: "deny",
    summary: "deny a request",
    form: "ID | --last --because TEXT",
    flags: DECISION_FLAGS,
    words: [0, 1],
    load: async () => (await import("../verbs/approve.ts")).deny,
  },
  {
    name: "accept",
    summary: "take the terms that an approver offered for your request",
    form: "ID | --last [--wait]",
    flags: { last: { type: "switch", help: "your request with an offer" }, ...WAIT_FLAGS },
    words: [0, 1],
    load: async () => (await import("../verbs/answer.ts")).accept,
  },
  {
    name: "cancel",
    summary: "withdraw a pending request",
    form: "ID | --last",
    flags: { last: { type: "switch", help: "your pending request" } },
    words: [0, 1],
    load: async () => (await import("../verbs/answer.ts")).cancel,
  },
  {
    name: "comment",
    summary: "write to whoever asked, or to whoever decides, about a pending request",
    form: "ID | --last --text TEXT",
    flags: {
      last: { type: "switch", help: "your pending request" },
      text: { type: "text", value: "TEXT", help: "both sides read it, and it stays in the log" },
    },
    words: [0, 1],
    load: async () => (await import("../verbs/write.ts")).comment,
  },
  {
    name: "remind",
    summary: "remind whoever can decide your pending request",
    form: "ID | --last",
    flags: { last: { type: "switch", help: "your pending request" } },
    words: [0, 1],
    notes: ["Once in a quarter of an hour for each request; a refusal says when the next one may be sent."],
    load: async () => (await import("../verbs/write.ts")).remind,
  },
  {
    name: "grants",
    summary: "list access: what is held, when it ends, what happens then",
    form: "[--all] [--everybody] | --to-review",
    flags: {
      all: { type: "switch", help: "those that are over as well" },
      everybody: { type: "switch", help: "the whole organisation's, for administrators and auditors" },
      "to-review": { type: "switch", help: "emergency uses of others that wait for your review" },
    },
    words: [0, 0],
    load: async () => (await import("../verbs/grants.ts")).grants,
  },
  {
    name: "secret",
    summary: "fetch the log-in of live access; it is given once",
    form: `ID | --last ${CLIENTS.map(({ flag }) => `[--${flag.name} ${flag.value}] `).join("")}[--reissue]`,
    flags: {
      last: { type: "switch", help: "your live access with a log-in" },
      ...CLIENT_FLAGS,
      reissue: { type: "switch", help: "void the one that was given, cut its sessions, and fetch another" },
      binding: { type: "text", value: "ID", help: "which target's, where a grant opens several" },
    },
    words: [0, 1],
    notes: ["In the demo it is kept beside the demo's data, so that it can be tried again after the end."],
    load: async () => (await import("../verbs/secret.ts")).secret,
  },
  {
    name: "extend",
    summary: "ask for more time on live access",
    form: "ID | --last --for DURATION [--because TEXT] [--wait]",
    flags: {
      last: { type: "switch", help: "yours that is live" },
      for: { type: "text", value: "DURATION", help: "how long from the decision on" },
      because: { type: "text", value: "TEXT", help: "the justification" },
      ticket: { type: "text", value: "SYSTEM:NUMBER", help: "the ticket this is for" },
      ...WAIT_FLAGS,
    },
    words: [0, 1],
    load: async () => (await import("../verbs/end.ts")).extend,
  },
  {
    name: "deactivate",
    summary: "give access back before its end",
    form: "ID | --last",
    flags: { last: { type: "switch", help: "yours that is not over" } },
    words: [0, 1],
    load: async () => (await import("../verbs/end.ts")).deactivate,
  },
  {
    name: "revoke",
    summary: "end somebody's access now",
    form: "ID | --last [--because TEXT]",
    flags: {
      last: { type: "switch", help: "the one that is not over" },
      because: { type: "text", value: "TEXT", help: "the justification" },
    },
    words: [0, 1],
    load: async () => (await import("../verbs/end.ts")).revoke,
  },
  {
    name: "review",
    summary: "judge an emergency use afterwards, as an approver",
    form: "ID | --last --outcome justified|unjustified --because TEXT",
    flags: {
      last: { type: "switch", help: "the emergency use that waits for your review" },
      outcome: { type: "text", value: "OUTCOME", help: "justified or unjustified" },
      because: { type: "text", value: "TEXT", help: "the justification" },
    },
    words: [0, 1],
    load: async () => (await import("../verbs/end.ts")).review,
  },
  {
    name: "notifications",
    summary: "list what you were told; --read marks it as read",
    form: "[--unread] [--asks] [--type TYPE] [--read] [--limit N]",
    flags: {
      unread: { type: "switch", help: "only what you have not read" },
      asks: { type: "switch", help: "only what asks you for something" },
      type: { type: "text", value: "TYPE", help: "only this, such as grant_live; `--json` names them" },
      read: { type: "switch", help: "mark what is shown as read" },
      limit: { type: "text", value: "N", help: `how many (default ${NOTIFICATIONS_SHOWN})` },
    },
    words: [0, 0],
    load: async () => (await import("../verbs/notifications.ts")).notifications,
  },
  {
    name: "preferences",
    summary: "what you hear by mail, and when; with flags, change it",
    form: "[--quiet FROM-TO|none] [--zone ZONE] [--automatic PERIOD] [--off KIND]... [--tenant] [--reset]",
    flags: {
      quiet: {
        type: "text",
        value: "FROM-TO",
        help: "what needs nothing of you waits: 22:00-07:00, or none",
      },
      zone: { type: "text", value: "ZONE", help: "a time zone, such as Europe/Berlin" },
      automatic: {
        type: "text",
        value: "PERIOD",
        help: `what was approved without a decision: ${DIGEST_PERIODS.join(", ")}`,
      },
      reminders: { type: "text", value: "on|off", help: "whether reminders are mailed" },
      escalation: { type: "text", value: "on|off", help: "whether you are mailed when a decision escalates" },
      off: { type: "list", value: "KIND", help: "not this kind of mail, such as live; none: all kinds" },
      tenant: { type: "switch", help: "of everybody in your organisation who said nothing else" },
      reset: { type: "switch", help: "forget what was said before" },
    },
    words: [0, 0],
    load: async () => (await import("../verbs/preferences.ts")).preferences,
  },
  {
    name: "history",
    summary: "your own history: what you did, and what became of your requests",
    form: "[--limit N]",
    flags: {
      limit: { type: "text", value: "N", help: `how many (default ${NOTIFICATIONS_SHOWN})` },
    },
    words: [0, 0],
    load: async () => (await import("../verbs/history.ts")).history,
  },
  {
    name: "check",
    summary: "ask whether somebody may do something now; exit 0 for yes, 3 for no",
    form: "PRINCIPAL --on SCOPE --action ACTION | --role ROLE",
    flags: {
      on: { type: "text", value: "SCOPE", help: "a path; with --role also a name that you may ask for" },
      action: { type: "text", value: "ACTION", help: "such as Microsoft.Storage/storageAccounts/read" },
      role: { type: "text", value: "ROLE", help: "by name where you may ask for it, else by id" },
      tenant: { type: "text", value: "ID", help: "of the principal, when it is not yours" },
    },
    words: [1, 1],
    load: async () => (await import("../verbs/who.ts")).check,
  },
];
