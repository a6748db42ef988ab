/** What one holds, held and asked for: the lists of it, the parts of its page, and what is done with it. */
import { type Grant, lower, targetName } from "./grant.ts";
import { type AccessRequest, firstName, rolesWords } from "./request.ts";

// The lists.

export const LIVE = {
  timed: "Ends by itself",
  noneTimed: "You hold no temporary access.",
  closing: "Not confirmed gone yet",
  standing: "Standing access",
  aboutStanding: "Nobody asked for this and it has no end. It is held until somebody takes it away.",
} as const;

export const NONE_ENDED = "None of your access has ended yet.";
export const NONE_SCHEDULED =
  "Nothing is scheduled. Whoever asks for a later start finds it here once it is approved.";
export const NONE_ASKED = "You have asked for nothing yet.";
export const REQUEST_ACCESS = "Request access";

export function cancelLabel({ roleName, scopeName }: Grant): string {
  return `Cancel ${roleName} on ${scopeName}`;
}

/** "Contributor", "More time as Contributor" */
export function askedRoles(request: AccessRequest): string {
  return request.extendsGrantId === null ? rolesWords(request) : `More time as ${rolesWords(request)}`;
}

// The page of one.

export const PARTS = {
  way: "How far it has come",
  unmet: "The rules it did not meet",
  asked: "What was asked",
  deciders: "Who decides",
  targets: "In its targets",
  story: "From ask to end",
  grants: "Access that came of it",
} as const;

/** "Stage 2: Contoso, 2 approvers" */
export function stageLabel(deciders: string, at: number, of: number): string {
  return of > 1 ? `Stage ${at + 1}: ${deciders}` : deciders;
}

export const NOBODY_DECIDES = "Nobody has to: the rules approve it at once, and the approvers are told.";

export function stageProgress({ required, approved }: AccessRequest["stages"][number]): string {
  const need = required === 1 ? "One of them is enough" : `${required} of them must approve`;
  return `${need}, ${approved === 0 ? "nobody has approved" : `${approved} approved`}.`;
}

/** "Casey approved", "Contoso, an approver, denied" */
export function decidedWords({ by, decision }: AccessRequest["decisions"][number]): string {
  const who = "displayName" in by ? firstName(by.displayName) : `${by.tenantName}, an approver,`;
  return `${who} ${decision === "approve" ? "approved" : "denied"}`;
}

export function ifDownWords(sentence: string, ifDown: string): string {
  return `${sentence} Should Curfew be down then: ${lower(ifDown)}`;
}

type Held = Grant["entitlements"][number];

/** "PostgreSQL, for you" */
export function heldFor({ beneficiary }: Grant, held: Held, own: boolean): string {
  const other = held.member.objectId === beneficiary.objectId ? "" : "a member of ";
  return `${targetName(held)}, for ${own ? "you" : `${other}${beneficiary.displayName}`}`;
}

/** Before the instant from which it does. */
export function refusesFrom(held: Held): string {
  return `${targetName(held)} itself refuses new log-ins from`;
}

export const FETCHED = "The log-in was fetched.";

export function attemptsWords({ attempts, lastError }: Held): string {
  const which = attempts === 1 ? "One attempt failed" : `${attempts} attempts failed, the last one`;
  return `${which}: ${lastError}.`;
}

// What is done with it.

export const EXTENDING = {
  send: "Ask for it",
  extended: "Extended.",
  asked: "Asked. The end stays where it is until somebody approves.",
  looking: "Looking at what the rules say …",
  met: "Every rule is met.",
  unmet: "Rules that are not met yet",
} as const;

export const CANCELING = {
  title: "Cancel this request?",
  done: "Canceled. Nobody is asked any more.",
} as const;

export function cancelingWords(request: AccessRequest): string {
  return `${rolesWords(request)} on ${request.scopeName} is no longer asked for. The approvers are told.`;
}

export const OFFERED = {
  title: "Other terms were offered",
  accept: "Accept these terms",
  done: "Accepted. The approvers decide on the new terms.",
} as const;
