/** The shape of a createUiDefinition.json: what must be there, what may stand twice, what an element may be. */
import type { Node } from "jsonc-parser";
import { checkExpressions, type ElementNames, type Names } from "./check-expressions.ts";
import type { Report } from "./package-fault.ts";
import { shown } from "./shown.ts";
import { needNode, textOf } from "./tree.ts";
import { ELEMENT_TYPES, SECTION } from "./ui-definition.ts";

const HANDLER = "Microsoft.Azure.CreateUIDef";
const VERSIONS = ["0.1.2-preview", "0.1.1-preview"];
const MAX_STEPS = 50;
const MAX_ELEMENTS = 500;
const MAX_OUTPUTS = 100;
const MAX_NAME = 128;

export function checkDefinition(root: Node, report: Report): void {
  checkHeader(root, report);
  const parameters = needNode(root, report, { key: "parameters", type: "object", what: "the definition" });
  if (parameters === null) return;
  const run: Run = { report, elements: 0 };
  const basics = needNode(parameters, report, { key: "basics", type: "array", what: "`parameters`" });
  const names: Names = {
    basics: basics === null ? new Map() : checkElements(basics, run),
    steps: checkSteps(
      needNode(parameters, report, { key: "steps", type: "array", what: "`parameters`" }),
      run,
    ),
  };
  const outputs = needNode(parameters, report, { key: "outputs", type: "object", what: "`parameters`" });
  if ((outputs?.children?.length ?? 0) > MAX_OUTPUTS && outputs !== null)
    report.at(outputs, "too_many", `there are more than ${MAX_OUTPUTS} outputs; remove some`);
  checkExpressions(parameters, names, report);
}

interface Run {
  readonly report: Report;
  /** Counted so far, over all steps and sections. */
  elements: number;
}

function checkHeader(root: Node, report: Report): void {
  const handler = needNode(root, report, { key: "handler", type: "string", what: "the definition" });
  if (handler !== null && textOf(handler) !== HANDLER)
    report.at(handler, "unknown_handler", `the handler is ${shown(textOf(handler))}; write \`${HANDLER}\``);
  const version = needNode(root, report, { key: "version", type: "string", what: "the definition" });
  if (version !== null && !VERSIONS.includes(textOf(version)))
    report.at(
      version,
      "unknown_version",
      `the version is ${shown(textOf(version))}; write \`${VERSIONS[0]}\``,
    );
}

function checkSteps(list: Node | null, run: Run): Map<string, ElementNames> {
  const names = new Map<string, ElementNames>();
  const steps = list?.children ?? [];
  if (list !== null && steps.length > MAX_STEPS)
    run.report.at(list, "too_many", `there are more than ${MAX_STEPS} steps; join or remove some`);
  for (const step of steps.slice(0, MAX_STEPS)) {
    const name = checkName(step, "step", (taken) => taken === "basics" || names.has(taken), run.report);
    if (step.type !== "object") continue;
    const elements = needNode(step, run.report, { key: "elements", type: "array", what: stepCalled(name) });
    const inside = elements === null ? new Map() : checkElements(elements, run);
    if (name !== null) names.set(name, inside);
  }
  return names;
}

function stepCalled(name: string | null): string {
  return name === null ? "the step" : `the step ${shown(name)}`;
}

function checkElements(list: Node, run: Run): ElementNames {
  const names = new Map<string, ElementNames | null>();
  for (const element of list.children ?? []) {
    if (++run.elements > MAX_ELEMENTS) {
      if (run.elements === MAX_ELEMENTS + 1)
        run.report.at(element, "too_many", `there are more than ${MAX_ELEMENTS} elements; remove some`);
      break;
    }
    const name = checkName(element, "element", (taken) => names.has(taken), run.report);
    if (element.type !== "object") continue;
    const inside = checkType(element, run);
    if (name !== null) names.set(name, inside);
  }
  return names;
}

/** The names in a section; null for an element that holds no others. */
function checkType(element: Node, run: Run): ElementNames | null {
  const type = needNode(element, run.report, { key: "type", type: "string", what: "the element" });
  if (type === null) return null;
  if (!ELEMENT_TYPES.includes(textOf(type))) {
    const lower = textOf(type).toLowerCase();
    const meant = ELEMENT_TYPES.find((known) => known.toLowerCase() === lower);
    const next = meant === undefined ? "take one that Microsoft documents" : `write \`${meant}\``;
    run.report.at(
      type,
      "unknown_element_type",
      `there is no element of type ${shown(textOf(type))}; ${next}`,
    );
  }
  if (textOf(type) !== SECTION) return null;
  const elements = needNode(element, run.report, { key: "elements", type: "array", what: "the section" });
  return elements === null ? new Map() : checkElements(elements, run);
}

/** The name of a step or element; null and a fault when it has none of its own. */
function checkName(
  node: Node,
  what: "step" | "element",
  isTaken: (name: string) => boolean,
  report: Report,
): string | null {
  if (node.type !== "object") {
    report.at(node, "wrong_type", `this is no ${what}; write it as \`{ ... }\` with a name`);
    return null;
  }
  const found = needNode(node, report, { key: "name", type: "string", what: `the ${what}` });
  if (found === null) return null;
  const name = textOf(found);
  if (name === "__proto__")
    report.at(found, "forbidden_name", `no ${what} may be called \`__proto__\`; rename it`);
  else if (name === "" || name.length > MAX_NAME)
    report.at(
      found,
      "invalid_name",
      `the name of ${what === "step" ? "a step" : "an element"} has 1 to ${MAX_NAME} characters`,
    );
  else if (isTaken(name))
    report.at(
      found,
      "duplicate_name",
      `there is another ${what} called ${shown(name)} here; rename one of them`,
    );
  else return name;
  return null;
}
