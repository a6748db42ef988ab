/** What is said of what is shown once. */

export const SHOWN_ONCE = "Shown once";
export const NOBODY_KEEPS_IT = "Copy it now: nobody keeps a copy, Curfew neither.";
export const TAKEN = "I have it";

export const NOT_TAKEN = {
  title: "You have not copied it yet",
  text: "Closed, it is gone, and another one voids it. Close it all the same?",
  stay: "Keep it open",
  leave: "Close it",
} as const;

export const commandLabel = (label: string) => `Run ${label}`;
