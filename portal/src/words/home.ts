/** Home, as each role needs it. */

export const TITLE = "Home";
export const LIVE = "Live now";
export const YOURS = "You hold";
export const NOTHING_LIVE = "Nobody holds temporary access now.";
export const PERMANENT = "Permanent access of others";
export const ADRIFT = "Targets";
export const ENDS_SOON = "Ends this week";
export const OVERDUE = "Waits for long";
export const CUSTOMERS = "Customers";

export const tiles = {
  live: "live now",
  permanent: "permanent, of others",
  adrift: "targets to look at",
  overdue: "waiting for long",
} as const;

/** What the picture of live access says, for whoever does not see it. */
export function stripWords(live: number, next: string | null): string {
  if (live === 0) return NOTHING_LIVE;
  const many = live === 1 ? "1 grant is live or scheduled" : `${live} grants are live or scheduled`;
  return next === null ? `${many}.` : `${many}. The next to end: ${next}.`;
}

export const more = (count: number) => `and ${count} more`;

export const driftWords = (count: number) =>
  count === 1 ? "1 change made outside Curfew" : `${count} changes made outside Curfew`;
export const leftWords = (who: string, role: string, place: string) =>
  `${who} may still get in as ${role} on ${place}: its target was not seen without it`;

export const ENDING = { eligibility: "May no longer ask for", assignment: "Loses" } as const;

export const mayActivate = (roles: string) => `may activate ${roles}`;
export const holdsForGood = (roles: string) => `permanent ${roles}`;
export const liveThere = (count: number) =>
  count === 0 ? "nobody is in" : count === 1 ? "1 live now" : `${count} live now`;

export const because = {
  declined: "JIT access was declined when it was deployed",
  readOnly: "the publisher's read-only",
  assigned: "given as standing access",
} as const;

export const WAITING = "Waiting for you";
export const NOBODY_WAITS = "Nobody waits for you.";
export const REVIEW = "Review";
/** `count`: as the badge says it. */
export const allWaiting = (count: string) => `All ${count}`;

export const HOLD_NOTHING =
  "You hold no temporary access. Ask for what you need, for as long as you need it.";

export const AGAIN = {
  title: "Ask again",
  none: "What you ask for will be at hand here.",
  see: "See what you may ask for",
} as const;

export const OWN_REQUESTS = {
  title: "Your requests",
  all: "All requests",
  none: "You have asked for nothing lately.",
  seeOffer: "See the offer",
  cancel: "Cancel",
} as const;

/** "Carol Castillo, Reader on web": who holds what where, in a list. */
export const heldBy = (who: string, role: string, place: string) => `${who}, ${role} on ${place}`;
