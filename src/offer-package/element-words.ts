/** How what an element says of itself is read, and how one of its parts is written down. */
import type { FormElement, FormElementKind, FormOption } from "./form-element.ts";
import { isList, isObject, type Json, type JsonObject, own, ownText } from "./json.ts";
import type { UiElement } from "./ui-definition.ts";

/** What a type adds to the description of its element. */
export type FieldForm = { readonly kind: FormElementKind } & Partial<
  Pick<FormElement, "label" | "note" | "elements" | "options" | "constraints" | "required" | "defaultValue">
>;

export interface PartsForm {
  /** What stands over its fields: which of several captions says it, and the words where none does. */
  readonly title: readonly [key: string, otherwise: string];
  readonly parts: (element: UiElement) => readonly FormElement[];
  readonly note?: string;
  /** What was filled in, with what Azure adds to it. `resourceGroup`: where the application is deployed. */
  readonly completed?: (value: JsonObject, element: UiElement, resourceGroup: Json) => JsonObject;
}

export function part(name: string, label: string, more: Partial<FormElement>): FormElement {
  return {
    name,
    type: "",
    kind: "text",
    label,
    toolTip: null,
    required: false,
    defaultValue: null,
    options: null,
    constraints: {},
    visible: true,
    settings: {},
    elements: [],
    note: null,
    when: null,
    ...more,
  };
}

/** One of few words, each with its label. */
export function choice(
  name: string,
  label: string,
  words: Readonly<Record<string, string>>,
  more: Partial<FormElement> = {},
): FormElement {
  const options = Object.entries(words).map(([value, of]) => ({ label: of, value, description: null }));
  return part(name, label, {
    kind: "options",
    options,
    required: true,
    defaultValue: options[0]?.value ?? null,
    ...more,
  });
}

/** Some elements caption several fields: the first speaks for the element. */
export function captionOf(value: Json | undefined): string | null {
  if (typeof value === "string") return value;
  const first = isObject(value) ? Object.values(value)[0] : undefined;
  return typeof first === "string" ? first : null;
}

/** One of several captions of an element: `label` or `toolTip`. */
export function labelOf(element: UiElement, key: string, of: "label" | "toolTip" = "label"): string | null {
  const written = own(element, of);
  return isObject(written) ? ownText(written, key) : null;
}

export function within(element: UiElement, of: "constraints" | "options" | "defaultValue", key: string) {
  const object = own(element, of);
  return isObject(object) ? own(object, key) : undefined;
}

export function textsIn(value: Json | undefined): readonly string[] {
  return isList(value) ? value.filter((one) => typeof one === "string") : [];
}

export function chosenFrom(allowed: Json | undefined): readonly FormOption[] | string | null {
  if (typeof allowed === "string") return allowed;
  if (!isList(allowed)) return null;
  return allowed.filter(isObject).map((option) => ({
    label: ownText(option, "label") ?? String(own(option, "value") ?? ""),
    value: own(option, "value") ?? null,
    description: ownText(option, "description"),
  }));
}

export function pattern(regex: string, validationMessage: string): JsonObject {
  return { regex, validationMessage };
}

const EXISTING = { when: { part: "newOrExisting", is: ["existing"] } } as const;
const NEW_OR_EXISTING = { new: "New", existing: "One that exists" };

/** Of one that is made or found: which, and where the other is. */
export function newOrExisting(element: UiElement): readonly FormElement[] {
  return [
    choice(
      "newOrExisting",
      "New or existing",
      within(element, "options", "hideExisting") === true ? { new: "New" } : NEW_OR_EXISTING,
    ),
    part("resourceGroup", "Its resource group", { required: true, ...EXISTING }),
  ];
}

/** Of one that is new: it comes to where the application is deployed. */
export function besideIt(value: JsonObject, resourceGroup: Json): JsonObject {
  return ownText(value, "resourceGroup") === null ? { ...value, resourceGroup } : value;
}

/** It is asked for unless the publisher said otherwise, by an expression perhaps. */
export function requiredOf(element: UiElement): boolean | string {
  const required = within(element, "constraints", "required");
  return typeof required === "boolean" || typeof required === "string" ? required : true;
}
