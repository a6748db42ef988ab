/** What administrators read while they change people, groups, workloads, targets and bindings. */
import { listWords } from "./list.ts";

export type Made = "User" | "Group" | "ServicePrincipal" | "Target" | "Binding" | "Export";

/** "person": what people call a kind of document. */
const THING: Readonly<Record<Made, string>> = {
  User: "person",
  Group: "group",
  ServicePrincipal: "workload",
  Target: "target",
  Binding: "binding",
  Export: "export",
};

export const form = {
  back: "Back",
  save: "Save",
  name: "Name in documents",
  nameHelp: "By this name files and commands call it. It stays.",
  nameLacks: "Give it a name.",
  check: "Check",
  checked: "Nothing is saved by checking.",
  unsaved: "Nothing is saved before you press the button.",
  asText: "As YAML",
  asTextHelp: "Saving does what this does as a file: npx curfew apply -f file.yaml.",
  secretsByReference: (names: string) =>
    `Set ${names} before you apply it: secrets stand in it by reference.`,
  copy: "Copy",
  copied: "Copied",
  confirmTitle: "What this does",
  saveAnyway: "Save all the same",
  nothingElse: "Nobody loses anything by it.",
  notLooked: (why: string) => `It could not be looked into: ${why}`,
  gone: "It changed or went away while you were here. Look at it again.",
} as const;

export const made = (name: string) => `${name} is there.`;
export const changed = (name: string) => `${name} is changed.`;
export const removed = (name: string) => `${name} is gone.`;
export const makeVerb = (kind: Made) => `Make this ${THING[kind]}`;
export const newTitle = (kind: Made) => `New ${THING[kind]}`;
export const changeTitle = (name: string) => `Change ${name}`;
export const removeTitle = (name: string) => `Remove ${name}?`;

/** What removing does beside what is named below it. */
export const REMOVING: Readonly<Record<Made, string>> = {
  User: "They can no longer sign in, ask or decide, and what they hold ends. Their history stays. To keep somebody out for a while, lock them out instead.",
  Group:
    "Its members stay. They may no longer ask for what only the group let them ask for, nor decide what only it let them decide.",
  ServicePrincipal: "It can no longer sign in, and what it holds ends. Its history stays.",
  Target: "What is open in it ends with its grants first. The system itself is left alone.",
  Export: "Nothing is sent to it any more. What was refused is forgotten with it; the log keeps everything.",
  Binding: "Whoever holds the role there loses what it became in the target.",
};

export const touched = {
  ends: "This ends access that is open now:",
  eligibilities: "This takes away what they may ask for:",
  refused: "These requests wait, and would be refused:",
  looking: "Looking at what this would end …",
  more: "There may be more: not everything that hangs on it was looked at.",
  unknown: (why: string) => `Whether this ends access that is open now could not be found out: ${why}`,
  andMore: (count: number) => `And ${count} more.`,
} as const;

export const replayed = {
  title: "What would this have changed?",
  list: "Requests that would have gone another way",
  nothing: "Nobody would have noticed a difference.",
  was: (course: string) => `was ${course}`,
  unknown: "What no record tells:",
} as const;

export const people = {
  lead: (tenant: string) => `Who of ${tenant} can hold a role: people, groups of them, and workloads.`,
  make: "New",
  displayName: "Name",
  displayNameLacks: "Say what people call it.",
  email: "E-mail",
  emailHelp: "They sign in with it.",
  emailLacks: "They need an address to sign in with.",
  rights: "Rights in Curfew",
  rightsHelp: "Apart from any role: no grant ever gives these.",
  administrator: "Administrator: changes what is on these pages",
  auditor: "Auditor: reads everything, changes nothing",
  operator: "Operator: runs this installation",
  members: "Members",
  membersHelp: "People, workloads and other groups. Whoever is in a group within it is in it too.",
  manyMembers: (count: number) =>
    `It has ${count} members, who stay. Put somebody in or take somebody out on the group's own page.`,
  owners: "Owners",
  groupOwnersHelp: "They may ask for the group.",
  workloadOwnersHelp: "They answer for it, and may ask for it.",
  givePassword: "Give them a password to begin with",
  givePasswordHelp:
    "Shown once, after saving; they choose their own at the first sign-in. Without one they cannot sign in yet.",
  giveSecret: "Give it a client secret",
  giveSecretHelp: "Shown once, after saving. Without one it cannot sign in yet.",
  change: "Change",
  remove: "Remove",
  history: "History and lock-out",
} as const;

/** Who is in a group. */
export const members = {
  title: "Members",
  add: "Add a member",
  nobody: (group: string) => `Nobody is in ${group} yet.`,
  of: (group: string) => `Members of ${group}`,
  joins: (group: string) => `Who joins ${group}?`,
  who: "Person, group or workload",
  addVerb: "Add",
  joinsText: (group: string) =>
    `From then on they may ask for what ${group} may ask for, and decide what it decides.`,
  joined: (names: readonly string[], group: string) => `${listWords(names, "and")}: now in ${group}.`,
  takeOut: "Take out",
  takeOutOne: (name: string) => `Take ${name} out`,
  leaves: (name: string, group: string) => `Take ${name} out of ${group}?`,
  leavesText: (name: string, group: string) =>
    `${name} may no longer ask for what ${group} may ask for, nor decide what it decides. What is live on that ground alone ends.`,
  left: (name: string, group: string) => `${name} is not in ${group} any more.`,
  tooMany: "This group is too large to be changed here. Change it in its file and run npx curfew apply.",
} as const;

/** One person, group or workload. */
export const principal = {
  unknown: "Person or group",
  all: "People and groups",
  glance: "At a glance",
  name: "Name in documents",
  rights: "Rights",
  noRights: "none of their own",
  live: "Live at this moment",
  sameHuman: "Same human as",
  owners: "Owners",
  owns: "Owns",
  refused: "Sign-ins refused",
  memberOf: "Member of",
  inNoGroup: (name: string) => `${name} is in no group.`,
  through: (names: readonly string[]) => ` through ${names.join(" › ")}`,
  mayAskFor: "May ask for",
  ownEligibilities: "Their own eligibilities",
  nothing: (name: string) => `${name} is eligible for nothing.`,
  makeEligible: "Make eligible",
  on: (role: string, place: string) => `${role} on ${place}`,
  endless: ", without an end",
  until: ", until ",
} as const;

export function liveWords(count: number): string {
  if (count === 0) return "nothing";
  return count === 1 ? "1 grant" : `${count} grants`;
}

/** Somebody who is the same human as another; `other` is null where it may not be named. */
export function sameHumanWords(other: string | null): string {
  return `${other ?? "an identity in another organisation"}; neither may approve what the other asks for`;
}

/** "12 in the last 30 days, the first …, the last …" */
export const refusals = {
  many: (count: number) => (count === 1 ? "1" : `${count} in the last 30 days, the first`),
  last: ", the last ",
  from: (networks: readonly string[], left: number) =>
    `From ${listWords(left > 0 ? [...networks, `${left} more networks`] : networks, "and")}`,
} as const;

/** Finding them in the list. */
export const finding = {
  label: "Find",
  placeholder: "A name, or how an address begins",
  kind: "Kind",
  all: "All",
  people: "People",
  groups: "Groups",
  workloads: "Workloads",
  nobodyOfKind: "There is nobody of this kind yet.",
  nobodyCalled: (query: string) => `Nobody is called “${query}”.`,
  noEmail: "none",
} as const;

export const signIn = {
  title: "Sign-in",
  password: "New password",
  passwordTitle: (name: string) => `A new password for ${name}?`,
  passwordText: (name: string) =>
    `${name} is signed out everywhere, and signs in with a password that is shown to you once. Tell it to nobody else: it is good for one sign-in, at which ${name} chooses another.`,
  passwordVerb: "Set a new password",
  factor: "Take away the second factor",
  factorTitle: (name: string) => `Take ${name}'s second factor away?`,
  factorText: (name: string) =>
    `For a phone that was lost. ${name} is signed out everywhere and signs in with the password alone, until they set up another one under My security. What asks for a second factor is closed to them until then.`,
  factorVerb: "Take it away",
  sessions: "Sign out everywhere",
  sessionsTitle: (name: string) => `Sign ${name} out everywhere?`,
  sessionsText: (count: number | null) =>
    `${count === null ? "Every session ends" : count === 1 ? "The one open session ends" : count === 0 ? "No session is open; tokens that programs hold end" : `All ${count} open sessions end`}. The password and the second factor stay as they are.`,
  sessionsVerb: "Sign out",
  sessionsDone: (name: string) => `${name} is signed out everywhere.`,
  why: "Why",
  whyHelp: "Stands in the audit log.",
  secret: "New client secret",
  secretTitle: (name: string) => `A new client secret for ${name}?`,
  secretText: (name: string) =>
    `The secret that ${name} has now is nothing from then on, and so are the tokens it got with it. The new one is shown once.`,
  secretVerb: "Make a new secret",
  factorDone: (name: string) => `${name} signs in without a second factor.`,
  onceTitle: (name: string) => `For ${name}`,
  passwordLabel: "Password",
  clientId: "Client id",
  clientSecret: "Client secret",
  hasSecret: (clientId: string) => `It signs in with the client id ${clientId}.`,
  hasNone: "It has no client secret and cannot sign in.",
} as const;

export const targets = {
  lead: "The systems in which a role becomes real access, and how its end is held there.",
  make: "New target",
  bind: "Bind a role",
  kind: "Kind",
  kindHelp: (guide: string) => `Prepare the system first, as ${guide} says.`,
  more: "More settings",
  less: "Fewer settings",
  secretsHelp: "Goes in and never comes out.",
  secretsStay: "Left empty, it stays as it is. Needed again when anything above changes.",
  inUseBy: (count: number) => (count === 1 ? "1 grant is open in it." : `${count} grants are open in it.`),
  tree: "as JSON",
  notJson: "Write it as JSON.",
  notNumber: "Write a number.",
} as const;

export const bindings = {
  title: "Bindings",
  lead: "What a role at a place becomes in a target. Where nothing is bound, nothing is opened.",
  make: "Bind a role",
  empty: "No role is bound yet: nothing is opened anywhere.",
  target: "Target",
  targetLacks: "Say in which system.",
  role: "Role",
  roleLacks: "Say which role.",
  noRole: "No role is called that.",
  scope: "Where",
  scopeLacks: "Say where. Write a subscription / a resource group.",
  becomes: "Becomes there",
  roleAndPlace: "Role and place",
  requiredLabel: "A grant waits for it",
  requiredHelp: "It is live only once this is confirmed. Off: it is live anyway, and this comes when it can.",
  standingLabel: "Standing access gets it too",
  standingHelp: "Log-ins of at most eight hours, renewable. Off: only access that was asked for.",
  fixed: "Another role or another place is another binding.",
  gains: (role: string, place: string, target: string) =>
    `Whoever holds ${role} on ${place} from then on gets it in ${target}; what is live already gets it within a minute.`,
  whoGets: "Who gets it",
  holdNow: "Within a minute, because they hold the role there:",
  nobodyHolds: "Nobody holds the role there now.",
  mayAsk: "Whenever they ask, because they may:",
  nobodyAsks: "Nobody may ask for it there.",
  until: "until",
  andMore: (count: number) => `and ${count} more`,
  badgeStanding: "also standing access",
  badgeLoose: "not waited for",
} as const;

/** "role orders_writer, database orders". */
export function entitlementWords(entitlement: Readonly<Record<string, unknown>>): string {
  return Object.entries(entitlement)
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}

const SHORT: Readonly<Record<string, string>> = {
  tls: "TLS",
  ca: "CA",
  url: "URL",
  id: "ID",
  api: "API",
  db: "DB",
};

/** "publicHost": "Public host". A schema's own title is better, where it has one. */
export function memberLabel(name: string): string {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2").split(/[\s_-]+/);
  const said = words.map((word) => SHORT[word.toLowerCase()] ?? word.toLowerCase()).join(" ");
  return said.charAt(0).toUpperCase() + said.slice(1);
}

/** What a file calls something that people call so: "Ada Lovelace", `ada-lovelace`. */
export function documentName(said: string): string {
  const plain = said
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replaceAll(/^-+|-+$/g, "");
  return plain.slice(0, 128).replace(/-+$/, "");
}

export const environmentWords = (names: readonly string[]) =>
  form.secretsByReference(listWords(names, "and", 8));
