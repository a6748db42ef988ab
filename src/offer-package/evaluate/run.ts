/** One evaluation: what it may read, and how much it may still do. */
import type { Instant } from "../../domain/time.ts";
import type { Json, JsonObject } from "../json.ts";
import type { UiDefinition, UiElement } from "../ui-definition.ts";

/** What the consumer filled in, and where it deploys to. */
export interface Given {
  /** Element name to value. */
  readonly basics: JsonObject;
  /** Step name to element name to value; a section is an object of its elements' values. */
  readonly steps: JsonObject;
  readonly location: string;
  readonly subscription: JsonObject;
  readonly resourceGroup: JsonObject;
  readonly now: Instant;
  readonly newGuid: () => string;
}

export const EVALUATION_FAULT_CODES = [
  "circular",
  "invalid_expression",
  "out_of_range",
  "too_much",
  "unknown_function",
  "unstorable_text",
  "wrong_type",
] as const;
export type EvaluationFaultCode = (typeof EVALUATION_FAULT_CODES)[number];

/** Thrown deep inside an evaluation; `evaluateOutputs` catches it and answers with a value. */
export class EvaluationFault extends Error {
  override readonly name = "EvaluationFault";
  readonly code: EvaluationFaultCode;
  constructor(code: EvaluationFaultCode, message: string) {
    super(message);
    this.code = code;
  }
}

export interface Run {
  readonly definition: UiDefinition;
  readonly given: Given;
  /** Evaluates what a publisher wrote: every expression in it, at any depth. */
  readonly evaluate: (written: Json) => Json;
  /** Values and visibility of elements, each found once; `pending` while it is being found. */
  readonly values: Map<UiElement, Json | typeof PENDING>;
  readonly visible: Map<UiElement, boolean | typeof PENDING>;
  /** What the lambdas around this place call their items, the innermost last. */
  readonly variables: { readonly name: string; readonly value: Json }[];
  stepsLeft: number;
  /** Characters, items and keys that functions may still touch or make. */
  roomLeft: number;
  depth: number;
}

export const PENDING = Symbol("pending");

const MAX_STEPS = 10_000;
const MAX_ROOM = 1_000_000;
// Elements that refer to elements nest: far above any real definition, far below the end of the stack.
const MAX_DEPTH = 200;
export const MAX_TEXT = 64 * 1024;
export const MAX_ITEMS = 1_000;

export function createRun(
  definition: UiDefinition,
  given: Given,
  evaluate: (run: Run, written: Json) => Json,
): Run {
  const run: Run = {
    definition,
    given,
    evaluate: (written) => evaluate(run, written),
    values: new Map(),
    visible: new Map(),
    variables: [],
    stepsLeft: MAX_STEPS,
    roomLeft: MAX_ROOM,
    depth: 0,
  };
  return run;
}

/** Counts one step, one level down. */
export function step<T>(run: Run, work: () => T): T {
  if (--run.stepsLeft < 0) throw tooMuch(`it takes more than ${MAX_STEPS} steps`);
  if (++run.depth > MAX_DEPTH) throw tooMuch(`it is nested deeper than ${MAX_DEPTH} levels`);
  // After a fault nothing goes on, so the depth need not be restored then.
  const result = work();
  run.depth--;
  return result;
}

/** Counts what is about to be touched or made. */
export function spend(run: Run, amount: number): void {
  run.roomLeft -= amount;
  if (run.roomLeft < 0) throw tooMuch(`it makes more than ${MAX_ROOM} characters and items on the way`);
}

// At most so many signs of what is sought are looked at for each character that is counted.
const SOUGHT_AT_ONCE = 64;

/** Counts a search: at its worst it compares all that is sought at every place of the text. */
export function spendSearch(run: Run, text: string, sought: string): void {
  spend(run, text.length * Math.max(1, Math.ceil(sought.length / SOUGHT_AT_ONCE)));
}

/** Counts a text of this length that is about to be made. */
export function spendText(run: Run, length: number): void {
  if (length > MAX_TEXT) throw tooMuch(`a text becomes longer than ${MAX_TEXT} characters`);
  spend(run, length);
}

function tooMuch(what: string): EvaluationFault {
  return new EvaluationFault("too_much", `${what}; make the expression smaller`);
}
