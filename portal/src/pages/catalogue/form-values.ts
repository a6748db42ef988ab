/** What was filled in: by step, then by element, sections within. Nothing given means that the form's default counts. */
import { type FormElement, type FormStep, isComputed, isJit, type Json, plain } from "./form.ts";

export type Values = { readonly [name: string]: Json };

/** Where a value stands: the step, then the names of sections and of the element. */
export type Path = readonly string[];

export function valueAt(values: Values, path: Path): Json | undefined {
  let at: Json | undefined = values;
  for (const name of path) {
    if (typeof at !== "object" || at === null || Array.isArray(at) || !Object.hasOwn(at, name))
      return undefined;
    at = (at as Values)[name];
  }
  return at;
}

/** Undefined takes it away. */
export function withValue(values: Values, [name, ...rest]: Path, value: Json | undefined): Values {
  if (name === undefined) return values;
  const { [name]: before, ...others } = values;
  if (rest.length === 0) return value === undefined ? others : { ...others, [name]: value };
  const inside =
    typeof before === "object" && before !== null && !Array.isArray(before) ? (before as Values) : {};
  return { ...others, [name]: withValue(inside, rest, value) };
}

/** What fields begin with: the defaults that stand in the form as they are. */
export function firstValues(steps: readonly FormStep[]): Values {
  return Object.fromEntries(steps.map(({ name, elements }) => [name, defaultsOf(elements)]));
}

function defaultsOf(elements: readonly FormElement[]): Values {
  return Object.fromEntries(
    elements.flatMap((element): [string, Json][] => {
      if (element.kind === "section") return [[element.name, defaultsOf(element.elements)]];
      const value = isJit(element) ? undefined : defaultOf(element);
      return value === undefined ? [] : [[element.name, value]];
    }),
  );
}

/** A choice's default is written as the label of one of its options; without one, a single choice takes the first. */
function defaultOf({ kind, defaultValue, options, settings }: FormElement): Json | undefined {
  if (kind === "dropDown" || kind === "options") {
    if (!Array.isArray(options) || isComputed(defaultValue)) return undefined;
    const labelled = (label: Json) => options.find((option) => option.label === label)?.value;
    if (Array.isArray(defaultValue)) return defaultValue.flatMap((label) => labelled(label) ?? []);
    return labelled(defaultValue) ?? (settings.multiselect === true ? [] : options[0]?.value);
  }
  if (kind === "checkBox") return defaultValue === true;
  if (kind === "slider") return typeof defaultValue === "number" ? defaultValue : (settings.min ?? undefined);
  if (kind === "text") return plain(defaultValue) ?? undefined;
  return undefined;
}

/** Every value of an element of this kind, wherever it stands. */
export function valuesOfKind(steps: readonly FormStep[], values: Values, kind: string): Json[] {
  const within = (elements: readonly FormElement[], path: Path): Json[] =>
    elements.flatMap((element) => {
      const at = [...path, element.name];
      if (element.kind === "section") return within(element.elements, at);
      const value = element.kind === kind ? valueAt(values, at) : undefined;
      return value === undefined ? [] : [value];
    });
  return steps.flatMap(({ name, elements }) => within(elements, [name]));
}

/** Everything but the values of elements of this kind. */
export function withoutKind(steps: readonly FormStep[], values: Values, kind: string): Values {
  const without = (from: Values, elements: readonly FormElement[], path: Path): Values =>
    elements.reduce((at, element) => {
      const here = [...path, element.name];
      if (element.kind === "section") return without(at, element.elements, here);
      return element.kind === kind ? withValue(at, here, undefined) : at;
    }, from);
  return steps.reduce((at, { name, elements }) => without(at, elements, [name]), values);
}

/** The value of the JIT control, put wherever the form has it. */
export function withJit(steps: readonly FormStep[], values: Values, jit: Json): Values {
  const put = (into: Values, elements: readonly FormElement[], path: Path): Values =>
    elements.reduce((at, element) => {
      const here = [...path, element.name];
      if (element.kind === "section") return put(at, element.elements, here);
      return isJit(element) ? withValue(at, here, jit) : at;
    }, into);
  return steps.reduce((at, { name, elements }) => put(at, elements, [name]), values);
}
