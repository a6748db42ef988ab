/**
 * `$filter` as Azure's and Graph's clients write it: comparisons, `and`, `or`, `not`, parentheses and function calls
 * (OData 4.01, part 2, section 5.1.1). Read in one pass, bounded in length, depth and number of terms.
 */
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { type Literal, type Token, tokensOf } from "./filter-tokens.ts";

export type Comparison = "eq" | "ne" | "gt" | "ge" | "lt" | "le";

export type Filter =
  | { readonly kind: "and" | "or"; readonly parts: readonly Filter[] }
  | { readonly kind: "not"; readonly part: Filter }
  | {
      readonly kind: "compare";
      readonly property: string;
      readonly comparison: Comparison;
      readonly value: Literal;
    }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Argument[] };

/** A property by its path, or a value. */
export type Argument = { readonly property: string } | { readonly value: Literal };

const MAX_LENGTH = 2_048;
const MAX_DEPTH = 16;
const COMPARISONS: readonly string[] = ["eq", "ne", "gt", "ge", "lt", "le"];

/** Null where there is no filter. Names of functions and properties keep the letters they were written in. */
export function parseFilter(text: string | undefined): Outcome<Filter | null> {
  if (text === undefined || text.trim() === "") return accept(null);
  if (text.length > MAX_LENGTH) return fault(`it has more than ${MAX_LENGTH} characters`);
  const tokens = tokensOf(text);
  if (tokens === null) return fault("it holds a character or an open quote that is not understood");
  const reader = new Reader(tokens);
  const filter = reader.disjunction(0);
  if (filter === null || !reader.atEnd()) return fault(reader.problem());
  return accept(filter);
}

export function fault(what: string): ReturnType<typeof reject> {
  return reject("invalid_input", `the $filter cannot be read: ${what}`, { path: "/$filter" });
}

/** Null anywhere means that it could not be read; the furthest token is where. */
class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  atEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  problem(): string {
    const token = this.#tokens[this.#at];
    return token === undefined
      ? "it ends too early"
      : `\`${token.text.slice(0, 40)}\` was not expected there`;
  }

  disjunction(depth: number): Filter | null {
    return this.#chain("or", () => this.#conjunction(depth));
  }

  #conjunction(depth: number): Filter | null {
    return this.#chain("and", () => this.#term(depth));
  }

  #chain(word: "and" | "or", next: () => Filter | null): Filter | null {
    const parts: Filter[] = [];
    do {
      const part = next();
      if (part === null) return null;
      parts.push(part);
    } while (this.#takeWord(word));
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: word, parts };
  }

  #term(depth: number): Filter | null {
    if (depth >= MAX_DEPTH) return null;
    if (this.#takeWord("not")) {
      const part = this.#term(depth + 1);
      return part && { kind: "not", part };
    }
    if (this.#takeMark("(")) {
      const inner = this.disjunction(depth + 1);
      return inner !== null && this.#takeMark(")") ? inner : null;
    }
    const name = this.#takeName();
    if (name === null) return null;
    if (this.#takeMark("(")) return this.#call(name);
    return this.#comparison(name);
  }

  #call(name: string): Filter | null {
    const args: Argument[] = [];
    while (!this.#takeMark(")")) {
      if (args.length > 0 && !this.#takeMark(",")) return null;
      const arg = this.#argument();
      if (arg === null) return null;
      args.push(arg);
    }
    return { kind: "call", name, args };
  }

  #comparison(property: string): Filter | null {
    const word = this.#takeName()?.toLowerCase();
    if (word === undefined || !COMPARISONS.includes(word)) return null;
    const value = this.#literal();
    return value && { kind: "compare", property, comparison: word as Comparison, value: value.value };
  }

  #argument(): Argument | null {
    const literal = this.#literal();
    if (literal !== null) return literal;
    const property = this.#takeName();
    return property === null ? null : { property };
  }

  #literal(): { readonly value: Literal } | null {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "value") return null;
    this.#at++;
    return { value: token.value };
  }

  #takeName(): string | null {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "name") return null;
    this.#at++;
    return token.text;
  }

  #takeWord(word: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "name" || token.text.toLowerCase() !== word) return false;
    this.#at++;
    return true;
  }

  #takeMark(mark: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "mark" || token.text !== mark) return false;
    this.#at++;
    return true;
  }
}
