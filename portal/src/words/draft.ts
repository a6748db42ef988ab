/** What is said of something half written. */

export const DRAFT_IS_BACK = "Your draft is back.";
export const START_AFRESH = "Start afresh";

/** `what` as somebody changed it: "the terms", "this offer". */
export const overtakenTitle = (what: string) => `Somebody else changed ${what} meanwhile`;
export const OVERTAKEN = "What you typed is still here, but it started from an earlier version.";
export const TAKE_NEWER = "Start again from the current version";
