/** Everything once more before an application is created. */
import { longDurationWords, roleWords } from "./application.ts";
import { listWords } from "./list.ts";

export const REVIEW = {
  application: "Application",
  offer: "Offer",
  subscription: "Subscription",
  resourceGroup: "Resource group",
  managedResourceGroup: "Managed resource group",
  owners: "Owners",
  nobody: "Nobody",
  jit: "Just-in-time access",
  notCreated: "Nothing was created yet",
  answers: "What you filled in",
  outputs: "What the publisher's template is given",
  outputsHelp: "Curfew keeps the application and who gets in; it creates no resources.",
  nothing: "Nothing",
  empty: "Empty",
  secret: "Kept secret",
  yes: "Yes",
  no: "No",
} as const;

export function offerWords(displayName: string, publisher: string, version: number | string): string {
  return `${displayName} of ${publisher}, version ${version}`;
}

export function namesWords(people: readonly { readonly displayName: string }[]): string {
  return people.length === 0
    ? REVIEW.nobody
    : listWords(
        people.map(({ displayName }) => displayName),
        "and",
      );
}

export function goTo(step: string): string {
  return `Go to ${step}`;
}

interface Chosen {
  readonly publisher: string;
  readonly roles: Parameters<typeof roleWords>[0]["roles"];
  readonly managedGroup: string;
  readonly name: string;
}

export function permanentWords({ publisher, roles, managedGroup, name }: Chosen): string {
  return `No. ${publisher} gets ${roleWords({ roles })} on everything in ${managedGroup} for as long as ${name} exists.`;
}

interface Terms {
  readonly manual: boolean;
  /** ISO 8601. */
  readonly maximumDuration: string;
  readonly approvers: readonly string[];
}

export function jitWords(
  { publisher, roles }: Chosen,
  { manual, maximumDuration, approvers }: Terms,
): string {
  const named = approvers.length === 0 ? "the owners" : listWords(approvers, "and");
  const decided = manual
    ? `decided by ${named}`
    : `approved at once; ${named} ${approvers.length === 1 ? "is" : "are"} told`;
  return `Yes. ${publisher} can always look, and asks for ${roleWords({ roles })} for up to ${longDurationWords(maximumDuration)}, ${decided}.`;
}
