/** An eligibility in words: whether one may ask by it now, or from when. */
import type { Eligibility } from "../client/types.ts";
import { moment } from "./text/moment.ts";

export function fromWord({ startsAt }: Pick<Eligibility, "startsAt">, now: number): string {
  return hasBegun({ startsAt }, now) ? "now" : moment(Date.parse(startsAt), now);
}

export function hasBegun({ startsAt }: Pick<Eligibility, "startsAt">, now: number): boolean {
  return Date.parse(startsAt) <= now;
}
