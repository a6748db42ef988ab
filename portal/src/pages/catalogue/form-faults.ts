/** What a publisher's form demands of its fields, as sentences by field. What is hidden demands nothing. */
import { isAsked } from "../../../../src/offer-package/live-form.ts";
import { FORM } from "../../words/form.ts";
import { matches } from "./bounded-pattern.ts";
import { isObject, type Json, type LiveElement, type LiveStep, optionOf, rowsOf } from "./form.ts";
import { isNested, type Path, type Values, valueAt } from "./form-values.ts";

/** By `keyOf(path)`. */
export type Faults = Readonly<Record<string, string>>;

export function keyOf(path: Path): string {
  return path.join("/");
}

/** `confirmed`: passwords typed once more, by field. */
export function faultsIn(
  { name, elements }: Pick<LiveStep, "name" | "elements">,
  values: Values,
  confirmed: Readonly<Record<string, string>>,
): Faults {
  return Object.fromEntries(within(elements, [name], { values, confirmed }));
}

interface Typed {
  readonly values: Values;
  readonly confirmed: Readonly<Record<string, string>>;
}

function within(elements: readonly LiveElement[], path: Path, typed: Typed): [string, string][] {
  const beside = valueAt(typed.values, path);
  return elements.flatMap((element): [string, string][] => {
    if (!element.visible || !isAsked(element, isObject(beside) ? beside : {})) return [];
    const at = [...path, element.name];
    if (isNested(element)) return [...brokenAt(element, at), ...within(element.elements, at, typed)];
    const value = valueAt(typed.values, at) ?? null;
    if (element.kind === "grid") return gridFaults(element, value, at, typed);
    const fault = faultOf(element, value, typed.confirmed[keyOf(at)] ?? "");
    return fault === null ? [] : [[keyOf(at), fault]];
  });
}

function brokenAt({ broken }: LiveElement, at: Path): [string, string][] {
  return broken[0] === undefined ? [] : [[keyOf(at), broken[0]]];
}

function gridFaults(element: LiveElement, value: Json, at: Path, typed: Typed): [string, string][] {
  const rows = Array.isArray(value) ? value : [];
  const { least } = rowsOf(element);
  return [
    ...(rows.length < least ? [[keyOf(at), FORM.fewRows(least)] as [string, string]] : brokenAt(element, at)),
    ...rows.flatMap((_, row) => within(element.elements, [...at, String(row)], typed)),
  ];
}

const SILENT = ["textBlock", "info", "jitConfigurator", "unseen"];

function faultOf(element: LiveElement, value: Json, confirmed: string): string | null {
  const { kind, label, required, broken } = element;
  if (SILENT.includes(kind)) return null;
  const empty =
    value === null || value === "" || value === false || (Array.isArray(value) && value.length === 0);
  // Left empty, the form's own default counts: but only where it is known to come to something.
  if (empty && required && (value !== null || isNothing(element))) return FORM.needed(label);
  if (empty) return null;
  return (
    goneFault(element, value) ??
    (kind === "slider" ? rangeFault(element, value) : null) ??
    (kind === "password" && asksTwice(element) && confirmed !== value ? FORM.passwordsDiffer : null) ??
    (kind === "plain" && typeof value === "string" && /^\s*[{[]/.test(value) ? FORM.noJson : null) ??
    textsOf(element, value).reduce<string | null>(
      (fault, text) => fault ?? patternFault(element, text),
      null,
    ) ??
    broken[0] ??
    null
  );
}

/** Whether a field left as it is comes to nothing. Of a choice that only Azure could offer nothing is known. */
function isNothing({ kind, defaultValue }: LiveElement): boolean {
  if (defaultValue === undefined) return kind !== "text";
  return defaultValue === null || defaultValue === "" || defaultValue === false;
}

/** What is chosen is offered no more: other answers have changed what there is. */
function goneFault({ options, kind }: LiveElement, value: Json): string | null {
  if (options === null || (kind !== "dropDown" && kind !== "options")) return null;
  const offered = new Set(options.map((option) => JSON.stringify(option.value)));
  const chosen = Array.isArray(value) ? value : [value];
  return chosen.every((one) => offered.has(JSON.stringify(one))) ? null : FORM.chooseAgain;
}

/** What patterns are tried on: what was typed, each of several, and never a file. */
function textsOf({ kind }: LiveElement, value: Json): readonly string[] {
  if (typeof value === "string") return kind === "file" ? [] : [value];
  return kind === "list" && Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

export function asksTwice(element: LiveElement): boolean {
  return optionOf(element, "hideConfirmation") !== true;
}

function rangeFault({ settings, label }: LiveElement, value: Json): string | null {
  const { min, max } = settings;
  if (typeof value !== "number") return FORM.noNumber(label);
  if (typeof min === "number" && value < min) return FORM.atLeast(min);
  return typeof max === "number" && value > max ? FORM.atMost(max) : null;
}

function patternFault({ constraints }: LiveElement, text: string): string | null {
  const { regex, validationMessage, validations } = constraints;
  const rules: readonly Json[] = [
    { regex: regex ?? null, message: validationMessage ?? null },
    ...(Array.isArray(validations) ? validations : []),
  ];
  for (const rule of rules) {
    if (!isObject(rule) || typeof rule.regex !== "string" || matches(rule.regex, text) !== false) continue;
    return typeof rule.message === "string" ? rule.message : FORM.mustMatch(rule.regex);
  }
  return null;
}
