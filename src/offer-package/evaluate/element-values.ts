/** The values of elements: what was given, else the default; nothing where an element is hidden. */

import type { PartsForm } from "../element-words.ts";
import { isUnseen, partsFormOf } from "../elements.ts";
import { type FormElement, isAsked } from "../form-element.ts";
import { isList, isObject, type Json, type JsonObject, own, ownText } from "../json.ts";
import { shown } from "../shown.ts";
import {
  elementsAmong,
  elementsIn,
  JIT_CONTROL,
  SECTION,
  stepsOf,
  type UiElement,
} from "../ui-definition.ts";
import { JIT_CONTROL_DEFAULT, withBothSpellings } from "./jit-control.ts";
import { attempt, EvaluationFault, PENDING, type Run, spend, step } from "./run.ts";

/** The value of a step, section or element, and how many of the names lead there; a name of nothing has no value. */
export function readElement(
  run: Run,
  stepName: string | null,
  names: readonly string[],
): { readonly value: Json; readonly used: number } {
  let inside: Inside | null = stepName === null ? basicsOf(run) : stepCalled(run, stepName);
  if (inside === null) return { value: null, used: names.length };
  for (const [at, name] of names.entries()) {
    const element: UiElement | undefined = inside.elements.find((one) => one.name === name);
    spend(run, inside.elements.length);
    if (element === undefined) return { value: null, used: at + 1 };
    if (!isVisible(run, element)) return { value: null, used: at + 1 };
    if (element.type !== SECTION) return { value: elementValue(run, element, inside.given), used: at + 1 };
    inside = { elements: elementsIn(element), given: ownObject(inside.given, name) };
  }
  return { value: whole(run, inside), used: names.length };
}

interface Inside {
  readonly elements: readonly UiElement[];
  readonly given: JsonObject;
}

function basicsOf({ definition, given }: Run): Inside {
  return { elements: elementsAmong(definition.parameters.basics), given: given.basics };
}

function stepCalled({ definition, given }: Run, name: string): Inside | null {
  const found = stepsOf(definition.parameters).find((one) => one.name === name);
  if (found === undefined) return null;
  return { elements: elementsAmong(found.elements), given: ownObject(given.steps, name) };
}

function ownObject(given: JsonObject, name: string): JsonObject {
  const value = own(given, name);
  return isObject(value) ? value : {};
}

function whole(run: Run, { elements, given }: Inside): Json {
  spend(run, elements.length);
  return step(run, () =>
    Object.fromEntries(
      elements.map((element) => {
        if (!isVisible(run, element)) return [element.name, null];
        if (element.type !== SECTION) return [element.name, elementValue(run, element, given)];
        return [
          element.name,
          whole(run, { elements: elementsIn(element), given: ownObject(given, element.name) }),
        ];
      }),
    ),
  );
}

/** Where only Azure knows whether it is shown, it is: what somebody typed into it counts. */
function isVisible(run: Run, element: UiElement): boolean {
  const found = attempt(run, () => visibilityOf(run, element));
  if (!found.ok && found.fault.code !== "only_azure_knows") throw found.fault;
  return !found.ok || found.value;
}

/** Refuses to take what only Azure knows for nothing: "not there" would decide it the other way round as often as not. */
export function visibilityOf(run: Run, element: UiElement): boolean {
  return once(run, run.visible, element, () => {
    const before = run.isStrict;
    run.isStrict = true;
    try {
      const visible = run.evaluate(own(element, "visible") ?? true);
      return visible !== null && visible !== false && visible !== "false";
    } finally {
      run.isStrict = before;
    }
  });
}

export function elementValue(run: Run, element: UiElement, given: JsonObject): Json {
  // INVARIANT: what a consumer gave is data. It is returned as it is and never passes `run.evaluate`.
  const found = own(given, element.name);
  const form = partsFormOf(element);
  if (form !== null && isObject(found))
    return once(run, run.values, element, () => completed(run, element, form, found));
  if (found !== undefined && !isSilent(element))
    return element.type === JIT_CONTROL ? withBothSpellings(found) : found;
  if (run.isStrict && isUnseen(element))
    throw new EvaluationFault("only_azure_knows", `only Azure knows what ${shown(element.name)} is`);
  return once(run, run.values, element, () => defaultOf(run, element));
}

/** One that is asked by several fields: what was left empty has its default, and Azure's own additions are made. */
function completed(run: Run, element: UiElement, form: PartsForm, found: JsonObject): Json {
  const value = partsOf(run, form.parts(element), found);
  return form.completed?.(value, element, own(run.given.resourceGroup, "name") ?? null) ?? value;
}

function partsOf(run: Run, parts: readonly FormElement[], found: JsonObject): JsonObject {
  spend(run, parts.length + Object.keys(found).length);
  const filled: Record<string, Json> = { ...found };
  for (const part of parts) {
    const { name, defaultValue, elements } = part;
    const here = own(found, name);
    if (!isAsked(part, filled)) delete filled[name];
    else if (part.kind === "section") filled[name] = partsOf(run, elements, isObject(here) ? here : {});
    else if (here === undefined && defaultValue !== null) filled[name] = run.evaluate(defaultValue);
  }
  return filled;
}

/** Elements that only say something have no value. */
function isSilent({ type }: UiElement): boolean {
  return type === "Microsoft.Common.TextBlock" || type === "Microsoft.Common.InfoBox";
}

function defaultOf(run: Run, element: UiElement): Json {
  if (isSilent(element)) return null;
  const written = own(element, "defaultValue");
  const value = written === undefined ? null : run.evaluate(written);
  switch (element.type) {
    case JIT_CONTROL:
      return value === null ? JIT_CONTROL_DEFAULT : withBothSpellings(value);
    case "Microsoft.Common.CheckBox":
      return value ?? false;
    case "Microsoft.Common.DropDown":
    case "Microsoft.Common.OptionsGroup":
      return isList(value) ? value.map((one) => chosen(run, element, one)) : chosen(run, element, value);
    default:
      return value;
  }
}

/** A default is written as the label of an allowed value; without one the first is selected, unless several may be. */
function chosen(run: Run, element: UiElement, label: Json): Json {
  const options = allowedIn(run, element);
  spend(run, options.length);
  if (label === null && own(element, "multiselect") === true) return null;
  const option = label === null ? options[0] : options.find((one) => ownText(one, "label") === label);
  return option === undefined ? label : (own(option, "value") ?? null);
}

function allowedIn(run: Run, element: UiElement): readonly JsonObject[] {
  const constraints = own(element, "constraints");
  const written = isObject(constraints) ? own(constraints, "allowedValues") : undefined;
  if (typeof written !== "string") return isList(written) ? written.filter(isObject) : [];
  const found = attempt(run, () => run.evaluate(written));
  if (!found.ok && run.isStrict) throw found.fault;
  return found.ok && isList(found.value) ? found.value.filter(isObject) : [];
}

function once<T>(run: Run, known: Map<UiElement, T | typeof PENDING>, element: UiElement, find: () => T): T {
  const found = known.get(element);
  if (found === PENDING)
    throw new EvaluationFault(
      "circular",
      `the element ${shown(element.name)} depends on itself; break the circle`,
    );
  if (found !== undefined) return found;
  known.set(element, PENDING);
  try {
    const value = step(run, find);
    known.set(element, value);
    return value;
  } finally {
    // Another question about the same form may still find it.
    if (known.get(element) === PENDING) known.delete(element);
  }
}
