/** A managed application in words, for its consumer: what its publisher may do, and on whose say. */
import type { Answer, ItemOf } from "../api/api.ts";
import { durationWords } from "./duration.ts";
import { listWords } from "./list.ts";

export type Application = ItemOf<"listApplications">;
export type ApplicationInFull = Answer<"readApplication">;
type Policy = NonNullable<Application["jitPolicy"]>;

/** How its publisher gets in: "Asks each time, for up to 4 h; 2 approvers decide". */
export function jitWords(application: Pick<Application, "jitPolicy" | "roles">): string {
  const { jitPolicy } = application;
  if (jitPolicy === null) return `Holds ${roleWords(application)} without asking`;
  return `Asks each time, for up to ${durationWords(jitPolicy.maximumDuration)}; ${decidedBy(jitPolicy)}`;
}

function decidedBy({ mode, approvers, required }: Policy): string {
  if (mode === "automatic") return "approved at once";
  const { count } = approvers;
  if (count === 0) return "the owners decide";
  if (required > 1) return `${required} of ${countWords(count, "approver")} decide`;
  return `${countWords(count, "approver")} ${count === 1 ? "decides" : "decide"}`;
}

export function countWords(count: number, noun: string): string {
  return `${count === 0 ? "no" : count} ${noun}${count === 1 ? "" : "s"}`;
}

export function roleWords({ roles }: { readonly roles: readonly { readonly name: string }[] }): string {
  const names = [...new Set(roles.map(({ name }) => name))];
  return names.length === 0 ? "no role" : listWords(names, "and");
}

/** Whether a scope is the application's, its managed resources', or below one of them. */
export function liesIn(scope: string, { scope: own, managedScope }: Application): boolean {
  const path = `${scope.toLowerCase()}/`;
  return [own, managedScope].some((place) => path.startsWith(`${place.toLowerCase()}/`));
}

/** The resource group, or whatever a scope ends with. */
export function lastOf(scope: string): string {
  return scope.split("/").at(-1) ?? scope;
}

export function groupOf(scope: string): string {
  return scope.split("/")[4] ?? "";
}

/** What the publisher may do at any time, and what it must ask for. */
export function mayDoWords(application: Application): string {
  const { publisher, name, jitPolicy } = application;
  if (jitPolicy === null) return permanentWords(application);
  return `${publisher.name} can always look at ${name} and change nothing. To do more, its people ask for ${roleWords(application)} each time, for ${durationWords(jitPolicy.maximumDuration)} at most; ${decidersOf(jitPolicy)}.`;
}

export function permanentWords(application: Application): string {
  const { publisher, managedScope } = application;
  return `${publisher.name} holds ${roleWords(application)} on everything in ${lastOf(managedScope)} for as long as this application exists. Nobody is asked and nothing ends it.`;
}

function decidersOf({ mode, approvers, required }: Policy): string {
  if (mode === "automatic")
    return approvers.count === 0
      ? "each request is approved at once, and the owners are told"
      : `each request is approved at once, and ${namesOf(approvers)} ${approvers.count === 1 ? "is" : "are"} told`;
  if (approvers.count === 0) return "the owners decide";
  return required === 1
    ? `${namesOf(approvers, "or")} decides`
    : `${required} of ${namesOf(approvers)} decide`;
}

function namesOf({ names, count }: Policy["approvers"], last = "and"): string {
  return names.length === 0 ? countWords(count, "approver") : listWords(names, last);
}

/** "8 hours", "1 hour 30 minutes": where a choice is made, units are said in full. */
export function longDurationWords(given: number | string): string {
  return durationWords(given)
    .split(/(?<=[a-z]) /)
    .map((part) => {
      const [count = "", unit = ""] = part.split(" ");
      return `${count} ${LONG[unit] ?? unit}${count === "1" ? "" : "s"}`;
    })
    .join(" ");
}

const LONG: Readonly<Record<string, string>> = { d: "day", h: "hour", min: "minute", s: "second" };

export const NEVER_LATER = "You cannot switch JIT on later; you would have to delete and deploy again.";

/** Titles of the list, and what stands in it. */
export const LIST = {
  title: "Applications",
  lead: "What publishers operate in your subscriptions, and how they get in.",
  deploy: "Deploy another",
  empty: "No publisher's application runs here.",
  catalogue: "See the catalogue",
  none: "None",
  application: "Application",
  publisher: "Publisher",
  resourceGroup: "Resource group",
  access: "Publisher's access",
  waiting: "Waiting",
} as const;

export function waitingWords(count: number): string {
  return `${count} waiting`;
}

/** Under its name: whose it is and where what it consists of stands. */
export function leadWords({ publisher, managedScope }: Application): string {
  return `Published and operated by ${publisher.name}. Its resources are in the resource group ${lastOf(managedScope)}.`;
}

export const PAGE = {
  unknown: "Application",
  up: "All applications",
  overview: "Overview",
  jitAccess: "JIT access",
  jitConfiguration: "JIT configuration",
  standing: "Standing access",
} as const;

export function partsWords(name: string): string {
  return `Parts of ${name}`;
}

/** The overview. */
export const OVERVIEW = {
  help: "Help",
  deployment: "Deployment",
  offer: "Offer",
  deployed: "Deployed",
  jit: "Just-in-time access",
  jitChosen: "Chosen when it was deployed, for good",
  jitDeclined: `Declined when it was deployed. ${NEVER_LATER}`,
  roles: "Roles accepted",
  owners: "Owners",
  nobody: "Nobody",
  resourceGroup: "Resource group",
  managedResourceGroup: "Managed resource group",
  resourceId: "Resource id",
} as const;

export function mayDoTitle({ publisher }: Application): string {
  return `What ${publisher.name} may do now`;
}

export function offerWords({
  offerName,
  publisher,
  offerVersion,
}: Pick<ApplicationInFull, "offerName" | "publisher" | "offerVersion">): string {
  return `${offerName} of ${publisher.name}, version ${offerVersion}`;
}

/** "2 requests wait for a decision" */
export function waitWords(count: number): string {
  return `${countWords(count, "request")} ${count === 1 ? "waits" : "wait"} for a decision`;
}

export function nobodyHoldsMore({ publisher }: Application): string {
  return `Nobody at ${publisher.name} holds more than that right now.`;
}

interface Held {
  readonly beneficiary: { readonly displayName: string };
  readonly roleName: string;
  readonly scopeName: string;
}

export function holdsWords({ beneficiary, roleName, scopeName }: Held): string {
  return `${beneficiary.displayName} holds ${roleName} on ${scopeName}`;
}

export const RIGHT_NOW = "Right now";
export const UNTIL = "until";

/** Roles that the publisher may ask for, for whoever decides about them. */
export const ELIGIBLE = {
  list: "Eligible roles",
  role: "Role",
  where: "Where",
  atMost: "For at most",
  approval: "Approval",
  approverDecides: "An approver decides",
  atOnce: "Approved at once",
} as const;

export function eligibleLead({ publisher }: Application): string {
  return `${publisher.name} may ask for these roles. Being listed here gives it nothing.`;
}

export function whereWords({ name, managedScope }: Application): string {
  return `${name} and ${lastOf(managedScope)}`;
}

export function eligibleForNothing({ publisher }: Application): string {
  return `${publisher.name} may ask for nothing here.`;
}

export function nothingToAsk(application: Application): string {
  return `There is nothing to ask for. ${permanentWords(application)}`;
}

/** Standing access. */
export const STANDING = {
  meaning: "What this means",
  list: "Standing access",
  who: "Who",
  role: "Role",
  since: "Since",
  ends: "Ends",
  never: "Only when the application is deleted",
  empty: "Nothing is held permanently here.",
  permanent: "Permanent access",
  accepted: "Accepted",
} as const;

export function holdersTitle({ publisher }: Application): string {
  return `What ${publisher.name} holds permanently`;
}

export function holdersHidden({ name, consumer }: Application): string {
  return `Who holds it one by one is shown to the owners of ${name} and to ${consumer.name}'s administrators and auditors.`;
}

export function readOnlyWords({ publisher, name, managedScope }: Application): string {
  return `Read only: ${publisher.name} can always look at ${name} and at everything in ${lastOf(managedScope)}, which it needs to operate it. This lets it change nothing, nor read the data inside. For everything else it asks.`;
}

interface Holder {
  readonly displayName: string;
  readonly tenantName: string;
  readonly kind: string;
}

/** "support (Fabrikam, a group)" */
export function holderWords({ displayName, tenantName, kind }: Holder): string {
  const sort = kind === "group" ? ", a group" : kind === "servicePrincipal" ? ", a workload" : "";
  return `${displayName} (${tenantName}${sort})`;
}

export function acceptedBy(displayName: string): string {
  return `by ${displayName},`;
}

/** A newer version of the offer. */
export const NEWER = { section: "A newer version", accept: "Accept" } as const;

interface Role {
  readonly id: string;
  readonly name: string;
}
interface Newer {
  readonly version: number;
  readonly roles: readonly Role[];
}
type Versioned = Pick<ApplicationInFull, "name" | "publisher" | "offerVersion" | "roles" | "jitEnabled">;

export function newerWords({ publisher, offerVersion }: Versioned, { version }: Newer): string {
  return `${publisher.name} published version ${version}. This stays on version ${offerVersion} until you accept another.`;
}

export function acceptVersion({ version }: Newer): string {
  return `Accept version ${version}`;
}

export function acceptTitle({ name }: Versioned, { version }: Newer): string {
  return `Accept version ${version} for ${name}?`;
}

export function acceptedWords({ name }: Versioned, { version }: Newer): string {
  return `${name} is on version ${version} now.`;
}

export function versionBrings({ publisher }: Versioned): string {
  return `Who at ${publisher.name} may ask for which role comes with the version. The terms you set stay.`;
}

/** "Fabrikam may also ask for Owner." */
export function versionChanges(application: Versioned, newer: Newer): string {
  const { publisher, roles, offerVersion, jitEnabled } = application;
  const more = rolesWithout(newer.roles, roles);
  const fewer = rolesWithout(roles, newer.roles);
  const gains = `${publisher.name} ${jitEnabled ? "may also ask for" : "also gets, permanently,"} ${listWords(more, "and")}`;
  const loses = `it ${jitEnabled ? "can no longer ask for" : "loses"} ${listWords(fewer, "and")}`;
  const parts = [...(more.length === 0 ? [] : [gains]), ...(fewer.length === 0 ? [] : [loses])];
  return parts.length === 0
    ? `The roles stay as in version ${offerVersion}: ${roleWords(newer)}.`
    : `${parts.join("; ")}. Version ${offerVersion} has ${roleWords({ roles })}.`;
}

function rolesWithout(those: readonly Role[], without: readonly Role[]): string[] {
  return those.filter(({ id }) => !without.some((one) => one.id === id)).map(({ name }) => name);
}
