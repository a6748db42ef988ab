/** An offer in words: who may deploy it, and what publishing a change of it does. */
import type { Application } from "./application.ts";
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
