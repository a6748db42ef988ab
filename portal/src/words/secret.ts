/** What is said of what is shown once. */

export const SHOWN_ONCE = "Shown once";
export const NOBODY_KEEPS_IT = "Copy it now. Nobody keeps a copy, not even Curfew.";
export const TAKEN = "I have it";

export const NOT_TAKEN = {
  title: "You have not copied it yet",
  text: "When you close this it is gone for good, and you would need a new one.",
  stay: "Keep it open",
  leave: "Close it",
} as const;

export const commandLabel = (label: string) => `Run ${label}`;
