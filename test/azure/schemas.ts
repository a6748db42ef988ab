/** Every property that Microsoft describes of a body: from its OpenAPI files for Azure, from its published types for Graph. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fateOf, type Takes } from "../../src/http/odata/takes.ts";

const ROOT = new URL("../../../shared/reference/azure/", import.meta.url).pathname;
const TYPES = new URL("../../node_modules/@microsoft/microsoft-graph-types/", import.meta.url).pathname;
export const NO_TYPES = existsSync(TYPES) ? undefined : "@microsoft/microsoft-graph-types is not installed";

/** A path with dots, through lists; nothing below what a list of ours names whole. */
export interface Property {
  readonly path: string;
  readonly type: "string" | "boolean" | "integer" | "array" | "object";
}

/** What has properties of its own, by name. */
type Members = () => Readonly<Record<string, Described>>;
interface Described {
  readonly type: Property["type"];
  readonly members: Members;
}

function propertiesIn(members: Members, takes: Takes, above = "", depth = 0): Property[] {
  if (depth > 8) return [];
  return Object.entries(members()).flatMap(([name, described]) => {
    const path = `${above}${name}`;
    if (fateOf(takes, path) !== "object") return [{ path, type: described.type }];
    return propertiesIn(described.members, takes, `${path}.`, depth + 1);
  });
}

interface Schema {
  readonly $ref?: string;
  readonly type?: Property["type"] | "number";
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly discriminator?: string;
}

type Document = Record<string, never> & { readonly paths?: Record<string, Record<string, AzureOperation>> };
interface AzureOperation {
  readonly operationId?: string;
  readonly parameters?: readonly { readonly in?: string; readonly schema?: Schema; readonly $ref?: string }[];
}

interface Placed {
  readonly file: string;
  readonly schema: Schema;
}

/** Of the body of one of Azure's operations; null where Microsoft describes none. */
export function azureProperties(operationId: string, takes: Takes): Property[] | null {
  for (const file of globSync("{solutions,authorization}/**/*.json", { cwd: ROOT })) {
    for (const methods of Object.values(documentOf(file)?.paths ?? {})) {
      const operation = Object.values(methods).find((one) => one.operationId === operationId);
      for (const parameter of operation?.parameters ?? []) {
        const found = parameter.$ref === undefined ? { file, schema: parameter } : placed(file, parameter);
        const { in: place, schema } = (found?.schema ?? {}) as { in?: string; schema?: Schema };
        if (place === "body" && schema !== undefined && found !== null)
          return propertiesIn(() => membersOf({ file: found.file, schema }), takes);
      }
    }
  }
  return null;
}

const documents = new Map<string, Document | null>();
function documentOf(file: string): Document | null {
  const there = documents.get(file);
  if (there !== undefined) return there;
  const path = join(ROOT, file);
  // Some refer to files that are not beside them: to parameters of paths, which are no properties.
  const read = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Document) : null;
  documents.set(file, read);
  return read;
}

function placed(file: string, { $ref = "" }: Schema): Placed | null {
  const [other = "", pointer = ""] = $ref.split("#");
  const there =
    other === "" ? file : new URL(other, `contract://azure/${file}`).href.slice("contract://azure/".length);
  let found: unknown = documentOf(there);
  for (const part of pointer.split("/").filter(Boolean)) found = Reflect.get(Object(found), part);
  return found === undefined || found === null ? null : { file: there, schema: found as Schema };
}

/** Its own, those of what it extends, and those of every kind that it may be. */
function membersOf({ file, schema }: Placed): Record<string, Described> {
  if (schema.$ref !== undefined) {
    const there = placed(file, schema);
    if (there === null) return {};
    const kinds = there.schema.discriminator === undefined ? [] : kindsOf(there.file, schema.$ref);
    return Object.assign({}, membersOf(there), ...kinds.map((kind) => ownMembers(kind)));
  }
  return ownMembers({ file, schema });
}

function ownMembers({ file, schema }: Placed): Record<string, Described> {
  const inherited = (schema.allOf ?? []).map((one) => {
    const there = one.$ref === undefined ? { file, schema: one } : placed(file, one);
    return there === null ? {} : ownMembers(there);
  });
  const own = Object.entries(schema.properties ?? {}).map(([name, one]) => {
    const there = one.$ref === undefined ? { file, schema: one } : placed(file, one);
    const type = there?.schema.type ?? "object";
    const inner = there?.schema.items ?? one;
    const at = there?.schema.items === undefined ? file : there.file;
    const described: Described = {
      type: type === "number" ? "integer" : type,
      members: () => membersOf({ file: at, schema: inner }),
    };
    return [name, described] as const;
  });
  return Object.assign({}, ...inherited, Object.fromEntries(own));
}

function kindsOf(file: string, ref: string): Placed[] {
  const name = ref.split("/").at(-1);
  const definitions = Reflect.get(Object(documentOf(file)), "definitions") as Record<string, Schema>;
  return Object.values(definitions)
    .filter(({ allOf = [] }) => allOf.some((one) => one.$ref?.endsWith(`/${name}`)))
    .map((schema) => ({ file, schema }));
}

/** Of the body that has this type in Graph, or one of these. */
export function graphProperties(names: readonly string[], takes: Takes): Property[] {
  const found = names.flatMap((name) => propertiesIn(() => graphMembers(name), takes));
  return [...new Map(found.map((one) => [one.path, one])).values()];
}

interface Interface {
  readonly extends: string | null;
  readonly members: readonly (readonly [name: string, type: string])[];
}

let interfaces: ReadonlyMap<string, Interface> | null = null;
function readInterfaces(): ReadonlyMap<string, Interface> {
  const text = readFileSync(join(TYPES, "microsoft-graph.d.ts"), "utf8").replaceAll("\r\n", "\n");
  const found = new Map<string, Interface>();
  for (const [, name = "", base, body = ""] of text.matchAll(
    /^export interface (\w+)(?: extends (\w+))? \{(?:\}|\n([\s\S]*?)^\})/gm,
  )) {
    const members = [...body.matchAll(/^ {4}"?([\w@.]+)"?\?: (.+);$/gm)].map(
      ([, member = "", type = ""]) => [member, type] as const,
    );
    found.set(name, { extends: base ?? null, members });
  }
  return found;
}

function graphMembers(name: string): Record<string, Described> {
  interfaces ??= readInterfaces();
  const all = interfaces;
  const kinds = [...all].filter(([, one]) => one.extends === name).map(([kind]) => kind);
  return Object.assign({}, ownGraphMembers(all, name), ...kinds.map((kind) => ownGraphMembers(all, kind)));
}

function ownGraphMembers(all: ReadonlyMap<string, Interface>, name: string): Record<string, Described> {
  const { extends: base = null, members = [] } = all.get(name) ?? {};
  const own = members.map(([member, type]) => {
    const inner = type.match(/\w+/g)?.find((word) => all.has(word));
    const described: Described = { type: typeIn(type), members: () => graphMembers(inner ?? "") };
    return [member, described] as const;
  });
  return { ...(base === null ? {} : ownGraphMembers(all, base)), ...Object.fromEntries(own) };
}

function typeIn(type: string): Property["type"] {
  if (type.includes("[]")) return "array";
  if (/\bboolean\b/.test(type)) return "boolean";
  return /\bnumber\b/.test(type) ? "integer" : "string";
}
