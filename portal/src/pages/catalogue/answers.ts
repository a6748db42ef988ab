/** What was filled in, by the labels of the publisher's own form. */
import { REVIEW } from "../../words/review.ts";
import { type FormElement, type FormStep, isJit, type Json, plain } from "./form.ts";
import { type Path, type Values, valueAt } from "./form-values.ts";

/** In the order of the form; what was left empty, and what no choice was asked for, is left out. */
export function answersOf(steps: readonly FormStep[], values: Values): [label: string, words: string][] {
  return steps.flatMap(({ name, elements }) => answersIn(elements, [name], values));
}

function answersIn(elements: readonly FormElement[], path: Path, values: Values): [string, string][] {
  return elements
    .filter((element) => element.visible !== false && !isJit(element))
    .flatMap((element): [string, string][] => {
      const at = [...path, element.name];
      if (element.kind === "section") return answersIn(element.elements, at, values);
      const value = valueAt(values, at);
      if (value === undefined || value === "") return [];
      return [[plain(element.label) ?? element.name, answerWords(element, value)]];
    });
}

/** A choice by its label, a tick as yes or no, an amount with its unit; a password never. */
function answerWords(element: FormElement, value: Json): string {
  if (element.kind === "password") return REVIEW.secret;
  if (typeof value === "boolean") return value ? REVIEW.yes : REVIEW.no;
  if (Array.isArray(value))
    return value.length === 0 ? REVIEW.nothing : value.map((one) => answerWords(element, one)).join(", ");
  const { options, settings } = element;
  const option = Array.isArray(options)
    ? options.find((one) => JSON.stringify(one.value) === JSON.stringify(value))
    : undefined;
  if (option !== undefined) return option.label;
  if (typeof value === "object" && value !== null)
    return Object.values(value)
      .map((part) => answerWords(element, part))
      .join(", ");
  const unit = typeof value === "number" ? plain(settings.subLabel) : null;
  return `${value ?? REVIEW.nothing}${unit === null ? "" : ` ${unit}`}`;
}
