/** The shape of a createUiDefinition.json: what must be there, what may stand twice, what an element may be. */
import type { Node } from "jsonc-parser";
import { checkExpressions, type ElementNames, type Names } from "./check-expressions.ts";
import { ELEMENT_TYPES } from "./elements.ts";
import type { Report } from "./package-fault.ts";
import { shown } from "./shown.ts";
import { needNode, textOf } from "./tree.ts";
import { JIT_CONTROL, SECTION } from "./ui-definition.ts";

/** The second is that of the older forms of virtual machines: Azure draws both alike. */
const HANDLERS = ["Microsoft.Azure.CreateUIDef", "Microsoft.Compute.MultiVm"];
const VERSIONS = ["0.1.2-preview", "0.1.1-preview", "0.1.0-preview", "0.0.1-preview"];
const VERSION = /^\d{1,4}\.\d{1,4}\.\d{1,4}-preview$/;
const TYPE = /^Microsoft\.[A-Za-z]{1,64}\.[A-Za-z]{1,64}$/;
const MAX_STEPS = 50;
const MAX_ELEMENTS = 500;
const MAX_OUTPUTS = 100;
const MAX_NAME = 128;

export function checkDefinition(root: Node, report: Report): void {
  checkHeader(root, report);
  checkKnown(root, "the definition", ROOT_KEYS, report);
  const parameters = needNode(root, report, { key: "parameters", type: "object", what: "the definition" });
  if (parameters === null) return;
  checkKnown(parameters, "`parameters`", PARAMETER_KEYS, report);
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
  if (handler !== null && !HANDLERS.some((known) => sameWord(known, textOf(handler))))
    report.at(
      handler,
      "unknown_handler",
      `the handler is ${shown(textOf(handler))}; write \`${HANDLERS[0]}\``,
    );
  const version = needNode(root, report, { key: "version", type: "string", what: "the definition" });
  if (version === null || VERSIONS.some((known) => sameWord(known, textOf(version)))) return;
  const say = VERSION.test(textOf(version)) ? report.warn : report.at;
  say(version, "unknown_version", `the version is ${shown(textOf(version))}; write \`${VERSIONS[0]}\``);
}

const ROOT_KEYS = ["$schema", "handler", "version", "parameters"];
const PARAMETER_KEYS = ["config", "basics", "steps", "outputs", "resourceTypes"];
const STEP_KEYS = ["name", "label", "subLabel", "bladeTitle", "bladeSubtitle", "elements", "visible"];
const MAX_IGNORED = 20;

/** What Azure passes over: mostly a slip of the pen, and otherwise somebody's note. */
function checkKnown(object: Node, what: string, known: readonly string[], report: Report): void {
  const keys = (object.children ?? []).flatMap(({ children: [key] = [] }) =>
    key === undefined ? [] : [key],
  );
  for (const key of keys.filter((one) => !known.includes(textOf(one))).slice(0, MAX_IGNORED))
    report.warn(
      key,
      "ignored_property",
      `${what} has no property ${shown(textOf(key))}: it is ignored; remove it, or correct its name`,
    );
}

function sameWord(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Microsoft's own pages have `"basics": [{}]`: what is empty is passed over. */
function isEmpty(node: Node, what: "step" | "element", report: Report): boolean {
  if (node.type !== "object" || (node.children ?? []).length > 0) return false;
  report.warn(node, "empty", `this ${what} is empty: it is passed over`);
  return true;
}

function checkSteps(list: Node | null, run: Run): Map<string, ElementNames> {
  const names = new Map<string, ElementNames>();
  const steps = list?.children ?? [];
  if (list !== null && steps.length > MAX_STEPS)
    run.report.at(list, "too_many", `there are more than ${MAX_STEPS} steps; join or remove some`);
  for (const step of steps.slice(0, MAX_STEPS)) {
    if (isEmpty(step, "step", run.report)) continue;
    const name = checkName(step, "step", (taken) => taken === "basics" || names.has(taken), run.report);
    if (step.type !== "object") continue;
    checkKnown(step, stepCalled(name), STEP_KEYS, run.report);
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
    if (isEmpty(element, "element", run.report)) continue;
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
    const meant = ELEMENT_TYPES.find((known) => sameWord(known, textOf(type)));
    const next = meant === undefined ? "take one that Microsoft documents" : `write \`${meant}\``;
    // One that Microsoft left undocumented is drawn as any other that is not drawn here. What holds others, or asks for
    // JIT access, is never taken for one of them.
    const isOther =
      meant === undefined ? TYPE.test(textOf(type)) : meant !== SECTION && meant !== JIT_CONTROL;
    const say = isOther ? run.report.warn : run.report.at;
    say(type, "unknown_element_type", `there is no element of type ${shown(textOf(type))}; ${next}`);
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
