/** What a filled-in form comes to: the outputs of a definition, evaluated within bounds and from nothing but their inputs. */
import { evaluateWritten } from "./evaluate/evaluate-expression.ts";
import { createRun, EvaluationFault, type EvaluationFaultCode, type Given } from "./evaluate/run.ts";
import { holdsOnlyStorable, type Json, type JsonObject, jsonLength } from "./json.ts";
import type { UiDefinition } from "./ui-definition.ts";

export type { EvaluationFaultCode, Given } from "./evaluate/run.ts";

export type Evaluation =
  | { readonly ok: true; readonly outputs: JsonObject }
  | {
      readonly ok: false;
      /** `output` is empty where what was given is at fault. */
      readonly fault: {
        readonly code: EvaluationFaultCode;
        readonly output: string;
        readonly message: string;
      };
    };

const MAX_OUTPUTS_LENGTH = 64 * 1024;
const MAX_OUTPUT_LEVELS = 64;
const MAX_GIVEN_LENGTH = 256 * 1024;
const MAX_GIVEN_LEVELS = 32;

export function evaluateOutputs(definition: UiDefinition, given: Given): Evaluation {
  const run = createRun(definition, given, evaluateWritten);
  const outputs: [string, Json][] = [];
  let output = "";
  let left = MAX_OUTPUTS_LENGTH;
  try {
    checkGiven(given);
    for (const [name, written] of Object.entries(definition.parameters.outputs)) {
      output = name;
      const value = evaluateWritten(run, written);
      left -= checkedLength({ [name]: value }, left);
      outputs.push([name, value]);
    }
  } catch (error) {
    if (!(error instanceof EvaluationFault)) throw error;
    return { ok: false, fault: { code: error.code, output, message: error.message } };
  }
  return { ok: true, outputs: Object.fromEntries(outputs) };
}

function checkGiven({ basics, steps, subscription, resourceGroup, location }: Given): void {
  const length = jsonLength(
    { basics, steps, subscription, resourceGroup, location },
    MAX_GIVEN_LENGTH,
    MAX_GIVEN_LEVELS,
  );
  if (length === Number.POSITIVE_INFINITY)
    throw new EvaluationFault("too_much", "the values given are too long or nested too deep; shorten them");
}

/** What comes out is stored: it must be short enough, and something that a database keeps. */
function checkedLength(output: JsonObject, left: number): number {
  const length = jsonLength(output, left, MAX_OUTPUT_LEVELS);
  if (length === Number.POSITIVE_INFINITY) {
    const most = `${MAX_OUTPUTS_LENGTH / 1024} KiB of JSON`;
    throw new EvaluationFault(
      "too_much",
      `the outputs are longer than ${most}, or nested too deep; shorten them`,
    );
  }
  if (!holdsOnlyStorable(output))
    throw new EvaluationFault(
      "unstorable_text",
      "the output holds NUL or half a character, which cannot be stored; remove it",
    );
  return length;
}
