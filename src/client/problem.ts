/** What the API says when it says no (RFC 9457), as an error that keeps its parts. */

export interface RuleOutcome {
  readonly rule: string;
  readonly outcome: "satisfied" | "unsatisfied" | "notApplicable";
  readonly message: string;
  readonly missing?: string;
}

/** What a change of configuration would leave without anybody to decide. */
export interface TouchedThing {
  readonly kind: string;
  readonly id: string;
  readonly sentence: string;
}

export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly status: number;
  /** The closed code; `unknown` when what answered was not the API, whatever its status says. */
  readonly code: string;
  /** JSON pointer, or `file:line:pointer` for configuration. */
  readonly path: string | null;
  readonly rules: readonly RuleOutcome[];
  /** With `nobody_left`: what has to be acknowledged, by its id. */
  readonly touched: readonly TouchedThing[];
  /** By which whoever runs Curfew finds this call; null where it was not the API that answered. */
  readonly requestId: string | null;

  constructor(status: number, body: unknown) {
    super(
      textOf(body, "detail") ??
        `${status} was answered, and nothing in Curfew's words; is the address right, and what stands in between?`,
    );
    this.status = status;
    this.code = textOf(body, "code") ?? "unknown";
    this.path = textOf(body, "path");
    this.rules = listOf<RuleOutcome>(body, "rules", ["rule", "outcome", "message"]);
    this.requestId = textOf(body, "requestId");
    this.touched = listOf<TouchedThing>(body, "touched", ["kind", "id", "sentence"]);
  }
}

/** Those of a list that have these words. */
function listOf<T>(body: unknown, name: string, words: readonly (keyof T & string)[]): T[] {
  const all = memberOf(body, name);
  const isOne = (value: unknown): value is T => words.every((word) => textOf(value, word) !== null);
  return Array.isArray(all) ? all.filter(isOne) : [];
}

function textOf(value: unknown, name: string): string | null {
  const found = memberOf(value, name);
  return typeof found === "string" ? found : null;
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
