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
  /** A whole form is asked about while somebody types, and not its outputs alone. */
  readonly isLive?: boolean;
}

export const EVALUATION_FAULT_CODES = [
  "circular",
  "invalid_expression",
  "only_azure_knows",
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
  /** What only Azure knows is a fault then, and not nothing. */
  isStrict: boolean;
  stepsLeft: number;
  /** Characters, items and keys that functions may still touch or make. */
  roomLeft: number;
  depth: number;
}

export const PENDING = Symbol("pending");

const MAX_STEPS = 10_000;
/** For a whole form: as much as five outputs. */
const MAX_LIVE_STEPS = 5 * MAX_STEPS;
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
    isStrict: given.isLive === true,
    stepsLeft: given.isLive === true ? MAX_LIVE_STEPS : MAX_STEPS,
    roomLeft: MAX_ROOM,
    depth: 0,
  };
  return run;
}

export type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: EvaluationFault };

/** A question whose fault is its own: whoever asked goes on as if it had not been asked, but for what it cost. */
export function attempt<T>(run: Run, find: () => T): Attempt<T> {
  const { depth } = run;
  const { length } = run.variables;
  try {
    return { ok: true, value: find() };
  } catch (error) {
    if (!(error instanceof EvaluationFault)) throw error;
    run.depth = depth;
    run.variables.length = length;
    return { ok: false, fault: error };
  }
}

/** Counts one step, one level down. */
export function step<T>(run: Run, work: () => T): T {
  if (--run.stepsLeft < 0)
    throw tooMuch(`it takes more than ${run.given.isLive === true ? MAX_LIVE_STEPS : MAX_STEPS} steps`);
  if (++run.depth > MAX_DEPTH) throw tooMuch(`it is nested deeper than ${MAX_DEPTH} levels`);
  // After a fault only `attempt` goes on, which restores the depth.
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
