/** What was filled in: by step, then by element, sections within. Nothing given means that the form's default counts. */
import { type FormElement, type FormStep, isComputed, isJit, type Json, plain, rowsOf } from "./form.ts";

export type Values = { readonly [name: string]: Json };

/** Where a value stands: the step, then the names of sections and of the element. */
export type Path = readonly string[];

export function valueAt(values: Values, path: Path): Json | undefined {
  let at: Json | undefined = values;
  for (const name of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Values)[name];
  }
  return at;
}

/** Undefined takes it away. The rows of a grid are named by their numbers. */
export function withValue(values: Values, [name, ...rest]: Path, value: Json | undefined): Values {
  if (name === undefined) return values;
  const { [name]: before, ...others } = values;
  if (rest.length === 0) return value === undefined ? others : { ...others, [name]: value };
  const inside = typeof before === "object" && before !== null ? (before as Values) : {};
  const next = withValue(inside, rest, value);
  return { ...others, [name]: Array.isArray(before) ? Object.values(next) : next };
}

/** What fields begin with: the defaults that stand in the form as they are. */
export function firstValues(steps: readonly FormStep[]): Values {
  return Object.fromEntries(steps.map(({ name, elements }) => [name, defaultsOf(elements)]));
}

function defaultsOf(elements: readonly FormElement[]): Values {
  return Object.fromEntries(
    elements.flatMap((element): [string, Json][] => {
      if (isNested(element)) return [[element.name, defaultsOf(element.elements)]];
      const value = isJit(element) ? undefined : defaultOf(element);
      return value === undefined ? [] : [[element.name, value]];
    }),
  );
}

/** A choice's default is written as the label of one of its options; without one, a single choice takes the first. */
function defaultOf(element: FormElement): Json | undefined {
  const { kind, type, defaultValue, options, settings } = element;
  // A part's default is its value: it was not written by a publisher.
  if (type === "") return isComputed(defaultValue) ? undefined : (defaultValue ?? undefined);
  if (kind === "grid") return Array(rowsOf(element).least).fill({});
  if (kind === "dropDown" || kind === "options") {
    if (!Array.isArray(options) || isComputed(defaultValue)) return undefined;
    const labelled = (label: Json) =>
      options.find((option) => option.label === label || option.value === label)?.value;
    if (Array.isArray(defaultValue)) return defaultValue.flatMap((label) => labelled(label) ?? []);
    return labelled(defaultValue) ?? (settings.multiselect === true ? [] : options[0]?.value);
  }
  if (kind === "checkBox") return defaultValue === true;
  if (kind === "slider") return typeof defaultValue === "number" ? defaultValue : (settings.min ?? undefined);
  if (kind === "text") return plain(defaultValue) ?? undefined;
  return undefined;
}

/** Whether its value is an object of the values of what stands in it. */
export function isNested({ kind }: Pick<FormElement, "kind">): boolean {
  return kind === "section" || kind === "parts";
}

interface Place {
  readonly element: FormElement;
  readonly path: Path;
}

/** Every element that has a value, wherever it stands: in a section, in a larger element, in each row of a grid. */
function placesIn(steps: readonly FormStep[], values: Values): Place[] {
  const within = (elements: readonly FormElement[], path: Path): Place[] =>
    elements.flatMap((element) => {
      const at = [...path, element.name];
      if (isNested(element)) return within(element.elements, at);
      if (element.kind !== "grid") return [{ element, path: at }];
      const rows = valueAt(values, at);
      return (Array.isArray(rows) ? [...rows.keys()] : []).flatMap((row) =>
        within(element.elements, [...at, String(row)]),
      );
    });
  return steps.flatMap(({ name, elements }) => within(elements, [name]));
}

/** Every value of an element of these kinds. */
export function valuesOfKind(steps: readonly FormStep[], values: Values, kinds: readonly string[]): Json[] {
  return placesIn(steps, values).flatMap(({ element, path }) => {
    const value = kinds.includes(element.kind) ? valueAt(values, path) : undefined;
    return value === undefined ? [] : [value];
  });
}

/** What is nobody's to keep: passwords, keys in files, addresses that open something. */
export const SECRET_KINDS = ["password", "file"] as const;

/** What was filled in without its secrets, so that it may be kept while somebody is away. */
export function withoutSecrets(steps: readonly FormStep[], values: Values): Values {
  const secret = placesIn(steps, values).filter(({ element: { kind } }) =>
    (SECRET_KINDS as readonly string[]).includes(kind),
  );
  return secret.reduce(
    (at, { path }) => (valueAt(at, path) === undefined ? at : withValue(at, path, undefined)),
    values,
  );
}

/** The value of the JIT control, put wherever the form has it. */
export function withJit(steps: readonly FormStep[], values: Values, jit: Json): Values {
  return placesIn(steps, values).reduce(
    (at, { element, path }) => (isJit(element) ? withValue(at, path, jit) : at),
    values,
  );
}
