/** Collection functions: https://learn.microsoft.com/azure/azure-resource-manager/managed-applications/create-ui-definition-collection-functions */
import { isList, isObject, type Json } from "../json.ts";
import { type Call, collectionIn, type Functions, textIn, valueIn, wholeIn, wrongType } from "./call.ts";
import { type Run, spend, spendSearch } from "./run.ts";

export const COLLECTION_FUNCTIONS: Functions = {
  contains,
  createArray: ({ args, run }) => {
    spend(run, args.length);
    return [...args];
  },
  empty: (call) => (valueIn(call, 0) === null ? true : lengthOf(call) === 0),
  length: lengthOf,
  first: (call) => oneOf(call, (length) => [0, Math.min(1, length)]),
  last: (call) => oneOf(call, (length) => [Math.max(0, length - 1), length]),
  take: (call) => part(call, (length) => [0, Math.min(countIn(call), length)]),
  skip: (call) => part(call, (length) => [Math.min(countIn(call), length), length]),
};

/** Part of a text, item of a list, or key of an object; nothing is contained in null. */
function contains(call: Call): boolean {
  const within = collectionIn(call, 0);
  switch (within?.kind) {
    case undefined:
      return false;
    case "text": {
      const sought = textIn(call, 1);
      spendSearch(call.run, within.text, sought);
      return within.text.includes(sought);
    }
    case "list":
      return within.items.some((item) => sameJson(call.run, item, valueIn(call, 1)));
    case "object":
      return Object.hasOwn(within.object, textIn(call, 1));
  }
}

function lengthOf(call: Call): number {
  const collection = collectionIn(call, 0);
  switch (collection?.kind) {
    case undefined:
      throw wrongType(call, "a text, a list or an object", null);
    case "text":
      return collection.text.length;
    case "list":
      return collection.items.length;
    case "object":
      return keysOf(call.run, collection.object).length;
  }
}

type Bounds = (length: number) => readonly [start: number, end: number];

function part(call: Call, bounds: Bounds): Json {
  const collection = collectionIn(call, 0);
  switch (collection?.kind) {
    case undefined:
      throw wrongType(call, "a text, a list or an object", null);
    case "text":
      spend(call.run, collection.text.length);
      return collection.text.slice(...bounds(collection.text.length));
    case "list":
      spend(call.run, collection.items.length);
      return collection.items.slice(...bounds(collection.items.length));
    case "object": {
      const { object } = collection;
      const keys = keysOf(call.run, object);
      return Object.fromEntries(keys.slice(...bounds(keys.length)).map((key) => [key, object[key] ?? null]));
    }
  }
}

/** A list gives its item, not a list of one. */
function oneOf(call: Call, bounds: Bounds): Json {
  const found = part(call, bounds);
  return isList(found) ? (found[0] ?? null) : found;
}

/** Below zero is as good as zero. */
function countIn(call: Call): number {
  return Math.max(0, wholeIn(call, 1));
}

function keysOf(run: Run, object: Readonly<Record<string, Json>>): string[] {
  const keys = Object.keys(object);
  spend(run, keys.length);
  return keys;
}

/** The same type and value; objects in any order of keys. */
export function sameJson(run: Run, a: Json, b: Json): boolean {
  spend(run, typeof a === "string" ? a.length : 1);
  if (isList(a) && isList(b))
    return a.length === b.length && a.every((item, at) => sameJson(run, item, b[at] ?? null));
  if (!isObject(a) || !isObject(b)) return a === b;
  const keys = keysOf(run, a);
  return (
    keys.length === keysOf(run, b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameJson(run, a[key] ?? null, b[key] ?? null))
  );
}
