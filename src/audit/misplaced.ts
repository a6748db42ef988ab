/** Tells an entry that was moved from one that was changed: a moved entry still fits where it was linked. */
import { linkHash } from "./chain.ts";

/** A row whose link does not follow from the row before it. */
export interface UnfitRow {
  readonly sequence: number;
  readonly leaf: Buffer;
  /** As stored. */
  readonly link: Buffer;
  readonly previousLink: Buffer;
}

/**
 * The number that `row` was linked under, found among the other unfit rows; null when none fits. Names a fault
 * better, and decides nothing: the row is unfit either way.
 */
export function findLinkedNumber(row: UnfitRow, unfit: readonly UnfitRow[]): number | null {
  for (const place of unfit) {
    if (place.sequence !== row.sequence && fits(row, place)) return place.sequence;
  }
  return null;
}

function fits(row: UnfitRow, place: UnfitRow): boolean {
  // When neighbours changed places with their links, the link before `place` is the one that stands in it.
  return [place.previousLink, place.link].some((previous) => {
    const expected = linkHash(previous, place.sequence, row.leaf);
    return expected.equals(row.link) || expected.equals(place.link);
  });
}
