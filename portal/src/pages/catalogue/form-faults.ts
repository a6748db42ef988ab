/** What a publisher's form demands of its fields, as sentences by field. Hidden and computed things are the server's. */
import { matches } from "./bounded-pattern.ts";
import { type FormElement, type FormStep, type Json, optionOf, plain } from "./form.ts";
import { type Path, type Values, valueAt } from "./form-values.ts";

/** By `keyOf(path)`. */
export type Faults = Readonly<Record<string, string>>;

export function keyOf(path: Path): string {
  return path.join("/");
}

/** `confirmed`: passwords typed once more, by field. */
export function faultsIn(
  { name, elements }: FormStep,
  values: Values,
  confirmed: Readonly<Record<string, string>>,
): Faults {
  return Object.fromEntries(within(elements, [name], values, confirmed));
}

function within(
  elements: readonly FormElement[],
  path: Path,
  values: Values,
  confirmed: Readonly<Record<string, string>>,
): [string, string][] {
  return elements.flatMap((element): [string, string][] => {
    // Whether it is needed at all is an expression's to say.
    if (element.visible === false || typeof element.visible === "string") return [];
    const at = [...path, element.name];
    if (element.kind === "section") return within(element.elements, at, values, confirmed);
    const fault = faultOf(element, valueAt(values, at) ?? null, confirmed[keyOf(at)] ?? "");
    return fault === null ? [] : [[keyOf(at), fault]];
  });
}

function faultOf(element: FormElement, value: Json, confirmed: string): string | null {
  const { kind, label, required, constraints } = element;
  if (!["text", "password", "dropDown", "options", "checkBox", "slider"].includes(kind)) return null;
  const empty =
    value === null || value === "" || value === false || (Array.isArray(value) && value.length === 0);
  if (empty) return required === true && canBeFilled(element) ? `${label} is needed` : null;
  if (kind === "slider") return rangeFault(element, value);
  if (typeof value !== "string" || (kind !== "text" && kind !== "password")) return null;
  if (kind === "password" && asksTwice(element) && confirmed !== value)
    return "The two passwords are not the same";
  const pattern = plainPattern(constraints.regex);
  if (pattern !== null && matches(pattern, value) === false)
    return plain(constraints.validationMessage) ?? `This must match ${pattern}`;
  return validationFault(constraints.validations, value);
}

/** A default that is computed, or choices that are, cannot be given here. */
function canBeFilled({ defaultValue, options, kind }: FormElement): boolean {
  if (kind === "dropDown" || kind === "options") return Array.isArray(options);
  return plain(defaultValue) !== null || typeof defaultValue !== "string";
}

export function asksTwice(element: FormElement): boolean {
  return optionOf(element, "hideConfirmation") !== true;
}

function rangeFault({ settings, label }: FormElement, value: Json): string | null {
  const { min, max } = settings;
  if (typeof value !== "number") return `${label} is a number`;
  if (typeof min === "number" && value < min) return `At least ${min}`;
  return typeof max === "number" && value > max ? `At most ${max}` : null;
}

function validationFault(validations: Json | undefined, value: string): string | null {
  if (!Array.isArray(validations)) return null;
  for (const one of validations as readonly Json[]) {
    if (typeof one !== "object" || one === null || Array.isArray(one)) continue;
    const { regex, message } = one as { regex?: Json; message?: Json };
    const pattern = plainPattern(regex);
    if (pattern !== null && matches(pattern, value) === false)
      return plain(message) ?? `This must match ${pattern}`;
  }
  return null;
}

/** `[a-z]+` begins like an expression and is none: a pattern that only looks like one is told by what is in it. */
function plainPattern(regex: Json | undefined): string | null {
  if (typeof regex !== "string") return null;
  return /^\[[A-Za-z]+\(.*\)\]$/.test(regex) ? null : regex;
}
