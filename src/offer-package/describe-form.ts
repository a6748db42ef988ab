/** A deployment form as a portal draws it: steps and elements in order, nothing evaluated and no pattern run. */
import { captionOf, chosenFrom } from "./element-words.ts";
import { fieldOf } from "./elements.ts";
import type { FormElement, FormStep } from "./form-element.ts";
import { isObject, type Json, own, ownText } from "./json.ts";
import { elementsAmong, elementsIn, stepsOf, type UiDefinition, type UiElement } from "./ui-definition.ts";

export interface FormDescription {
  /** The basics first, under the name `basics`. */
  readonly steps: readonly FormStep[];
  readonly outputs: readonly string[];
}

export function describeForm({ parameters }: UiDefinition): FormDescription {
  const basics = {
    name: "basics",
    label: "Basics",
    elements: elementsAmong(parameters.basics).map(describeElement),
  };
  const steps = stepsOf(parameters).map((step) => ({
    name: step.name,
    label: ownText(step, "label") ?? step.name,
    elements: elementsAmong(step.elements).map(describeElement),
  }));
  return { steps: [basics, ...steps], outputs: Object.keys(parameters.outputs) };
}

const DESCRIBED = ["name", "type", "label", "toolTip", "defaultValue", "constraints", "visible", "elements"];

function describeElement(element: UiElement): FormElement {
  const constraints = own(element, "constraints");
  const { allowedValues, ...others } = isObject(constraints) ? constraints : {};
  return {
    name: element.name,
    type: element.type,
    label: captionOf(own(element, "label")) ?? element.name,
    toolTip: captionOf(own(element, "toolTip")),
    required: flagOf(own(others, "required"), false),
    defaultValue: own(element, "defaultValue") ?? null,
    options: chosenFrom(allowedValues),
    constraints: others,
    visible: flagOf(own(element, "visible"), true),
    settings: Object.fromEntries(Object.entries(element).filter(([key]) => !DESCRIBED.includes(key))),
    elements: elementsIn(element).map(describeElement),
    note: null,
    when: null,
    ...fieldOf(element),
  };
}

function flagOf(value: Json | undefined, otherwise: boolean): boolean | string {
  return typeof value === "boolean" || typeof value === "string" ? value : otherwise;
}

/** Every element that is not drawn as Azure draws it, with what it becomes: where it stands, and the sentence. */
export function notesIn({ steps }: Pick<FormDescription, "steps">): readonly { at: string; note: string }[] {
  const notesOf = (elements: readonly FormElement[], path: string): { at: string; note: string }[] =>
    elements.flatMap(({ name, note, elements: inside }) => [
      ...(note === null ? [] : [{ at: `${path}.${name}`, note }]),
      ...notesOf(inside, `${path}.${name}`),
    ]);
  return steps.flatMap(({ name, elements }) => notesOf(elements, name));
}
