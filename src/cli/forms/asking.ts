/** The forms of the verbs that sign in and ask: what help says, and which module runs them. */
import { ASK_FLAGS, ASK_FORM, ASK_WORDS, REQUEST_STATES, WAIT_FLAGS } from "../choices.ts";
import type { Verb } from "../verb.ts";

export const ASKING: readonly Verb[] = [
  {
    name: "login",
    summary: "sign in through a browser; --device where there is none",
    form: "[--mfa] [--device]",
    flags: {
      mfa: { type: "switch", help: "with a second factor, as some roles demand" },
      tenant: { type: "text", value: "NAME", help: "at this organisation, where several know your e-mail" },
      acr: { type: "text", value: "CONTEXT", help: "in an authentication context that a role demands" },
      device: {
        type: "switch",
        help: "show a code to type into a browser elsewhere, where the server allows it",
      },
      "no-browser": { type: "switch", help: "only print the address" },
    },
    words: [0, 0],
    notes: ["A service principal needs no login: set CURFEW_CLIENT_ID and CURFEW_CLIENT_SECRET."],
    load: async () => (await import("../verbs/login.ts")).login,
  },
  {
    name: "logout",
    summary: "forget the sign-in at one server; those at others stay",
    form: "",
    flags: {},
    words: [0, 0],
    load: async () => (await import("../verbs/login.ts")).logout,
  },
  {
    name: "logins",
    summary: "list the servers that you are signed in at; with one of them, talk to that one from now on",
    form: "[SERVER]",
    flags: {},
    words: [0, 1],
    notes: ["For one command --url or CURFEW_URL chooses: an address, or the host of one that is listed."],
    load: async () => (await import("../verbs/login.ts")).logins,
  },
  {
    name: "token",
    summary: "print an access token, for scripts and for clients of Azure and Graph",
    form: "",
    flags: {},
    words: [0, 0],
    notes: ["It is good for ten minutes at most. Keep it out of files and logs."],
    load: async () => (await import("../verbs/login.ts")).token,
  },
  {
    name: "whoami",
    summary: "show who you are here and how you signed in",
    form: "",
    flags: {},
    words: [0, 0],
    load: async () => (await import("../verbs/who.ts")).whoami,
  },
  {
    name: "eligible",
    summary: "list what you may ask for",
    form: "",
    flags: {},
    words: [0, 0],
    load: async () => (await import("../verbs/who.ts")).eligible,
  },
  {
    name: "preview",
    summary: "show what a request would come to, and store nothing",
    form: ASK_FORM,
    flags: ASK_FLAGS,
    words: ASK_WORDS,
    load: async () => (await import("../verbs/preview.ts")).preview,
  },
  {
    name: "request",
    summary: "ask for a role at a scope for a while",
    form: `${ASK_FORM} [--wait]`,
    flags: {
      ...ASK_FLAGS,
      ...WAIT_FLAGS,
      key: {
        type: "text",
        value: "KEY",
        help: "idempotency key: sent again with the same key, it is asked once",
      },
    },
    words: ASK_WORDS,
    load: async () => (await import("../verbs/request.ts")).request,
  },
  {
    name: "requests",
    summary: "list requests: your own, those for you to decide, or all that you may see",
    form: "[ID] [--to-decide | --decided | --all] [--state STATE]",
    flags: {
      "to-decide": { type: "switch", help: "those that wait for your decision" },
      decided: { type: "switch", help: "those that you decided" },
      all: {
        type: "switch",
        help: "everybody's, for those who answer for the organisation or an application",
      },
      state: { type: "text", value: "STATE", help: REQUEST_STATES.join(", ") },
      last: { type: "switch", help: "the newest one, in full" },
    },
    words: [0, 1],
    load: async () => (await import("../verbs/requests.ts")).requests,
  },
];
