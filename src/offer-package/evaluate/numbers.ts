/** Math functions: https://learn.microsoft.com/azure/azure-resource-manager/managed-applications/create-ui-definition-math-functions */
import { type Call, type Functions, numberIn, outOfRange, wholeIn } from "./call.ts";
import { MAX_ITEMS, spend } from "./run.ts";

export const NUMBER_FUNCTIONS: Functions = {
  add: (call) => finite(call, numberIn(call, 0) + numberIn(call, 1)),
  sub: (call) => finite(call, numberIn(call, 0) - numberIn(call, 1)),
  mul: (call) => finite(call, numberIn(call, 0) * numberIn(call, 1)),
  div: (call) => finite(call, Math.trunc(numberIn(call, 0) / divisorIn(call))),
  mod: (call) => finite(call, numberIn(call, 0) % divisorIn(call)),
  min: (call) => Math.min(numberIn(call, 0), numberIn(call, 1)),
  max: (call) => Math.max(numberIn(call, 0), numberIn(call, 1)),
  ceil: (call) => finite(call, Math.ceil(numberIn(call, 0))),
  floor: (call) => finite(call, Math.floor(numberIn(call, 0))),
  range,
};

function divisorIn(call: Call): number {
  const divisor = numberIn(call, 1);
  if (divisor === 0) throw outOfRange(call, "cannot divide by 0");
  return divisor;
}

/** From the first number on, as many as the second says: `range(1, 3)` is 1, 2, 3, as in a template. */
function range(call: Call): number[] {
  const start = wholeIn(call, 0);
  const count = wholeIn(call, 1);
  if (count < 0 || count > MAX_ITEMS) throw outOfRange(call, `makes 0 to ${MAX_ITEMS} numbers, not ${count}`);
  if (!Number.isSafeInteger(start + count)) throw outOfRange(call, "passes the largest whole number");
  spend(call.run, count);
  return Array.from({ length: count }, (_, at) => start + at);
}

/** JSON has neither infinity nor minus zero. */
function finite(call: Call, value: number): number {
  if (!Number.isFinite(value)) throw outOfRange(call, "passes the largest number");
  return value === 0 ? 0 : value;
}
