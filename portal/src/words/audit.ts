/** The log: how it is looked through, taken along, and checked by oneself. */

export const PAGE = {
  title: "Audit",
  lead: "What happened in your organisation, newest first.",
  list: "Audit entries",
  happened: "What happened",
  who: "Who",
  when: "When",
  empty: "No entry matches. Remove a filter to see more.",
  curfew: "Curfew",
} as const;

/** "308 entries, each linked to the one before." */
export function chainWords(sequence: number): string {
  return `${sequence} ${sequence === 1 ? "entry" : "entries, each linked to the one before"}.`;
}

export const VERIFY = "You need not trust this page: this checks every entry on your own machine:";

export const FILTER = {
  label: "Filter",
  person: "Person",
  anybody: "Anybody",
  role: "Role",
  any: "Any",
  application: "Application",
  noApplication: "No application is called that.",
  happened: "What happened",
  anything: "Anything",
  from: "From",
  to: "To",
  oneRequest: "One request only",
  clear: "Show everything",
} as const;

export const ENTRY = {
  title: "Audit entry",
  unknown: "There is no such entry in your organisation's log.",
  who: "Who",
  curfew: "Curfew itself",
  when: "When",
  sequence: "Sequence",
  notLinked: "not linked yet",
  leafHash: "Leaf hash",
  linkHash: "Link hash",
  request: "Request",
  story: "Its whole story",
  canonical:
    "The entry in canonical JSON (RFC 8785). The leaf hash covers this text. The link hash covers the link hash before it, the sequence and the leaf hash.",
} as const;

export const STORY = {
  title: "The story of a request",
  up: "Audit",
  section: "From ask to end",
  request: "The request",
  entries: "Its entries in the log",
} as const;
