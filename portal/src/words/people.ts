/** The page of one person: what they hold, what they may ask for, and what takes it from them. */

import { durationWords } from "./duration.ts";
import { listWords } from "./list.ts";

const KINDS: Readonly<Record<string, string>> = {
  user: "Person",
  group: "Group",
  servicePrincipal: "Workload",
};

/** "Person · colin@contoso.example · Contoso" */
export function kindLine(kind: string, email: string | null, tenantName: string): string {
  return [KINDS[kind] ?? kind, ...(email === null ? [] : [email]), tenantName].join(" · ");
}

export function rightsWords(rights: readonly string[]): string | null {
  return rights.length === 0 ? null : `${listWords(rights, "and")} of Curfew`;
}

export const NOT_YET = "Person";
export const YOURSELF = "This is you.";
export const IN_PART = "You see what concerns you.";

export const HOLDS = "Holds now";
export const WAITS = "Waits for a decision";
export const MAY_ASK = "May ask for";
export const BEFORE = "Held before";

export const holdsNothing = (name: string) => `${name} holds nothing now.`;
export const MAY_ASK_NOTHING = "Nothing.";
export const HISTORY = "Everything in the log";
export const CHANGE = "Change in Manage";

/** "through Platform approvers, until 3 Mar 14:00" */
export const throughWords = (group: string | null) => (group === null ? "" : ` through ${group}`);

export const mailOffTitle = (name: string) => `Nothing is mailed to ${name} any more`;
export const MAIL_OFF_BECAUSE = "refused for good three times by the mail server of the address, last with";
export const MAIL_ON = "Send mail again";

export const LOCK = "Lock out now";
export const UNLOCK = "Let in again";
export const END_ALL = "End everything";

export const lockTitle = (name: string) => `Lock ${name} out?`;
export const LOCK_DOES = [
  "No sign-in any more, and no session or token that is open.",
  "What they hold ends at once, and what they asked for is canceled.",
  "As an approver they do not count, nor does what they approved and is not settled.",
];
export const LOCK_SELF = "This is you: somebody else has to let you in again.";
export const REASON = "Reason";
export const LOCK_REASON_HINT = "In your log. Other organisations hear that it happened, not why.";
export const END_REASON_HINT = "It stands in the log.";
export const UNLOCK_REASON_HINT = "In your log.";

export const unlockTitle = (name: string) => `Let ${name} in again?`;
export const UNLOCK_DOES =
  "They sign in with the password they had and ask anew: what was ended stays ended, and what they approved before does not count.";

export const endTitle = (name: string) => `End everything ${name} holds?`;
export const endDoes = (grants: number, requests: number, own: boolean) =>
  `Ends ${many(grants, "grant")} and cancels ${many(requests, "request")}${own ? "" : " at your places"}. They may ask again.`;

export function many(count: number, one: string): string {
  return count === 1 ? `1 ${one}` : `${count} ${one}s`;
}

export const lockedTitle = (name: string) => `${name} is locked out`;
export const lockedBy = (by: string) => `by ${by}`;

/** What came of it. */
export function lockedOutWords(name: string, ended: number, canceled: number): string {
  return `${name} is locked out: ${many(ended, "grant")} ended, ${many(canceled, "request")} canceled.`;
}
export function endedAllWords(name: string, ended: number, canceled: number): string {
  return `${name}: ${many(ended, "grant")} ended, ${many(canceled, "request")} canceled.`;
}
export const letInWords = (name: string) => `${name} may sign in again.`;
export const ownsWords = (count: number) =>
  `They own ${count === 1 ? "1 workload or group" : `${count} workloads and groups`}, which go on: lock a workload out on its own page.`;

/** "for 2 h, asked", and then how long ago. */
export const askedFor = (duration: string) => `for ${durationWords(duration)}, asked`;
