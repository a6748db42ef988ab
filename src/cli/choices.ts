/** What help names and the code checks, in one place for both: choices, numbers, and flags that several verbs take. */
import type { Flags } from "./verb.ts";

export const PURPOSES = ["troubleshooting", "maintenance", "update", "investigation", "other"] as const;

export const REQUEST_STATES = ["pending", "approved", "denied", "canceled", "timedOut"] as const;

export const NOTIFICATIONS_SHOWN = 20;

export const DIGEST_PERIODS = ["each", "daily", "weekly", "never"] as const;

const MAX_ROLES = 10;

export const ASK_FLAGS: Flags = {
  on: { type: "text", value: "SCOPE", help: "where: a name, Owner/name or a path" },
  for: { type: "text", value: "DURATION", help: "how long: 2h, 90m, 30s, 1h30m or PT2H" },
  because: { type: "text", value: "TEXT", help: "the justification" },
  start: { type: "text", value: "TIME", help: "start then instead of at the approval: 14:30, +2h, RFC 3339" },
  at: { type: "text", value: "TIME", help: "the same as --start" },
  "needed-until": { type: "text", value: "TIME", help: "if undecided by then, it is no longer needed" },
  ticket: { type: "text", value: "SYSTEM:NUMBER", help: "the ticket this is for" },
  purpose: { type: "text", value: "PURPOSE", help: PURPOSES.join(", ") },
  plan: { type: "text", value: "TEXT", help: "what will be done" },
  again: {
    type: "text",
    value: "ID",
    help: "as in that request of yours, on its terms; what is given beside it counts instead",
  },
  beneficiary: { type: "text", value: "NAME", help: "for a service principal or group that you own" },
  emergency: { type: "switch", help: "break glass: skip approval, be reviewed afterwards" },
};
export const ASK_FORM = "ROLE... --on SCOPE [--for DURATION] [--because TEXT] | [ROLE...] --again ID";
export const ASK_WORDS = [0, MAX_ROLES] as const;

export const WAIT_FLAGS = {
  wait: { type: "switch", help: "wait until it is live, or is not to be" },
  timeout: { type: "text", value: "DURATION", help: "with --wait: give up waiting after this long (exit 7)" },
} as const;
