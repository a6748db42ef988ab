/** In whose time this browser shows instants: kept here only, as every preference is. */
import { showTimesIn, type Zone } from "../words/time.ts";

const KEY = "curfew-times";

export function zoneChosen(): Zone {
  return localStorage.getItem(KEY) === "utc" ? "utc" : "local";
}

export function chooseZone(zone: Zone): void {
  localStorage.setItem(KEY, zone);
  showTimesIn(zone);
}
