/** An offer in words: who may deploy it, and what publishing a change of it does. */
import type { Application } from "./application.ts";
import { capital } from "./grant.ts";
import { listWords } from "./list.ts";

export const OFFER = {
  description: "Description",
  descriptionHelp: "What it is, for those who look through their catalogue. Text and line breaks.",
  support: "Support contact",
  supportHelp: "An e-mail address, or an address that begins with https://. Consumers see it.",
  logo: "Logo",
  logoHelp: "Any picture but SVG. It becomes a PNG of at most 512 pixels before it is sent.",
  chooseLogo: "Choose a picture",
  removeLogo: "Remove",
  noLogo: "None",
  logoSvg: "SVG can hold scripts and is not taken. Save it as PNG.",
  logoUnread: (name: string) => `${name} cannot be read as a picture`,
  logoLarge: (name: string) => `${name} is larger than 10 MB`,
  logoTooDetailed: (name: string) => `${name} does not fit into 64 KiB. Take one with fewer details.`,
  seenIn: "Colours",
  wide: "Width",
  schemes: { now: "As you have it", light: "Light", dark: "Dark" },
  widths: { screen: "Screen", phone: "Phone" },
  inCatalogue: "In the catalogue",
  form: "The consumer's form",
  tryIt: "Fill it in as a consumer would. Nothing of it is kept or sent.",
  noForm: "There is no package, so nothing more is asked than where it goes and how you get in.",
  unreadForm: "It is shown here once the package can be read.",
  basicsFirst: "Name, subscription, resource groups and owners are asked here as well.",
  jitHere: "Here the consumer chooses just-in-time access, and its terms.",
  sometimes: "Shown only when an earlier answer asks for it",
  computedChoices: "Its choices are computed while it is filled in; what only Azure knows is typed",
  nothingAsked: "Nothing is asked here.",
} as const;

export const OFFERS = {
  title: "Offers",
  lead: "What you publish. Customers keep the version they accepted until they accept another one.",
  none: "You publish nothing yet. A new offer is seen by nobody until you say for whom it is.",
  make: "New offer",
  goOn: "Go on",
  nothingYet: "Nothing is published yet: you fill in the rest next.",
  nameLater: "What consumers read in their catalogue. You can change it later.",
} as const;
export const namedTaken = (name: string) => `You publish ${name} already; choose another name.`;
export const namedSo = (name: string) => `Documents and the command line call it ${name}; that stays.`;

export const PROPERTIES = {
  name: "Name",
  nameHelp: "What consumers read in their catalogue.",
  calledSo: "Documents and the command line call it",
  versions: "Versions",
  noVersion: "None yet. Publishing makes version 1.",
  changes: "Changes",
  noChange: "Nothing was changed since the audit log began.",
} as const;
/** "Newest, runs 2 at Contoso": `runs` as `deploymentsWords` says them, null where it runs nowhere. */
export function versionWords(runs: string | null, isNewest: boolean): string {
  const said = runs === null ? "no deployment yet" : `runs ${runs}`;
  return isNewest ? `Newest, ${said}` : capital(said);
}

export const AVAILABILITY = {
  label: "Who may deploy it",
  help: "Whoever runs it already keeps it, whatever you choose.",
  nobody: ["Nobody", "You alone see it."],
  named: ["Named tenants", "It stands in the catalogue of those you name, and of nobody else."],
  everybody: ["Everyone", "Every tenant of this installation."],
  tenants: "Tenants",
  tenantsHelp: "Their names or ids, such as contoso. Enter adds one.",
  removeAll: "Remove all tenants",
} as const;

export const AUTHORIZATIONS = {
  title: "Authorizations",
  lead: "Which of your people, groups and workloads may ask for which role where a customer runs the offer.",
  role: "Role",
  chooseRole: "Choose a role",
  noRole: "No role is called that.",
  who: "Who may ask for it",
  whoHelp: "People, groups, workloads",
  wider: "Wider",
  add: "Add an authorization",
} as const;
export const authorizationNamed = (number: number) => `Authorization ${number}`;
export const removeAuthorization = (number: number) => `Remove authorization ${number}`;
/** What the version before did not give. */
export const widerWords = (role: string | null, who: readonly string[]) =>
  `${role} for ${who.join(", ")} takes effect when a consumer accepts it.`;

export const JIT = {
  title: "Just-in-time access",
  offer: "Offer just-in-time access",
  offered:
    "A consumer decides when deploying, once and for good: with JIT you always hold Reader and ask for the roles below, under its rules; without, you hold those roles permanently.",
  notOffered: "Consumers have no choice: whoever deploys it gives you the roles below permanently.",
  misfit: "The package does not fit this yet",
  seePackage: "See the package",
} as const;

export const PACKAGE = {
  file: "File",
  upload: "Upload files",
  help: {
    createUiDefinition: "The form itself. Without a package, consumers deploy with no questions asked.",
    viewDefinition: "What a consumer sees of the running application. It may be left out.",
    mainTemplate:
      "Its parameters are checked against the form and kept; the rest of it is not. It may be left out.",
  },
  checked: "Checked as you write",
  warning: "Warning:",
  none: "There is no package. Consumers deploy it with no questions asked.",
  noForm: "createUiDefinition.json is missing.",
  checking: "Checking …",
  works: "It works. The warnings say what has no effect.",
  right: "Nothing is wrong with it.",
} as const;
export const faultsWords = (count: number) =>
  count === 1 ? "One fault. Choose it to go there." : `${count} faults. Choose one to go there.`;

/** What stands in the way of publishing. */
export const LACKS = {
  displayName: "Give the offer a name that consumers read.",
  form: "Add createUiDefinition.json: the other files mean nothing without it.",
  faults: "Mend what is wrong with the package first.",
  authorizations: "Say for each authorization which role it is about and who may ask for it.",
  tenants: "Name at least one tenant.",
} as const;

export const PUBLISH = {
  verb: "Publish",
  now: "Publish now",
  discard: "Discard",
} as const;
export const publishTitle = (name: string) => `Publish ${name}?`;
export const publishedWords = (name: string) => `${name} is published.`;

export function waitsForMending(faults: number): string {
  const [what, are] = faults === 1 ? ["the fault", "is"] : [`${faults} faults`, "are"];
  return `Publishing waits until ${what} in the package ${are} mended.`;
}

export function audienceWords(to: "nobody" | "tenants" | "everybody", tenants: readonly string[]): string {
  if (to === "everybody") return "Every tenant finds it in its catalogue from then.";
  if (to === "nobody") return "Nobody but you sees it.";
  return `It stands in the catalogue of ${tenants.join(", ")} from then.`;
}

export const TABS = {
  label: "Parts of this offer",
  properties: "Properties",
  package: "Package",
  technical: "Technical configuration",
  availability: "Availability",
  preview: "Preview",
} as const;
export const ALL_OFFERS = "All offers";
export const THIS_OFFER = "this offer";
/** `version`: the newest; null while it is not known, undefined for an offer that is not published. */
export function newestWords(version: number | null | undefined): string {
  return version === undefined ? "Not published yet." : `Version ${version ?? "…"} is the newest.`;
}

/** What an element of a package becomes. */
export const BECOMES: Readonly<Record<string, string>> = {
  checkBox: "Check box",
  dropDown: "Choice",
  file: "File",
  grid: "Rows",
  info: "Note",
  jitConfigurator: "The consumer's JIT choices",
  list: "Several texts",
  options: "Choice",
  parts: "Several fields",
  password: "Password",
  plain: "Plain text",
  section: "Section",
  slider: "Number",
  tags: "Tags",
  text: "Text",
  textBlock: "To read",
  unseen: "Not asked",
};

/** As `visibility` stands in the document. */
export function availabilityWords(visibility: unknown): string {
  if (visibility === "everybody") return "Everyone";
  const { tenants = [] } = (typeof visibility === "object" && visibility !== null ? visibility : {}) as {
    tenants?: string[];
  };
  return tenants.length === 0 ? "Nobody" : listWords(tenants, "and");
}

export function deploymentsWords(applications: readonly Application[]): string {
  const customers = customersOf(applications);
  if (applications.length === 0) return "None";
  return `${applications.length} at ${listWords(customers, "and")}`;
}

interface Change {
  /** The newest version published; 0 before the first. */
  readonly version: number;
  readonly makesVersion: boolean;
  readonly applications: readonly Application[];
}

/** What publishing does, before it is done: "Publishes version 4. 2 customers stay on version 3 until they accept." */
export function publishWords({ version, makesVersion, applications }: Change): string {
  if (!makesVersion)
    return "No new version: how it presents itself and who may deploy it change at once, for everyone.";
  return `Publishes version ${version + 1}. ${stayingWords(applications)}`;
}

function stayingWords(applications: readonly Application[]): string {
  const [first, ...others] = customersOf(applications);
  const versions = [...new Set(applications.map(({ offerVersion }) => offerVersion))];
  if (first === undefined) return "Nobody runs it yet.";
  const where = versions.length === 1 ? `version ${versions[0]}` : "the version accepted";
  return others.length === 0
    ? `${first} stays on ${where} until it accepts.`
    : `${others.length + 1} customers stay on ${where} until they accept.`;
}

function customersOf(applications: readonly Application[]): string[] {
  return [...new Map(applications.map(({ consumer }) => [consumer.tenantId, consumer.name])).values()];
}
