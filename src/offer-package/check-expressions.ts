/** Every expression of a definition: that it parses, calls functions that exist, and names steps and elements that exist. */
import type { Node } from "jsonc-parser";
import { argumentCountFault, signatureOf, takesLambda } from "./expression/functions.ts";
import { parseExpression } from "./expression/parse-expression.ts";
import { type Part, partsOf, type Reference, referenceOf } from "./expression/references.ts";
import { isExpression } from "./expression/syntax.ts";
import type { PackageFaultCode, Report } from "./package-fault.ts";
import { shown } from "./shown.ts";
import { textOf } from "./tree.ts";

/** Element by name; a section has elements of its own. */
export type ElementNames = ReadonlyMap<string, ElementNames | null>;

export interface Names {
  readonly basics: ElementNames;
  readonly steps: ReadonlyMap<string, ElementNames>;
}

export function checkExpressions(parameters: Node, names: Names, report: Report): void {
  const check = (node: Node, evaluated: boolean) => checkText(node, evaluated, names, report);
  for (const { children: [key, value] = [] } of parameters.children ?? []) {
    if (value === undefined) continue;
    switch (key?.value) {
      case "outputs":
        eachText(value, true, check);
        break;
      case "basics":
      case "steps":
        eachText(value, false, check);
        break;
      default:
        eachText(value, null, check);
    }
  }
}

// The rest of an element concerns its form alone: a portal may evaluate it, Curfew does not.
const EVALUATED_KEYS = ["defaultValue", "visible"];

/** `evaluated` is null where no key makes a text an evaluated one. */
function eachText(
  node: Node,
  evaluated: boolean | null,
  found: (node: Node, evaluated: boolean) => void,
): void {
  if (node.type === "string") found(node, evaluated === true);
  if (node.type === "array") for (const child of node.children ?? []) eachText(child, evaluated, found);
  if (node.type !== "object") return;
  for (const { children: [key, value] = [] } of node.children ?? []) {
    const becomes = evaluated === false && EVALUATED_KEYS.includes(String(key?.value)) ? true : evaluated;
    if (value !== undefined) eachText(value, becomes, found);
  }
}

type Fault = readonly [code: PackageFaultCode, message: string, at: number];

// As in Azure, a name that leads nowhere is no value: the rest of the form works.
const TOLERATED: readonly PackageFaultCode[] = ["unknown_element", "unknown_step"];

function checkText(node: Node, evaluated: boolean, names: Names, report: Report): void {
  const text = textOf(node);
  if (!isExpression(text)) return;
  const parsed = parseExpression(text);
  const faults: readonly Fault[] = parsed.ok
    ? [...partsOf(parsed.expression)].flatMap((part) => faultsOf(part, evaluated, names))
    : [["invalid_expression", parsed.message, parsed.at]];
  for (const [code, message, at] of faults) {
    const say = evaluated && !TOLERATED.includes(code) ? report.at : report.warn;
    say(node, code, message, at);
  }
}

function faultsOf(part: Part, evaluated: boolean, names: Names): Fault[] {
  const reference = referenceOf(part);
  return [callFault(part, evaluated), reference === null ? null : referenceFault(reference, names)].filter(
    (fault) => fault !== null,
  );
}

function callFault({ expression, argumentOf }: Part, evaluated: boolean): Fault | null {
  const { at } = expression;
  if (expression.kind === "lambda" && (argumentOf === null || !takesLambda(argumentOf.name)))
    return ["invalid_expression", "only `filter` and `map` take a lambda; write a value here", at];
  if (expression.kind !== "call") return null;
  const signature = signatureOf(expression.name);
  if (signature === undefined) {
    const message = `there is no function ${shown(expression.name)}; take one that Microsoft documents`;
    return ["unknown_function", message, at];
  }
  const count = argumentCountFault(signature, expression.args.length);
  if (count !== null) return ["wrong_argument_count", `${count}; correct the call`, at];
  if (signature.evaluated || !evaluated) return null;
  const where = "in outputs, default values and visibility";
  return [
    "unsupported_function",
    `\`${signature.name}\` is not evaluated ${where}; take another function`,
    at,
  ];
}

function referenceFault({ at, step, path }: Reference, names: Names): Fault | null {
  if (step === null) return pathFault(path, names.basics, "the basics have");
  const elements = names.steps.get(step);
  if (elements !== undefined) return pathFault(path, elements, `the step ${shown(step)} has`);
  const next =
    step === "basics"
      ? "elements of the basics are read with `basics('name')`"
      : listed("the steps are", names.steps);
  return ["unknown_step", `there is no step ${shown(step)}; ${next}`, at];
}

/** Down to an element that holds no others; what follows is a property of its value. */
function pathFault([first, ...rest]: Reference["path"], elements: ElementNames, place: string): Fault | null {
  if (first === undefined) return null;
  const inside = elements.get(first.name);
  if (inside === null) return null;
  if (inside !== undefined) return pathFault(rest, inside, `the section ${shown(first.name)} has`);
  const message = `${place} no element ${shown(first.name)}; ${listed("there are", elements)}`;
  return ["unknown_element", message, first.at];
}

const MAX_LISTED = 6;

function listed(lead: string, names: ReadonlyMap<string, unknown>): string {
  const all = [...names.keys()];
  if (all.length === 0) return "there is none at all";
  const some = all.slice(0, MAX_LISTED).map(shown).join(", ");
  return `${lead} ${some}${all.length > MAX_LISTED ? " and more" : ""}`;
}
