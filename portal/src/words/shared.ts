/** What every page says in the same way: while it waits, when something went wrong, in lists, fields and dialogs. */

export const LOADING = "Loading";
export const BACK = "Back";
export const COPIED = "Copied";

/** At the end of a list of which more is to come. On paper it is all that tells. */
export function shownWords(count: number): string {
  return `${count} are shown, and there are more.`;
}

export const SHOW_ALL = "Show all, to print or to search in them";
export const TOO_MANY = "These are as many as one page shows. Narrow the list down to see the others.";

export const PROBLEM = {
  title: "That did not work",
  needsMore: "Confirm that it is you",
  confirm: "Confirm with your second factor",
  signedOut: "Your sign-in has ended.",
  at: "at",
  /** Before the id that whoever runs Curfew finds the call by. */
  request: "If you ask somebody about it, name request",
  again: "Try again",
  switchAccount: "Switch account?",
} as const;

/** Another tenant's things and things that never were look the same (I12). */
export function nothingHere(who: string): string {
  return `Nothing here that ${who} may see.`;
}

export const ACKNOWLEDGE = {
  title: "This leaves nobody to decide:",
  help: "Let somebody else decide first. Or check each to say that you know: whoever asked is told at once.",
} as const;

export const RULES = { met: "Met:", notMet: "Not met:", lookAt: "Look at this:" } as const;

export const DURATION = { other: "Other", example: "45 min, 1 h 30 min, 1:30", ended: "ended" } as const;

/** `maximum`: a duration in words. */
export function upTo(maximum: string): string {
  return `up to ${maximum}`;
}

export function typedLabel(label: string): string {
  return `${label}, typed`;
}

export const PICKER = { looking: "Looking …", nobody: "Nobody is called that." } as const;

const KINDS: Readonly<Record<string, string>> = {
  user: "person",
  group: "group",
  servicePrincipal: "workload",
};

/** "Carol Castillo", "Platform approvers (group)" */
export function pickedWords(displayName: string, kind: string): string {
  return kind === "user" ? displayName : `${displayName} (${KINDS[kind] ?? kind})`;
}

export const COPY_TEXT = "Copy this text";

interface Asker {
  readonly displayName: string;
  readonly email: string | null;
}

/** For an administrator, from somebody who may ask for nothing yet. */
export function makeMeEligible({ displayName, email }: Asker): string {
  return `Please make me eligible in Curfew: ${displayName}${email === null ? "" : ` (${email})`}. Role: … Place: … Because: …`;
}

export function eligibleForNothing(tenantName: string): string {
  return `You may not ask for anything yet. An administrator of ${tenantName} can change that; send them this:`;
}

/** What is held without any target that could open or close it. */
export const NOT_ENFORCED = "Not enforced by a target: anyone who asks Curfew hears no from then.";
