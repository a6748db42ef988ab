/** What was filled in, by the labels of the publisher's own form. */
import { isAsked } from "../../../../src/offer-package/live-form.ts";
import { FORM } from "../../words/form.ts";
import { REVIEW } from "../../words/review.ts";
import { isJit, isObject, type Json, type LiveElement, type LiveStep } from "./form.ts";
import { type Path, SECRET_KINDS, type Values, valueAt } from "./form-values.ts";

type Answer = [label: string, words: string];

/** In the order of the form; what was left empty, and what no choice was asked for, is left out. */
export function answersOf(steps: readonly Pick<LiveStep, "name" | "elements">[], values: Values): Answer[] {
  return steps.flatMap(({ name, elements }) => answersIn(elements, [name], values));
}

/** `of`: the larger element that these are fields of, or the row. */
function answersIn(elements: readonly LiveElement[], path: Path, values: Values, of?: string): Answer[] {
  const beside = valueAt(values, path);
  return elements
    .filter(
      (element) => element.visible && !isJit(element) && isAsked(element, isObject(beside) ? beside : {}),
    )
    .flatMap((element): Answer[] => {
      const at = [...path, element.name];
      const { kind, label } = element;
      if (kind === "section") return answersIn(element.elements, at, values, of === undefined ? of : label);
      if (kind === "parts") return answersIn(element.elements, at, values, label);
      const value = valueAt(values, at);
      if (kind === "grid" && Array.isArray(value))
        return value.flatMap((_, row) =>
          answersIn(element.elements, [...at, String(row)], values, `${label}, ${FORM.row(row + 1)}`),
        );
      if (value === undefined || value === "") return [];
      return [[of === undefined ? label : `${of}: ${label}`, answerWords(element, value)]];
    });
}

/** A choice by its label, a tick as yes or no, an amount with its unit; a secret never. */
function answerWords(element: LiveElement, value: Json): string {
  const { kind, options, settings } = element;
  if ((SECRET_KINDS as readonly string[]).includes(kind)) return REVIEW.secret;
  if (typeof value === "boolean") return value ? REVIEW.yes : REVIEW.no;
  const option = options?.find((one) => JSON.stringify(one.value) === JSON.stringify(value));
  if (option !== undefined) return option.label;
  if (Array.isArray(value))
    return value.length === 0 ? REVIEW.nothing : value.map((one) => answerWords(element, one)).join(", ");
  if (isObject(value))
    return Object.entries(value)
      .map(([name, part]) => `${kind === "tags" ? `${name}=` : ""}${answerWords(element, part)}`)
      .join(", ");
  const unit = typeof value === "number" && typeof settings.subLabel === "string" ? settings.subLabel : null;
  return `${value ?? REVIEW.nothing}${unit === null ? "" : ` ${unit}`}`;
}
