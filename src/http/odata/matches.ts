/** Whether something is among what a `$filter` asks for. What the filter names and the thing does not have is a fault. */
import { accept, type Outcome } from "../../domain/rejection.ts";
import { parseInstant } from "../../domain/time.ts";
import { type Filter, fault } from "./filter.ts";
import type { Literal } from "./filter-tokens.ts";

/** What a filter may ask about a thing. Names are compared without regard to case. */
export interface Filterable<T> {
  readonly properties: Readonly<Record<string, (one: T) => Literal>>;
  /** Functions of the surface, such as `asTarget()`: whether it takes this one. */
  readonly functions?: Readonly<Record<string, (one: T, args: readonly Literal[]) => boolean>>;
}

export type Predicate<T> = (one: T) => boolean;

/** Looks at every name once, before anything is asked of the store; null lets everything through. */
export function predicateOf<T>(filter: Filter | null, able: Filterable<T>): Outcome<Predicate<T>> {
  if (filter === null) return accept(() => true);
  switch (filter.kind) {
    case "and":
    case "or":
      return ofParts(filter, able);
    case "not": {
      const part = predicateOf(filter.part, able);
      return part.ok ? accept((one: T) => !part.value(one)) : part;
    }
    case "compare":
      return ofComparison(filter, able);
    case "call":
      return ofCall(filter, able);
  }
}

/** The value that a property must have for the whole filter to hold, where there is one: the store can look there only. */
export function requiredValue(filter: Filter | null, property: string): string | null {
  if (filter === null) return null;
  if (filter.kind === "and") {
    for (const part of filter.parts) {
      const found = requiredValue(part, property);
      if (found !== null) return found;
    }
    return null;
  }
  const isIt =
    filter.kind === "compare" &&
    filter.comparison === "eq" &&
    filter.property.toLowerCase() === property.toLowerCase();
  return isIt && typeof filter.value === "string" ? filter.value : null;
}

/** Names of the functions it calls, in lower case. */
export function callsOf(filter: Filter | null): string[] {
  if (filter === null) return [];
  switch (filter.kind) {
    case "and":
    case "or":
      return filter.parts.flatMap(callsOf);
    case "not":
      return callsOf(filter.part);
    case "call":
      return [filter.name.toLowerCase()];
    case "compare":
      return [];
  }
}

function ofParts<T>(
  filter: Extract<Filter, { kind: "and" | "or" }>,
  able: Filterable<T>,
): Outcome<Predicate<T>> {
  const parts: Predicate<T>[] = [];
  for (const one of filter.parts) {
    const part = predicateOf(one, able);
    if (!part.ok) return part;
    parts.push(part.value);
  }
  return accept((one: T) =>
    filter.kind === "and" ? parts.every((part) => part(one)) : parts.some((part) => part(one)),
  );
}

function ofComparison<T>(
  { property, comparison, value }: Extract<Filter, { kind: "compare" }>,
  able: Filterable<T>,
): Outcome<Predicate<T>> {
  const read = named(able.properties, property);
  if (read === undefined) return unknown("property", property, Object.keys(able.properties));
  return accept((one: T) => {
    const [left, right] = comparable(read(one), value);
    switch (comparison) {
      case "eq":
        return left === right;
      case "ne":
        return left !== right;
      default:
        return ordered(left, right, comparison);
    }
  });
}

function ofCall<T>(
  { name, args }: Extract<Filter, { kind: "call" }>,
  { properties, functions = {} }: Filterable<T>,
): Outcome<Predicate<T>> {
  const own = named(functions, name);
  if (own !== undefined) {
    const values = args.flatMap((arg) => ("value" in arg ? [arg.value] : []));
    return values.length === args.length
      ? accept((one: T) => own(one, values))
      : fault(`\`${name}\` takes values, not properties`);
  }
  const [first, second] = args;
  const textual = named(TEXTUAL, name);
  const read = first !== undefined && "property" in first ? named(properties, first.property) : undefined;
  if (textual === undefined || read === undefined || second === undefined || !("value" in second))
    return unknown("function", name, [...Object.keys(functions), ...Object.keys(TEXTUAL)]);
  const wanted = String(second.value).toLowerCase();
  return accept((one: T) => textual(String(read(one) ?? "").toLowerCase(), wanted));
}

const TEXTUAL: Readonly<Record<string, (text: string, wanted: string) => boolean>> = {
  startswith: (text, wanted) => text.startsWith(wanted),
  endswith: (text, wanted) => text.endsWith(wanted),
  contains: (text, wanted) => text.includes(wanted),
};

function named<V>(record: Readonly<Record<string, V>>, name: string): V | undefined {
  const key = Object.keys(record).find((one) => one.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : record[key];
}

function unknown(what: string, name: string, known: readonly string[]) {
  return fault(`there is no ${what} \`${name.slice(0, 80)}\` here; use one of ${known.join(", ")}`);
}

/** Texts without regard to case, instants by their moment. */
function comparable(a: Literal, b: Literal): [Literal, Literal] {
  if (typeof a !== "string" || typeof b !== "string") return [a, b];
  const [first, second] = [parseInstant(a), parseInstant(b)];
  if (first !== null && second !== null) return [first, second];
  return [a.toLowerCase(), b.toLowerCase()];
}

function ordered(left: Literal, right: Literal, comparison: "gt" | "ge" | "lt" | "le"): boolean {
  if (left === null || right === null || typeof left !== typeof right) return false;
  switch (comparison) {
    case "gt":
      return left > right;
    case "ge":
      return left >= right;
    case "lt":
      return left < right;
    case "le":
      return left <= right;
  }
}
