/** The forms of the verbs that administer, and of those about the command line itself. */
import type { Flag, Flags, Verb } from "../verb.ts";

const ACKNOWLEDGE: Flag = {
  type: "list",
  value: "ID,...",
  help: "requests and rules that may be left to nobody, as --dry-run or the refusal names them",
};

const POLICY_FLAGS: Flags = {
  mode: { type: "text", value: "MODE", help: "automatic, or manual: somebody has to approve" },
  approver: {
    type: "list",
    value: "NAME",
    help: "who decides, and is told in both modes; may be given several times",
  },
  required: { type: "text", value: "N", help: "how many of them have to approve" },
  max: { type: "text", value: "DURATION", help: "the longest that may be asked for" },
  min: { type: "text", value: "DURATION", help: "the shortest" },
  "decide-by": { type: "text", value: "DURATION", help: "how long a request waits for a decision" },
  "require-justification": { type: "text", value: "yes|no", help: "of the requester" },
  "require-mfa": { type: "text", value: "yes|no", help: "of the requester" },
  "allow-emergency": { type: "text", value: "yes|no", help: "whether glass may be broken" },
};

export const ADMINISTERING: readonly Verb[] = [
  {
    name: "catalogue",
    summary: "list the offers that your organisation may deploy",
    form: "",
    flags: {},
    words: [0, 0],
    load: async () => (await import("../verbs/applications.ts")).catalogue,
  },
  {
    name: "applications",
    summary: "list the managed applications that you run or publish",
    form: "",
    flags: {},
    words: [0, 0],
    load: async () => (await import("../verbs/applications.ts")).applications,
  },
  {
    name: "applications deploy",
    summary:
      "deploy an offer as a managed application; whether access is just in time is chosen here, for good",
    form: "NAME --offer OFFER --subscription NAME --resource-group NAME --managed-resource-group NAME",
    flags: {
      offer: { type: "text", value: "OFFER", help: "from `curfew catalogue`, by name or id" },
      version: { type: "text", value: "N", help: "default: the latest" },
      subscription: { type: "text", value: "NAME", help: "the subscription it is deployed into" },
      "resource-group": { type: "text", value: "NAME", help: "where the application stands" },
      "managed-resource-group": { type: "text", value: "NAME", help: "what the publisher operates" },
      owner: { type: "list", value: "NAME", help: "an owner of the application; may be given several times" },
      ...POLICY_FLAGS,
      "no-jit": { type: "switch", help: "decline JIT: the publisher holds its roles permanently" },
      "acknowledge-permanent-access": {
        type: "text",
        value: "NAME",
        help: "with --no-jit: the application's name again",
      },
      "dry-run": { type: "switch", help: "show the plan and store nothing" },
      acknowledge: ACKNOWLEDGE,
    },
    words: [1, 1],
    load: async () => (await import("../verbs/applications.ts")).deploy,
  },
  {
    name: "applications jit",
    summary: "show or change the terms of an application's JIT access",
    form: "NAME [--mode MODE] [--max DURATION] [--min DURATION] ...",
    flags: { ...POLICY_FLAGS, acknowledge: ACKNOWLEDGE },
    words: [1, 1],
    notes: ["What is not given stays as it is. Whether there is JIT access at all was chosen at deployment."],
    load: async () => (await import("../verbs/applications.ts")).jit,
  },
  {
    name: "apply",
    summary: "bring the configuration to what YAML files say, all or nothing",
    form: "-f FILE|FOLDER... [--dry-run] [--prune] [--acknowledge ID,...]",
    flags: {
      file: {
        type: "list",
        short: "f",
        value: "PATH",
        help: "a file, or a folder with its YAML files at any depth",
      },
      "dry-run": { type: "switch", help: "show the plan and store nothing" },
      prune: { type: "switch", help: "also remove what earlier applies made and the files no longer have" },
      acknowledge: ACKNOWLEDGE,
    },
    words: [0, 0],
    notes: ["Secrets are given as {fromEnv: NAME} or {fromFile: PATH}; they are read here and sent once."],
    load: async () => (await import("../verbs/apply.ts")).apply,
  },
  {
    name: "audit",
    summary: "list your organisation's audit entries, newest first",
    form: "[--type TYPE] [--about ID] [--from TIME] [--to TIME] [--limit N]",
    flags: {
      type: { type: "text", value: "TYPE", help: "such as request.approved" },
      about: { type: "text", value: "ID", help: "everything that belongs to this request" },
      from: { type: "text", value: "TIME", help: "not before" },
      to: { type: "text", value: "TIME", help: "before" },
      limit: { type: "text", value: "N", help: "how many (default 50)" },
    },
    words: [0, 0],
    load: async () => (await import("../verbs/audit.ts")).audit,
  },
  {
    name: "audit head",
    summary: "show where the log's chain ends; kept elsewhere, it shows a cut or rewritten log later",
    form: "",
    flags: {},
    words: [0, 0],
    load: async () => (await import("../verbs/audit.ts")).auditHead,
  },
  {
    name: "audit verify",
    summary:
      "check every entry of the log on this machine: edited, removed, reordered, and with a saved head cut",
    form: "[--head FILE] [--save-head FILE]",
    flags: {
      head: { type: "text", value: "FILE", help: "a head saved earlier" },
      "save-head": { type: "text", value: "FILE", help: "keep the head there if all is well" },
    },
    words: [0, 0],
    load: async () => (await import("../verbs/audit.ts")).auditVerify,
  },
  {
    name: "clock accept",
    summary: "vouch for the database's clock after it jumped, as an operator",
    form: "--because TEXT",
    flags: { because: { type: "text", value: "TEXT", help: "how you know; it stands in every log" } },
    words: [0, 0],
    load: async () => (await import("../verbs/vouching.ts")).clockAccept,
  },
  {
    name: "clock repair",
    summary: "lower the latest time that was told, where a wrong clock told it, as an operator",
    form: "--to INSTANT --because TEXT",
    flags: {
      to: {
        type: "text",
        value: "INSTANT",
        help: "such as 2026-11-30T12:00:00Z; not before the log's newest entry",
      },
      because: { type: "text", value: "TEXT", help: "how you know; it stands in every log" },
    },
    words: [0, 0],
    load: async () => (await import("../verbs/vouching.ts")).clockRepair,
  },
  {
    name: "restore confirm",
    summary: "let a restored database give access again, as an operator",
    form: "--because TEXT",
    flags: {
      because: { type: "text", value: "TEXT", help: "what you looked at; it stands in every log" },
    },
    words: [0, 0],
    load: async () => (await import("../verbs/vouching.ts")).restoreConfirm,
  },
  {
    name: "key",
    summary: "see how the installation's key stands, as an operator",
    form: "",
    flags: {},
    words: [0, 0],
    load: async () => (await import("../verbs/key.ts")).keyShow,
  },
  {
    name: "key rotate",
    summary: "put another key in the place of the installation's, as an operator, while everything goes on",
    form: "--because TEXT [--leave-behind] [--timeout DURATION]",
    flags: {
      because: { type: "text", value: "TEXT", help: "why; it stands in every log" },
      "leave-behind": {
        type: "switch",
        help: "go on although there are processes that do not hold the new key, which then fail",
      },
      timeout: {
        type: "text",
        value: "DURATION",
        help: "wait no longer, 1m when left out; it goes on by itself",
      },
    },
    words: [0, 0],
    notes: [
      "The new key is written into the key file of the process that is asked; processes elsewhere need that file, too.",
      "Asked again, it says how the rotation stands, and goes on. The key before is accepted for an hour.",
    ],
    load: async () => (await import("../verbs/key.ts")).keyRotate,
  },
  {
    name: "package validate",
    summary:
      "check a managed application's package in a folder, on this machine: form, expressions, JIT setting",
    form: "DIR [--jit on|off]",
    flags: {
      jit: {
        type: "text",
        value: "on|off",
        help: "how the offer's setting `Enable just-in-time (JIT) access` stands; checked too",
      },
    },
    words: [1, 1],
    notes: [
      "Reads createUiDefinition.json, and viewDefinition.json and mainTemplate.json where there are any.",
      "Needs no server. Exit code 2 when there is a fault.",
    ],
    load: async () => (await import("../verbs/package.ts")).packageValidate,
  },
  {
    name: "completions bash",
    summary: `print what bash needs to complete this command: source <(curfew completions bash)`,
    form: "",
    flags: {},
    words: [0, 0],
    load: async () => (await import("../verbs/shell.ts")).completionsBash,
  },
  {
    name: "completions zsh",
    summary: `print what zsh needs to complete this command: source <(curfew completions zsh)`,
    form: "",
    flags: {},
    words: [0, 0],
    load: async () => (await import("../verbs/shell.ts")).completionsZsh,
  },
  {
    name: "help",
    summary: "explain the command line, or one verb",
    form: "[VERB]",
    flags: {},
    words: [0, 2],
    load: async () => (await import("../verbs/shell.ts")).help,
  },
  {
    name: "version",
    summary: "show the version",
    form: "",
    flags: {},
    words: [0, 0],
    load: async () => (await import("../verbs/shell.ts")).version,
  },
];
