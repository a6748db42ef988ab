/** What stands around every page. */

export const SKIP = "Skip to the page";
export const MAIN_MENU = "Main";
export const EVERYTHING = "Everything";
export const MOST_USED = "Most used";
export const MORE = "More";
export const FIND = "Find or do";
export const SWITCH_ACCOUNT = "Switch account";
export const SIGN_OUT = "Sign out";
export const NOT_SIGNED_OUT = "You are still signed in: Curfew does not answer. Sign out again in a moment.";
export const TO_DECIDE = "to decide";
export const RESTORED_TITLE = "For now access only ends";
export const CONFIRM_RESTORE = "You can confirm it:";

export const DOOR = {
  title: "Access that ends on time",
  text: "Ask for a role for as long as you need it. People decide where the rules say so. It ends by itself.",
  signIn: "Sign in",
} as const;
export const CANNOT_SHOW = "Curfew cannot show you this";
export const OTHER_ACCOUNT = "Sign in as somebody else";

/** Over the page on which the sign-in ended. */
export const ENDED = {
  title: "Your sign-in has ended",
  text: "Sign in again to go on. What you wrote on this page is kept in this browser tab.",
  again: "Sign in again",
} as const;

/** "Curfew, Contoso: home" */
export function homeWords(tenantName: string): string {
  return `Curfew ${tenantName}, home`;
}

/** "Carol Castillo, your menu" */
export function ownMenuWords(displayName: string): string {
  return `${displayName}, your menu`;
}

interface Restored {
  readonly because: string;
  /** RFC 3339. */
  readonly since: string;
}

export function restoredWords({ because, since }: Restored): string {
  return `Curfew noticed at ${since} that its database was restored from a backup: ${because}. Some access that was taken away since that backup may still be shown here. Until an operator confirms the restore, nobody can ask, decide or change anything.`;
}
