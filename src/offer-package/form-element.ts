/** A deployment form as a portal draws it: what each element becomes here, and what Azure would offer in its place. */
import type { Json, JsonObject } from "./json.ts";

export type FormElementKind =
  | "checkBox"
  | "dropDown"
  | "file"
  | "grid"
  | "info"
  | "jitConfigurator"
  | "list"
  | "options"
  | "parts"
  | "password"
  | "plain"
  | "section"
  | "slider"
  | "tags"
  | "text"
  | "textBlock"
  | "unseen";

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
  /** What may be chosen, or is suggested for a text; an expression's text where it is computed; null where nothing is. */
  readonly options: readonly FormOption[] | string | null;
  /** As written, without the allowed values. A `regex` in it is a stranger's pattern: run it nowhere unbounded. */
  readonly constraints: JsonObject;
  /** An expression's text where it depends on other elements. */
  readonly visible: boolean | string;
  /** What else belongs to this type, as written: the text of an information, the bounds of a slider. */
  readonly settings: JsonObject;
  /** Of a section; the fields that one of Azure's larger elements is asked by; the columns of a grid. */
  readonly elements: readonly FormElement[];
  /** What Azure's portal would offer here and is not offered, as a sentence; null where nothing is missing. */
  readonly note: string | null;
  /** Of a part: asked only while the part of that name beside it has one of these values. */
  readonly when: { readonly part: string; readonly is: readonly string[] } | null;
}

export interface FormOption {
  readonly label: string;
  readonly value: Json;
  readonly description: string | null;
}

/** Whether a part is asked, by the values of those beside it. */
export function isAsked({ when }: Pick<FormElement, "when">, beside: JsonObject): boolean {
  if (when === null) return true;
  const value = Object.hasOwn(beside, when.part) ? beside[when.part] : undefined;
  return typeof value === "string" && when.is.includes(value);
}
