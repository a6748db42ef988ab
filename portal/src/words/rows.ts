/** What stands at the end of a list of which more is to come. */

/** "200 are shown, and there are more." On paper it is all that tells. */
export function shownWords(count: number): string {
  return `${count} are shown, and there are more.`;
}

export const SHOW_ALL = "Show all, to print or to search in them";
export const TOO_MANY = "These are as many as one page shows. Narrow the list down to see the others.";
