/** What the API says when it says no (RFC 9457), as an error that keeps its parts. */

export interface RuleOutcome {
  readonly rule: string;
  readonly outcome: "satisfied" | "unsatisfied" | "notApplicable";
  readonly message: string;
  readonly missing?: string;
}

export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly status: number;
  /** The closed code; `unknown` when what answered was not the API. */
  readonly code: string;
  /** JSON pointer, or `file:line:pointer` for configuration. */
  readonly path: string | null;
  readonly rules: readonly RuleOutcome[];

  constructor(status: number, body: unknown) {
    super(textOf(body, "detail") ?? `the server answered ${status}, which says nothing more`);
    this.status = status;
    this.code = textOf(body, "code") ?? "unknown";
    this.path = textOf(body, "path");
    this.rules = rulesOf(body);
  }
}

function rulesOf(body: unknown): RuleOutcome[] {
  const rules = memberOf(body, "rules");
  return Array.isArray(rules) ? rules.filter(isRule) : [];
}

function isRule(value: unknown): value is RuleOutcome {
  const words = ["rule", "outcome", "message"];
  return words.every((name) => textOf(value, name) !== null);
}

function textOf(value: unknown, name: string): string | null {
  const found = memberOf(value, name);
  return typeof found === "string" ? found : null;
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
