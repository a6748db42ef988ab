/** A deployment form as a portal draws it: steps and elements in order, nothing evaluated and no pattern run. */
import { isList, isObject, type Json, type JsonObject, own, ownText } from "./json.ts";
import {
  elementsAmong,
  elementsIn,
  JIT_CONTROL,
  stepsOf,
  type UiDefinition,
  type UiElement,
} from "./ui-definition.ts";

export interface FormDescription {
  /** The basics first, under the name `basics`. */
  readonly steps: readonly FormStep[];
  readonly outputs: readonly string[];
}

export interface FormStep {
  readonly name: string;
  readonly label: string;
  readonly elements: readonly FormElement[];
}

export interface FormElement {
  readonly name: string;
  readonly type: string;
  readonly kind: FormElementKind;
  readonly label: string;
  readonly toolTip: string | null;
  /** An expression's text where the publisher left it to one. */
  readonly required: boolean | string;
  /** As written: it may be, or hold, expressions. */
  readonly defaultValue: Json;
  /** What may be chosen; an expression's text where it is computed; null where nothing is chosen. */
  readonly options: readonly FormOption[] | string | null;
  /** As written, without the allowed values. A `regex` in it is a stranger's pattern: run it nowhere unbounded. */
  readonly constraints: JsonObject;
  /** An expression's text where it depends on other elements. */
  readonly visible: boolean | string;
  /** What else belongs to this type, as written: the text of an information, the bounds of a slider. */
  readonly settings: JsonObject;
  /** Of a section. */
  readonly elements: readonly FormElement[];
}

export interface FormOption {
  readonly label: string;
  readonly value: Json;
  readonly description: string | null;
}

const KINDS = {
  "Microsoft.Common.CheckBox": "checkBox",
  "Microsoft.Common.DropDown": "dropDown",
  "Microsoft.Common.InfoBox": "info",
  "Microsoft.Common.OptionsGroup": "options",
  "Microsoft.Common.PasswordBox": "password",
  "Microsoft.Common.Section": "section",
  "Microsoft.Common.Slider": "slider",
  "Microsoft.Common.TextBlock": "textBlock",
  "Microsoft.Common.TextBox": "text",
  "Microsoft.Compute.UserNameTextBox": "text",
  [JIT_CONTROL]: "jitConfigurator",
} as const;

export type FormElementKind = (typeof KINDS)[keyof typeof KINDS] | "unsupported";

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
    kind: isKnown(element.type) ? KINDS[element.type] : "unsupported",
    label: captionOf(own(element, "label")) ?? element.name,
    toolTip: captionOf(own(element, "toolTip")),
    required: flagOf(own(others, "required"), false),
    defaultValue: own(element, "defaultValue") ?? null,
    options: optionsOf(allowedValues),
    constraints: others,
    visible: flagOf(own(element, "visible"), true),
    settings: Object.fromEntries(Object.entries(element).filter(([key]) => !DESCRIBED.includes(key))),
    elements: elementsIn(element).map(describeElement),
  };
}

function isKnown(type: string): type is keyof typeof KINDS {
  return Object.hasOwn(KINDS, type);
}

/** Some elements caption several fields: the first speaks for the element. */
function captionOf(value: Json | undefined): string | null {
  if (typeof value === "string") return value;
  const first = isObject(value) ? Object.values(value)[0] : undefined;
  return typeof first === "string" ? first : null;
}

function flagOf(value: Json | undefined, otherwise: boolean): boolean | string {
  return typeof value === "boolean" || typeof value === "string" ? value : otherwise;
}

function optionsOf(allowed: Json | undefined): readonly FormOption[] | string | null {
  if (typeof allowed === "string") return allowed;
  if (!isList(allowed)) return null;
  return allowed.filter(isObject).map((option) => ({
    label: ownText(option, "label") ?? String(own(option, "value") ?? ""),
    value: own(option, "value") ?? null,
    description: ownText(option, "description"),
  }));
}
