/**
 * A form while somebody fills it in: every expression that a field needs, evaluated over what was typed so far, by the same
 * evaluator and within bounds. What cannot be evaluated is said: such an element is shown, and asked as a plain text.
 */

import { chosenFrom } from "./element-words.ts";
import { elementValue, visibilityOf } from "./evaluate/element-values.ts";
import { evaluateWritten } from "./evaluate/evaluate-expression.ts";
import { attempt, createRun, EvaluationFault, type Given, type Run } from "./evaluate/run.ts";
import { isExpression } from "./expression/syntax.ts";
import type { FormElement, FormOption, FormStep } from "./form-element.ts";
import { isList, isObject, type Json, type JsonObject, own } from "./json.ts";
import type { UiDefinition, UiElement } from "./ui-definition.ts";

export type { FormElement, FormElementKind, FormOption, FormStep } from "./form-element.ts";
export { isAsked } from "./form-element.ts";
export type { Json, JsonObject } from "./json.ts";

/** An element with nothing in it left to evaluate: texts are as people read them. */
export interface LiveElement
  extends Omit<FormElement, "elements" | "options" | "required" | "visible" | "defaultValue"> {
  readonly required: boolean;
  readonly visible: boolean;
  /** Undefined where only the server can tell: what it makes changes each time, or needs Azure. */
  readonly defaultValue: Json | undefined;
  readonly options: readonly FormOption[] | null;
  readonly elements: readonly LiveElement[];
  /** Rules in the publisher's words that do not hold now, whatever was typed. */
  readonly broken: readonly string[];
  /** What could not be evaluated, as sentences. */
  readonly unsure: readonly string[];
}

export interface LiveStep extends Omit<FormStep, "elements"> {
  readonly elements: readonly LiveElement[];
}

/** Where it is deployed to, and what was typed: by step, then by element. */
export interface Typed extends Pick<Given, "subscription" | "resourceGroup" | "location" | "now"> {
  readonly values: JsonObject;
}

export function liveForm(steps: readonly FormStep[], { values, ...place }: Typed): readonly LiveStep[] {
  const { basics, ...others } = values;
  const definition = definitionOf(steps);
  const run = createRun(
    definition.whole,
    {
      ...place,
      basics: isObject(basics) ? basics : {},
      steps: others,
      isLive: true,
      newGuid: () => {
        throw new EvaluationFault("only_azure_knows", "it is another one each time");
      },
    },
    evaluateWritten,
  );
  const asking = { run, written: definition.written };
  return steps.map((step) => ({
    ...step,
    label: textIn(run, step.label) ?? step.name,
    elements: step.elements.map((element) => liveElement(asking, element, objectIn(values, step.name))),
  }));
}

/** The definition that a description was made of, as far as evaluation needs it. */
function definitionOf(steps: readonly FormStep[]) {
  const written = new Map<FormElement, UiElement>();
  const back = (element: FormElement): UiElement => {
    const { settings, constraints, options, elements, note: _, when: __, kind: ___, ...rest } = element;
    const made = {
      ...settings,
      ...(rest as unknown as UiElement),
      constraints: { ...constraints, allowedValues: options as unknown as Json },
      elements: elements.map(back),
    } as UiElement;
    written.set(element, made);
    return made;
  };
  const [basics, ...others] = steps.map(({ name, elements }) => ({ name, elements: elements.map(back) }));
  const parameters = { basics: basics?.elements ?? [], steps: others, outputs: {} };
  return { whole: { handler: "", version: "", parameters } as UiDefinition, written };
}

interface Asking {
  readonly run: Run;
  readonly written: ReadonlyMap<FormElement, UiElement>;
}

function objectIn(values: JsonObject, name: string): JsonObject {
  const inside = own(values, name);
  // Of a grid any row: its cells are alike, and rules that tell rows apart are none that can be tried.
  const one = isList(inside) ? inside.at(-1) : inside;
  return isObject(one) ? one : {};
}

/** `beside`: what was typed into it and its neighbours. */
function liveElement(asking: Asking, element: FormElement, beside: JsonObject): LiveElement {
  const { run, written } = asking;
  const unsure: string[] = [];
  const ask = <T>(what: string, find: () => T, otherwise: T): T => {
    const found = attempt(run, find);
    if (found.ok) return found.value;
    unsure.push(because(what, found.fault));
    return otherwise;
  };
  const of = written.get(element);
  const visible =
    of === undefined ||
    ask("Azure's portal may leave this out: Curfew cannot tell", () => visibilityOf(run, of), true);
  // Of what is hidden nothing else is asked.
  if (!visible) return { ...element, ...NOTHING, visible, elements: [] };
  const options = ask<readonly FormOption[] | null>(
    "Azure's portal would list what may be chosen. Type the value",
    () => choicesIn(run, element.options),
    null,
  );
  return {
    ...element,
    visible,
    // Better asked for in vain than missing: there is always something to type.
    required: ask(
      "Whether it is needed cannot be told here: it is asked for",
      () => isYes(evaluated(run, element.required)),
      true,
    ),
    label: textIn(run, element.label) ?? element.name,
    toolTip: textIn(run, element.toolTip),
    defaultValue: defaultIn(run, element, of),
    options,
    settings: settingsIn(run, element.settings),
    ...rulesIn(run, element, { unsure, isEmpty: isEmpty(own(beside, element.name)) }),
    elements: element.elements.map((inside) => liveElement(asking, inside, objectIn(beside, element.name))),
    unsure,
  };
}

const NOTHING = { required: false, defaultValue: null, options: null, broken: [], unsure: [] } as const;

function evaluated(run: Run, written: Json): Json {
  return run.evaluate(written);
}

function isYes(value: Json): boolean {
  return value === true || value === "true";
}

/** Null where it is computed of what nobody knows here. */
function textIn(run: Run, written: string | null): string | null {
  const found = attempt(run, () => evaluated(run, written));
  return found.ok && found.value !== null && typeof found.value !== "object" ? String(found.value) : null;
}

function choicesIn(run: Run, options: FormElement["options"]): readonly FormOption[] | null {
  if (options === null) return null;
  const found = chosenFrom(evaluated(run, options as unknown as Json));
  if (found === null || typeof found === "string")
    throw new EvaluationFault("wrong_type", "there is no list of them here");
  return found;
}

/** What the field has while nothing is typed. */
function defaultIn(run: Run, element: FormElement, of: UiElement | undefined): Json | undefined {
  const isWhole = of === undefined || of.type === "" || ["parts", "section", "grid"].includes(element.kind);
  const found = attempt(run, () =>
    isWhole ? evaluated(run, element.defaultValue) : elementValue(run, of, {}),
  );
  return found.ok ? found.value : undefined;
}

/** Texts of an element, such as that of an information: evaluated, or null where that cannot be. */
function settingsIn(run: Run, settings: JsonObject): JsonObject {
  const one = (written: Json, depth: number): Json => {
    if (typeof written === "string") {
      const found = attempt(run, () => evaluated(run, written));
      return found.ok ? found.value : null;
    }
    return depth > 0 && isObject(written)
      ? Object.fromEntries(Object.entries(written).map(([key, value]) => [key, one(value, depth - 1)]))
      : written;
  };
  const texts = ["options", "placeholder", "subLabel", "min", "max", "multiLine", "multiselect"];
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key, texts.includes(key) ? one(value, 2) : value]),
  );
}

const MAX_RULES = 20;

interface Trying {
  readonly unsure: string[];
  /** Rules are about what was typed; whether something must be is another one. */
  readonly isEmpty: boolean;
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || value === "";
}

/** Who reads it need not know how Azure would have found out. */
function because(what: string, { code, message }: EvaluationFault): string {
  return code === "only_azure_knows" ? `${what}.` : `${what} (${message}).`;
}

/** The publisher's own rules: those by expression are decided here, patterns are the field's to try. */
function rulesIn(run: Run, { constraints }: FormElement, { unsure, isEmpty }: Trying) {
  const broken: string[] = [];
  const written = own(constraints, "validations");
  const validations = (isList(written) ? written : []).filter(isObject).slice(0, MAX_RULES);
  const message = (rule: JsonObject) =>
    textIn(run, (own(rule, "message") as string) ?? null) ?? "This is not allowed";
  for (const rule of validations) {
    const valid = own(rule, "isValid");
    if (valid === undefined || isEmpty) continue;
    const found = attempt(run, () => isYes(evaluated(run, valid)));
    if (!found.ok)
      unsure.push(because("Azure's portal would look whether it is allowed: Curfew cannot", found.fault));
    else if (!found.value) broken.push(message(rule));
  }
  const patterns = validations.flatMap((rule) => {
    const regex = patternIn(run, own(rule, "regex"));
    return regex === null ? [] : [{ regex, message: message(rule) }];
  });
  const regex = patternIn(run, own(constraints, "regex"));
  return {
    broken,
    constraints: {
      ...constraints,
      regex,
      validationMessage: textIn(run, (own(constraints, "validationMessage") as string) ?? null),
      validations: patterns,
    },
  };
}

/** `[a-z]+` begins like an expression and is none: what does not read as one is the pattern. */
function patternIn(run: Run, written: Json | undefined): string | null {
  if (typeof written !== "string") return null;
  if (!isExpression(written)) return written;
  const found = attempt(run, () => evaluated(run, written));
  if (found.ok) return typeof found.value === "string" ? found.value : null;
  return /^\[[A-Za-z]+\(.*\)\]$/.test(written) ? null : written;
}
