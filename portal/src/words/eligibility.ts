/** An eligibility in words: whether one may ask by it now, or from when. */
import type { ItemOf } from "../api/api.ts";

export type Eligibility = ItemOf<"listMyEligibilities">;

export function hasBegun({ startsAt }: Pick<Eligibility, "startsAt">, now: number): boolean {
  return Date.parse(startsAt) <= now;
}
