/** Deploying an offer, step by step: where it goes, the one choice that is made for good, and what is missing. */
import { longDurationWords, roleWords } from "./application.ts";
import { listWords } from "./list.ts";

type Roles = Parameters<typeof roleWords>[0];

export const WIZARD = {
  create: (name: string) => `Create ${name}`,
  thisOffer: "this offer",
  position: (step: number, steps: number) => `Step ${step} of ${steps}`,
  next: "Next",
} as const;

export function deployedWords(name: string, publisher: string, offer: Roles, jitEnabled: boolean): string {
  return jitEnabled
    ? `${name} is deployed. ${publisher} can look at it any time, and asks each time for ${roleWords(offer)}.`
    : `${name} is deployed. ${holdsWords(publisher, offer)}`;
}

/** "Fabrikam holds Contributor permanently." */
export function holdsWords(publisher: string, offer: Roles): string {
  return `${publisher} holds ${roleWords(offer)} permanently.`;
}

export const BASICS = {
  name: "Application name",
  nameHelp: "What people here call it. It cannot be changed later.",
  nameForm: "A name has letters, digits, spaces and _ . - ( ) @, and begins with a letter or digit",
  nameLacks: "A name is needed",
  nameTaken: (name: string) => `There is an application ${name} already; take another name`,
  subscription: "Subscription",
  subscriptionLacks: "A subscription is needed",
  chooseOne: "Choose one",
  loading: "Loading …",
  group: "Resource group",
  groupHelp: "Where the application itself is listed.",
  groupLacks: "A resource group is needed",
  managedGroup: "Managed resource group",
  managedGroupHelp: (publisher: string) =>
    `Where its resources are, for ${publisher} to operate. No other application may share it.`,
  managedGroupLacks: "A managed resource group is needed",
  owners: "Owners",
  ownersHelp: "They may change its terms, and they decide where nobody else can.",
} as const;

export const JIT = {
  title: "Just-in-time access",
  help: "You choose now, and for as long as the application exists.",
  yes: "Yes",
  no: "No",
  permanent: "Permanent access",
  customize: "Customize",
  fold: "Fold",
  accept: (name: string) => `Type ${name} to choose permanent access`,
  notAccepted: (name: string, jitOffered: boolean) =>
    `Type ${name} as it is written${jitOffered ? ", or choose JIT access" : ""}`,
} as const;

export function notOfferedWords(publisher: string, offer: Roles): string {
  return `${publisher} does not offer JIT for this application. Deploying gives it permanent ${roleWords(offer)}.`;
}

/** What declining means; the name to type stands between the two. */
export function decliningWords(publisher: string, offer: Roles, managedGroup: string) {
  return [
    `If you choose No, ${publisher} gets ${roleWords(offer)} on everything in ${managedGroup} now and for as long as this application exists. Nobody will be asked and nothing will end it. You cannot switch JIT on later; you would have to delete and deploy again. Type`,
    "to choose permanent access.",
  ] as const;
}

/** "Automatic approval · up to 8 hours · no approvers"; `maximumMs`: null or 0 while none is typed. */
export function policyWords(manual: boolean, maximumMs: number | null, approvers: readonly string[]): string {
  return [
    manual ? "Manual approval" : "Automatic approval",
    maximumMs === null || maximumMs === 0 ? "no maximum yet" : `up to ${longDurationWords(maximumMs)}`,
    approvers.length === 0 ? "no approvers" : listWords(approvers, "and"),
  ].join(" · ");
}
