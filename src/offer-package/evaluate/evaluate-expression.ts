/** Evaluates one expression: every value comes from the definition, from what was given, or from a function. */

import { unreachable } from "../../domain/rejection.ts";
import { argumentCountFault, type Signature, signatureOf } from "../expression/functions.ts";
import { parseExpression } from "../expression/parse-expression.ts";
import { type Access, type Expression, isExpression, namedBy, plainText } from "../expression/syntax.ts";
import { isList, isObject, type Json, own } from "../json.ts";
import { shown } from "../shown.ts";
import { type Functions, nameOf } from "./call.ts";
import { COLLECTION_FUNCTIONS } from "./collections.ts";
import { CONVERSION_FUNCTIONS } from "./conversions.ts";
import { DATE_FUNCTIONS } from "./dates.ts";
import { readElement } from "./element-values.ts";
import { LAZY_FUNCTIONS, LOGICAL_FUNCTIONS } from "./logic.ts";
import { NUMBER_FUNCTIONS } from "./numbers.ts";
import { EvaluationFault, type Run, spend, step } from "./run.ts";
import { TEXT_FUNCTIONS } from "./texts.ts";

/** Evaluates every expression within what a publisher wrote, at any depth; the rest stays as it is. */
export function evaluateWritten(run: Run, written: Json): Json {
  if (typeof written === "string")
    return isExpression(written) ? evaluateText(run, written) : plainText(written);
  if (typeof written !== "object" || written === null) return written;
  return step(run, () =>
    isList(written)
      ? written.map((item) => evaluateWritten(run, item))
      : Object.fromEntries(Object.entries(written).map(([key, value]) => [key, evaluateWritten(run, value)])),
  );
}

function evaluateText(run: Run, text: string): Json {
  spend(run, text.length);
  const parsed = parseExpression(text);
  if (!parsed.ok)
    throw new EvaluationFault("invalid_expression", `${parsed.message} (character ${parsed.at + 1})`);
  return evaluate(run, parsed.expression, []);
}

/** `path` is what follows at once: a reference to an element needs it, to look at that element alone. */
function evaluate(run: Run, expression: Expression, path: readonly Access[]): Json {
  return step(run, () => {
    switch (expression.kind) {
      case "value":
        return follow(run, expression.value, path);
      case "list":
        return follow(
          run,
          expression.items.map((item) => evaluate(run, item, [])),
          path,
        );
      case "access":
        return evaluate(run, expression.of, expression.path);
      case "call":
        return evaluateCall(run, expression.name, expression.args, path);
      case "variable": {
        const bound = run.variables.findLast(({ name }) => name === expression.name);
        if (bound === undefined)
          throw new EvaluationFault("invalid_expression", `${shown(expression.name)} is no value here`);
        return follow(run, bound.value, path);
      }
      case "lambda":
        throw new EvaluationFault(
          "invalid_expression",
          "only `filter` and `map` take a lambda; write a value",
        );
      default:
        return unreachable(expression);
    }
  });
}

function evaluateCall(run: Run, name: string, args: readonly Expression[], path: readonly Access[]): Json {
  const signature = knownSignature(name, args.length);
  const ask = (at: number): Json => {
    const arg = args[at];
    return arg === undefined ? null : evaluate(run, arg, []);
  };
  switch (signature.name) {
    case "steps":
    case "basics":
      return reference(run, signature.name, ask(0), path);
    case "filter":
    case "map":
      return follow(run, eachItem(run, signature.name, args), path);
    case "location":
      return follow(run, run.given.location, path);
    case "subscription":
      return follow(run, run.given.subscription, path);
    case "resourceGroup":
      return follow(run, run.given.resourceGroup, path);
    default:
      return follow(run, applied(run, signature, args.length, ask), path);
  }
}

/** `filter(list, (item) => ...)` and `map(list, (item) => ...)`; of what has no value there are no items. */
function eachItem(run: Run, name: "filter" | "map", [of, lambda]: readonly Expression[]): Json {
  const items = of === undefined ? null : evaluate(run, of, []);
  if (lambda?.kind !== "lambda")
    throw new EvaluationFault(
      "invalid_expression",
      `\`${name}\` takes a lambda, as in \`(item) => item.name\``,
    );
  if (items === null) return [];
  if (!isList(items))
    throw new EvaluationFault("wrong_type", `\`${name}\` takes a list, not ${nameOf(items)}`);
  spend(run, items.length);
  const results = items.map((value) => {
    run.variables.push({ name: lambda.parameter, value });
    const result = evaluate(run, lambda.body, []);
    run.variables.pop();
    return result;
  });
  if (name === "map") return results;
  return items.filter((_, at) => {
    const keep = results[at] ?? null;
    if (keep !== null && typeof keep !== "boolean")
      throw new EvaluationFault(
        "wrong_type",
        `the lambda of \`filter\` says true or false, not ${nameOf(keep)}`,
      );
    return keep === true;
  });
}

function knownSignature(name: string, count: number): Signature {
  const signature = signatureOf(name);
  if (signature === undefined || !signature.evaluated)
    throw new EvaluationFault(
      "unknown_function",
      `${shown(name)} is not evaluated here; take another function`,
    );
  const fault = argumentCountFault(signature, count);
  if (fault !== null) throw new EvaluationFault("invalid_expression", `${fault}; correct the call`);
  return signature;
}

const FUNCTIONS: Functions = {
  ...TEXT_FUNCTIONS,
  ...COLLECTION_FUNCTIONS,
  ...LOGICAL_FUNCTIONS,
  ...NUMBER_FUNCTIONS,
  ...DATE_FUNCTIONS,
  ...CONVERSION_FUNCTIONS,
};

/** Names come from the table of signatures, never from the expression as it was written. */
function applied(run: Run, { name }: Signature, count: number, ask: (at: number) => Json): Json {
  const lazy = LAZY_FUNCTIONS[name];
  if (lazy !== undefined) return lazy({ name, args: Array(count).fill(null), run }, ask);
  const args = Array.from({ length: count }, (_, at) => ask(at));
  const evaluated = FUNCTIONS[name];
  if (evaluated === undefined)
    throw new EvaluationFault("unknown_function", `\`${name}\` is not evaluated here`);
  return evaluated({ name, args, run });
}

/** A step, or an element of the basics: as much of the path as names elements leads there, the rest into its value. */
function reference(run: Run, name: "steps" | "basics", called: Json, path: readonly Access[]): Json {
  if (typeof called !== "string")
    throw new EvaluationFault("wrong_type", `\`${name}\` takes a name in quotes, not ${nameOf(called)}`);
  const names: string[] = name === "basics" ? [called] : [];
  for (const access of path) {
    const next = namedBy(access);
    if (next === null) break;
    names.push(next);
  }
  const found = readElement(run, name === "basics" ? null : called, names);
  return follow(run, found.value, path.slice(found.used - (name === "basics" ? 1 : 0)));
}

/** Own properties and items only; what is not there is null, as an element without a value is. */
function follow(run: Run, value: Json, path: readonly Access[]): Json {
  let at = value;
  spend(run, path.length);
  for (const access of path) {
    const key = access.kind === "property" ? access.name : evaluate(run, access.index, []);
    if (at === null) continue;
    if (isObject(at) && typeof key === "string") at = own(at, key) ?? null;
    else if (isList(at) && typeof key === "number") at = at[key] ?? null;
    else
      throw new EvaluationFault(
        "wrong_type",
        `${nameOf(at)} has nothing called ${shown(String(key))}; leave it out`,
      );
  }
  return at;
}
