/** Whether a package agrees with its offer's setting "Enable just-in-time (JIT) access". */
import { findNodeAtLocation, parseTree } from "jsonc-parser";
import { parseExpression } from "./expression/parse-expression.ts";
import { type Reference, referencesIn } from "./expression/references.ts";
import { isExpression } from "./expression/syntax.ts";
import { isList, isObject, type Json, own, pointerOf } from "./json.ts";
import { createReport, type PackageFault, type PackageFaultCode } from "./package-fault.ts";
import { shown } from "./shown.ts";
import { isElement, isStep, JIT_CONTROL, JIT_OUTPUT, listIn, type OfferPackage } from "./ui-definition.ts";

const FILE = "createUiDefinition.json";
const SETTING = "the setting `Enable just-in-time (JIT) access`";

/** With the text of createUiDefinition.json faults have their line and column; without it they stand at 1:1. */
export function jitSettingFaults(
  { uiDefinition }: OfferPackage,
  jitOffered: boolean,
  createUiDefinition?: string,
): PackageFault[] {
  const { basics, steps, outputs } = uiDefinition.parameters;
  const controls = [
    ...controlsIn(basics, null, [], ["parameters", "basics"]),
    ...steps.flatMap((step, at) =>
      isStep(step) ? controlsIn(step.elements, step.name, [], ["parameters", "steps", at, "elements"]) : [],
    ),
  ];
  const output = own(outputs, JIT_OUTPUT);
  const found = jitOffered ? offered(controls, output) : notOffered(controls, output);
  return found.map((fault) => placed(fault, createUiDefinition));
}

type Path = readonly (string | number)[];

/** Where a JIT control is: for expressions, and in the file. */
interface Control {
  readonly step: string | null;
  readonly names: readonly string[];
  readonly path: Path;
}

interface Found {
  readonly path: Path;
  readonly code: PackageFaultCode;
  readonly message: string;
}

const OUTPUT_PATH: Path = ["parameters", "outputs", JIT_OUTPUT];

function controlsIn(
  elements: readonly Json[],
  step: string | null,
  above: readonly string[],
  path: Path,
): Control[] {
  return elements.flatMap((element, at) => {
    if (!isElement(element)) return [];
    const names = [...above, element.name];
    const here = [...path, at];
    if (element.type === JIT_CONTROL) return [{ step, names, path: here }];
    return controlsIn(listIn(element), step, names, [...here, "elements"]);
  });
}

function offered(controls: readonly Control[], output: Json | undefined): Found[] {
  const found: Found[] = [];
  const [control] = controls;
  if (control === undefined)
    found.push({
      path: ["parameters", "steps"],
      code: "jit_control_missing",
      message: `${SETTING} is on, but no step has an element of type \`${JIT_CONTROL}\`; add one, or turn the setting off`,
    });
  const example =
    control === undefined ? "[steps('jitConfiguration').jitConfigurationControl]" : asRead(control);
  if (output === undefined)
    found.push({
      path: ["parameters", "outputs"],
      code: "jit_output_missing",
      message: `${SETTING} is on, but there is no output \`${JIT_OUTPUT}\`; add it as "${example}", or turn the setting off`,
    });
  else if (control !== undefined && !controls.some((one) => refersTo(output, one)))
    found.push({
      path: OUTPUT_PATH,
      code: "jit_output_unrelated",
      message: `the output \`${JIT_OUTPUT}\` does not refer to the JIT control ${shown(control.names.join("."))}; write it as "${example}"`,
    });
  return found;
}

function notOffered(controls: readonly Control[], output: Json | undefined): Found[] {
  const found: Found[] = controls.map(({ path }) => ({
    path,
    code: "jit_control_unexpected",
    message: `${SETTING} is off, but this is a JIT control; remove it, or turn the setting on`,
  }));
  if (output !== undefined)
    found.push({
      path: OUTPUT_PATH,
      code: "jit_output_unexpected",
      message: `${SETTING} is off, but there is an output \`${JIT_OUTPUT}\`; remove it, or turn the setting on`,
    });
  return found;
}

function asRead({ step, names }: Control): string {
  const [first = "", ...rest] = names;
  if (step !== null) return `[steps('${step}')${names.map((name) => `.${name}`).join("")}]`;
  return `[basics('${first}')${rest.map((name) => `.${name}`).join("")}]`;
}

function refersTo(output: Json, { step, names }: Control): boolean {
  return referencesWithin(output).some(
    (reference) => reference.step === step && names.every((name, at) => reference.path[at]?.name === name),
  );
}

function referencesWithin(written: Json): Reference[] {
  if (isList(written)) return written.flatMap(referencesWithin);
  if (isObject(written)) return Object.values(written).flatMap(referencesWithin);
  if (typeof written !== "string" || !isExpression(written)) return [];
  const parsed = parseExpression(written);
  return parsed.ok ? referencesIn(parsed.expression) : [];
}

function placed({ path, code, message }: Found, text: string | undefined): PackageFault {
  const tree = text === undefined ? undefined : parseTree(text);
  const node = tree === undefined ? undefined : findNodeAtLocation(tree, [...path]);
  if (text === undefined || node === undefined)
    return { file: FILE, line: 1, column: 1, path: pointerOf(path), code, message };
  const report = createReport(FILE, text);
  report.at(node, code, message);
  return report.faults[0] ?? { file: FILE, line: 1, column: 1, path: pointerOf(path), code, message };
}
