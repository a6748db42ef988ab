/** The terms on which a publisher gets in: the form's words, how they read, and what was changed of them. */
import { type Application, countWords, NEVER_LATER, permanentWords } from "./application.ts";
import { durationWords } from "./duration.ts";
import { listWords } from "./list.ts";

type Policy = NonNullable<Application["jitPolicy"]>;

/** What each term is called, wherever it stands. */
export const FIELDS = {
  mode: "Approval",
  maximumDuration: "Maximum duration",
  minimumDuration: "Minimum duration",
  decideBy: "Time to decide",
  required: "Approvals needed",
  approvers: "Approvers",
  justificationRequired: "Justification required",
  mfaRequired: "Second factor required",
  emergencyAllowed: "Emergency access",
  ticket: "Ticket",
  conditions: "Conditions",
  timeZone: "Time zone of conditions",
  approverJustification: "Justification of a decision",
  owners: "Owners",
  version: "Version of the offer",
} as const;

export const CONFIGURATION = {
  jit: "Just-in-time access",
  terms: "Terms",
  changes: "What was changed",
  noChanges: "No change is on record.",
  on: "On, for as long as this application exists",
  declined: "Declined, for good",
} as const;

/** What nobody can change any more. */
export function fixedWords(application: Application): string {
  const { jitEnabled, name, publisher } = application;
  return jitEnabled
    ? `It was chosen when ${name} was deployed and cannot be switched off, so no change of settings can ever give ${publisher.name} permanent access.`
    : `${permanentWords(application)} ${NEVER_LATER}`;
}

/** The terms, for those who may not change them. */
export function termFacts({ mode, required, ...terms }: Policy, approvers: readonly string[]) {
  const manual = mode === "manual";
  return [
    [FIELDS.mode, manual ? "Manual: an approver decides" : "Automatic: approved at once"],
    [FIELDS.maximumDuration, durationWords(terms.maximumDuration)],
    [FIELDS.minimumDuration, durationWords(terms.minimumDuration)],
    [FIELDS.approvers, approvers.length === 0 ? "None named" : listWords(approvers, "and")],
    [FIELDS.required, manual ? countWords(required, "approval") : null],
    [FIELDS.decideBy, manual ? durationWords(terms.decideBy) : null],
    ["Justification", terms.justificationRequired ? "Required" : "Not required"],
    ["Second factor", terms.mfaRequired ? "Required" : "Not required"],
    [FIELDS.emergencyAllowed, terms.emergencyAllowed ? "Allowed" : "Not allowed"],
  ] as const;
}

/** "Changed by Carol Castillo and by Contoso's administrators." */
export function changedByWords(owners: readonly string[], consumer: string): string {
  const named = owners.length === 0 ? "" : `${listWords(owners, "and")} and by `;
  return `Changed by ${named}${consumer}'s administrators.`;
}

interface Owned {
  readonly owners: readonly { readonly displayName: string }[];
}

/** "the owners (Carol Castillo)" */
export function ownersWords({ own }: { readonly own: Owned | null }): string {
  const owners = own?.owners.map(({ displayName }) => displayName) ?? [];
  return owners.length === 0 ? "the owners" : `the owners (${listWords(owners, "and")})`;
}

export const FORM = {
  automatic: "Automatic",
  automaticHelp: "Approved at once when the rules hold. The approvers are told.",
  manual: "Manual",
  manualHelp: "One of the approvers decides each time.",
  maximumHelp: "How long access may last at most, such as 45 min, 4 h or 1 d.",
  minimumHelp: "Shorter access cannot be asked for. It can always be given back early.",
  requiredHelp: "How many of them must agree. One person counts once.",
  decideByHelp: "A request that nobody has decided by then times out.",
  justificationHelp: "Whoever asks says why.",
  mfaHelp: "Whoever asks has signed in with more than a password.",
  emergency: "Emergency access allowed",
  emergencyHelp:
    "The publisher's people may skip the approval, for an hour at most. Every approver is told at once and may end it, and one of them reviews it afterwards.",
  search: "Search by name",
  counts:
    "These terms count for every new request and for those that still wait. Access that is already live keeps the terms it was given under.",
  undo: "Undo changes",
  save: "Save terms",
  noDuration: "Write a duration, such as 45 min, 4 h or 1 d",
} as const;

export function approversHelp(manual: boolean, owners: string): string {
  return manual
    ? `People and groups of your organisation. Without any, ${owners} decide.`
    : "People and groups of your organisation. They are told of every activation, and may end it.";
}

export function savedWords({ name, publisher }: Application): string {
  return `Saved. These terms count for what ${publisher.name} asks for on ${name} from now on.`;
}

interface Change {
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** "Maximum duration: 2 h, before 8 h" */
export function changeWords({ field, from, to }: Change): string {
  const label = Object.hasOwn(FIELDS, field) ? FIELDS[field as keyof typeof FIELDS] : field;
  if (from === null) return to === null ? `${label}: changed` : `${label}: ${to}`;
  return `${label}: ${to ?? "nothing"}, before ${from}`;
}
