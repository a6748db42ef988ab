/** Logical functions: https://learn.microsoft.com/azure/azure-resource-manager/managed-applications/create-ui-definition-logical-functions */
import type { Json } from "../json.ts";
import { type Call, type Functions, valueIn, wrongType } from "./call.ts";
import { sameJson } from "./collections.ts";
import { spend } from "./run.ts";

export const LOGICAL_FUNCTIONS: Functions = {
  equals: (call) => sameJson(call.run, valueIn(call, 0), valueIn(call, 1)),
  less: (call) => compare(call) < 0,
  lessOrEquals: (call) => compare(call) <= 0,
  greater: (call) => compare(call) > 0,
  greaterOrEquals: (call) => compare(call) >= 0,
  not: (call) => !condition(call, valueIn(call, 0)),
};

/** Functions that do not evaluate every argument: each is evaluated when it is asked for. */
export const LAZY_FUNCTIONS: Readonly<Record<string, (call: Call, ask: (at: number) => Json) => Json>> = {
  if: (call, ask) => ask(condition(call, ask(0)) ? 1 : 2),
  and: (call, ask) => eachOf(call).every((at) => condition(call, ask(at))),
  or: (call, ask) => eachOf(call).some((at) => condition(call, ask(at))),
  coalesce: (call, ask) => {
    for (const at of eachOf(call)) {
      const value = ask(at);
      if (value !== null) return value;
    }
    return null;
  },
};

function eachOf({ args }: Call): number[] {
  return [...args.keys()];
}

/** What a hidden element leaves open holds as little as false. */
function condition(call: Call, value: Json): boolean {
  if (value === null) return false;
  if (typeof value !== "boolean") throw wrongType(call, "true or false", value);
  return value;
}

/** Numbers by size, texts letter by letter: '9' is greater than '10'. */
function compare(call: Call): number {
  const [a = null, b = null] = call.args;
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a !== "string" || typeof b !== "string")
    throw wrongType(call, "two numbers or two texts", typeof a === "string" || typeof a === "number" ? b : a);
  spend(call.run, Math.min(a.length, b.length));
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
