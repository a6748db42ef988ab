/** What an expression refers to: elements of the basics or of a step, as far as it names them in so many words. */
import { unreachable } from "../../domain/rejection.ts";
import { type Access, type Call, type Expression, namedBy } from "./syntax.ts";

export interface Reference {
  readonly at: number;
  /** Null for the basics. */
  readonly step: string | null;
  /** Element, or section and element, then properties of its value. */
  readonly path: readonly { readonly at: number; readonly name: string }[];
}

/** A part of an expression: what is read from it at once, and the call it is an argument of. */
export interface Part {
  readonly expression: Expression;
  readonly path: readonly Access[];
  readonly argumentOf: Call | null;
}

export function referencesIn(expression: Expression): Reference[] {
  return [...partsOf(expression)].flatMap((part) => {
    const reference = referenceOf(part);
    return reference === null ? [] : [reference];
  });
}

/** Every part, from the outside in and from left to right. */
export function* partsOf(
  expression: Expression,
  path: readonly Access[] = [],
  argumentOf: Call | null = null,
): Generator<Part> {
  yield { expression, path, argumentOf };
  switch (expression.kind) {
    case "value":
    case "variable":
      return;
    case "list":
      for (const item of expression.items) yield* partsOf(item);
      return;
    case "call":
      for (const arg of expression.args) yield* partsOf(arg, [], expression);
      return;
    case "access":
      yield* partsOf(expression.of, expression.path);
      for (const access of expression.path) if (access.kind === "index") yield* partsOf(access.index);
      return;
    case "lambda":
      yield* partsOf(expression.body);
      return;
    default:
      unreachable(expression);
  }
}

export function referenceOf({ expression, path }: Part): Reference | null {
  if (expression.kind !== "call") return null;
  const [first] = expression.args;
  if (first?.kind !== "value" || typeof first.value !== "string") return null;
  switch (expression.name.toLowerCase()) {
    case "steps":
      return { at: first.at, step: first.value, path: named(path) };
    case "basics":
      return { at: first.at, step: null, path: [{ at: first.at, name: first.value }, ...named(path)] };
    default:
      return null;
  }
}

/** Up to the first index that only an evaluation could tell. */
function named(path: readonly Access[]): { at: number; name: string }[] {
  const names: { at: number; name: string }[] = [];
  for (const access of path) {
    const name = namedBy(access);
    if (name === null) break;
    names.push({ at: access.at, name });
  }
  return names;
}
