/** OCSF's own schema, as published: attributes, their types, what is required, closed numbers, constraints. Null where it is not there. */
import { existsSync, globSync, readFileSync } from "node:fs";

const ROOT = new URL("../../../shared/reference/ocsf-1.8.0/", import.meta.url).pathname;

export const NO_SCHEMA = existsSync(ROOT)
  ? false
  : "OCSF's schema is not beside this repository (../shared/reference/ocsf-1.8.0)";

type Said = Readonly<Record<string, unknown>>;

interface Definition {
  readonly name: string;
  readonly uid?: number;
  readonly category?: string;
  readonly extends?: string;
  readonly attributes: Readonly<Record<string, Said>>;
  readonly constraints?: { readonly at_least_one?: string[]; readonly just_one?: string[] };
}

/** What is wrong with an event by the schema, each with its path; empty when nothing is. */
export function faultsOf(event: Said): string[] {
  const schema = load();
  const found = [...schema.events.values()].find(
    (one) =>
      classUid(schema, one) === event.class_uid && (one.uid !== undefined || one.name === "base_event"),
  );
  if (found === undefined) return [`class_uid: ${event.class_uid} is no class of the schema`];
  const faults = faultsIn(schema, { definition: found, from: schema.events }, event, "");
  if (event.type_uid !== Number(event.class_uid) * 100 + Number(event.activity_id))
    faults.push("type_uid: not class_uid * 100 + activity_id");
  if (event.category_uid !== Math.floor(Number(event.class_uid) / 1_000))
    faults.push("category_uid: not the category of the class");
  return faults;
}

interface Schema {
  readonly attributes: Readonly<Record<string, Said>>;
  readonly types: Readonly<Record<string, Said>>;
  readonly categories: Readonly<Record<string, { readonly uid: number }>>;
  readonly events: ReadonlyMap<string, Definition>;
  readonly objects: ReadonlyMap<string, Definition>;
  /** Every number that a type, an object or an attribute has as something to be observed. */
  readonly observables: ReadonlySet<number>;
}

interface Kind {
  readonly definition: Definition;
  readonly from: ReadonlyMap<string, Definition>;
}

let loaded: Schema | null = null;

function load(): Schema {
  if (loaded !== null) return loaded;
  const dictionary = read<{ attributes: Schema["attributes"]; types: { attributes: Schema["types"] } }>(
    "dictionary.json",
  );
  const objects = all("objects");
  const observed = [
    ...Object.values(dictionary.types.attributes),
    ...objects.values(),
    ...[...objects.values()].flatMap(({ attributes }) => Object.values(attributes)),
  ].map((one) => (one as { readonly observable?: unknown }).observable);
  loaded = {
    attributes: dictionary.attributes,
    types: dictionary.types.attributes,
    categories: read<{ attributes: Schema["categories"] }>("categories.json").attributes,
    events: all("events"),
    objects,
    observables: new Set(observed.filter((one) => typeof one === "number")),
  };
  return loaded;
}

function all(folder: string): Map<string, Definition> {
  const files = globSync(`${folder}/**/*.json`, { cwd: ROOT });
  return new Map(files.map((file) => read<Definition>(file)).map((one) => [one.name, one]));
}

function read<T>(file: string): T {
  return JSON.parse(readFileSync(`${ROOT}${file}`, "utf8")) as T;
}

/** From the most general to the class itself. */
function lineage({ definition, from }: Kind): Definition[] {
  const { extends: above } = definition;
  const parent = above === undefined ? undefined : from.get(above);
  return parent === undefined ? [definition] : [...lineage({ definition: parent, from }), definition];
}

function classUid(schema: Schema, definition: Definition): number {
  const named = lineage({ definition, from: schema.events }).findLast(
    ({ category }) => category !== undefined,
  );
  const category = schema.categories[named?.category ?? ""]?.uid ?? 0;
  return category * 1_000 + (definition.uid ?? 0);
}

/** With what the dictionary says of each, and no attribute of a profile that the event does not name. */
function attributesOf(schema: Schema, kind: Kind): Map<string, Said> {
  const found = new Map<string, Said>();
  for (const { attributes } of lineage(kind))
    for (const [name, own] of Object.entries(attributes)) {
      if (name === "$include") continue;
      const before = found.get(name) ?? schema.attributes[name] ?? {};
      const numbers = { ...(before.enum as Said | undefined), ...(own.enum as Said | undefined) };
      found.set(name, { ...before, ...own, ...(Object.keys(numbers).length > 0 ? { enum: numbers } : {}) });
    }
  return found;
}

function faultsIn(schema: Schema, kind: Kind, value: Said, path: string): string[] {
  const attributes = attributesOf(schema, kind);
  const at = (name: string) => (path === "" ? name : `${path}.${name}`);
  const missing = [...attributes]
    .filter(([name, { requirement }]) => requirement === "required" && value[name] === undefined)
    .map(([name]) => `${at(name)}: required, and not there`);
  const wrong = Object.entries(value).flatMap(([name, one]) => {
    const attribute = attributes.get(name);
    if (attribute === undefined) return [`${at(name)}: no attribute of \`${kind.definition.name}\``];
    if (attribute["@deprecated"] !== undefined) return [`${at(name)}: deprecated`];
    // What the schema's own compiler fills in: the numbers of the class, and of all that can be observed.
    if (path === "" && ["class_uid", "category_uid"].includes(name)) return [];
    if (kind.definition.name === "observable" && name === "type_id")
      return schema.observables.has(Number(one)) ? [] : [`${at(name)}: ${one} is nothing to be observed`];
    if (attribute.is_array !== true) return faultsOfValue(schema, attribute, one, at(name));
    if (!Array.isArray(one)) return [`${at(name)}: not a list`];
    return one.flatMap((item, index) => faultsOfValue(schema, attribute, item, `${at(name)}[${index}]`));
  });
  return [...missing, ...wrong, ...constraintFaults(kind, value, path)];
}

function constraintFaults(kind: Kind, value: Said, path: string): string[] {
  const said = lineage(kind).findLast(({ constraints }) => constraints !== undefined)?.constraints;
  const there = (names: readonly string[]) => names.filter((name) => value[name] !== undefined).length;
  return [
    ...(said?.at_least_one !== undefined && there(said.at_least_one) === 0
      ? [`${path}: none of ${said.at_least_one.join(", ")}`]
      : []),
    ...(said?.just_one !== undefined && there(said.just_one) !== 1
      ? [`${path}: not just one of ${said.just_one.join(", ")}`]
      : []),
  ];
}

function faultsOfValue(schema: Schema, attribute: Said, value: unknown, path: string): string[] {
  const numbers = attribute.enum as Said | undefined;
  if (numbers !== undefined && !Object.hasOwn(numbers, String(value)))
    return [`${path}: ${value} is not among ${Object.keys(numbers).join(", ")}`];
  const type = String(attribute.type);
  const definition = schema.objects.get(type);
  if (type === "object" || type === "json_t") return [];
  if (definition !== undefined)
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? faultsIn(schema, { definition, from: schema.objects }, value as Said, path)
      : [`${path}: not an object`];
  const scalar = schema.types[type];
  if (scalar === undefined) return [`${path}: of type \`${type}\`, which the schema does not have`];
  return scalarFaults(type, scalar, value).map((fault) => `${path}: ${fault}`);
}

function scalarFaults(type: string, scalar: Said, value: unknown): string[] {
  const base = String(scalar.type ?? type);
  const isRight =
    base === "string_t"
      ? typeof value === "string"
      : base === "boolean_t"
        ? typeof value === "boolean"
        : base === "float_t"
          ? typeof value === "number"
          : Number.isSafeInteger(value);
  if (!isRight) return [`${JSON.stringify(value)} is no ${type}`];
  if (typeof scalar.regex === "string" && !new RegExp(scalar.regex).test(String(value)))
    return [`\`${value}\` has not the form of ${type}`];
  if (typeof scalar.max_len === "number" && String(value).length > scalar.max_len)
    return [`longer than ${scalar.max_len}`];
  return [];
}
