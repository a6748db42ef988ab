/** Access that nothing ends by itself, said so that nobody overlooks it: what, and since when. */

/** In a badge; its date stands beside it. */
export const PERMANENT = "Permanent";
export const NO_END = "No end";
export const SINCE = "since";

/** "Fabrikam holds Contributor on legacy permanently" */
export function holdsForGood(who: string, roles: string, place: string): string {
  return `${who} holds ${roles} on ${place} permanently`;
}

/** What a list says above itself: "1 of 3 publishers' applications gives permanent access." Null where none does. */
export function permanentCount(permanent: number, all: number): string | null {
  if (permanent === 0) return null;
  const of = permanent === all ? String(permanent) : `${permanent} of ${all}`;
  return `Permanent access: ${of} ${all === 1 ? "application" : "applications"}. Nobody is asked there, and nothing ends it.`;
}
