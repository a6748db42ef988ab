/** Date functions: https://learn.microsoft.com/azure/azure-resource-manager/managed-applications/create-ui-definition-date-functions */

import { formatInstant, HOUR_MS, instant, MINUTE_MS, parseInstant, SECOND_MS } from "../../domain/time.ts";
import { shown } from "../shown.ts";
import { type Call, type Functions, outOfRange, textIn, wholeIn } from "./call.ts";

export const DATE_FUNCTIONS: Functions = {
  utcNow: ({ run }) => formatInstant(run.given.now),
  addSeconds: (call) => later(call, SECOND_MS),
  addMinutes: (call) => later(call, MINUTE_MS),
  addHours: (call) => later(call, HOUR_MS),
};

// Years that ISO 8601 writes with four digits: 0001 to 9999.
const FIRST_MS = -62_135_596_800_000;
const LAST_MS = 253_402_300_799_999;

function later(call: Call, unitMs: number): string {
  const text = textIn(call, 0);
  const at = parseInstant(text);
  if (at === null)
    throw outOfRange(call, `takes an ISO 8601 time such as 2026-11-21T13:02:03Z, not ${shown(text)}`);
  const endMs = at + wholeIn(call, 1) * unitMs;
  if (endMs < FIRST_MS || endMs > LAST_MS) throw outOfRange(call, "leaves the years 1 to 9999");
  return formatInstant(instant(endMs));
}
