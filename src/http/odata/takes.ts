/**
 * What becomes of each property that a body may have: one list an operation, looked at before its handler runs, and
 * shown in docs/azure-compatibility.md. Names are paths with dots; lists are passed through; a name stands for all below it.
 */
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { escapePointer } from "../../use-cases/apply/faults.ts";

export interface Takes {
  /** Takes effect as it was written, and is read back. */
  readonly honoured: readonly string[];
  /** Takes effect, and only some values do: which, in words. All others are refused by whoever reads them. */
  readonly only?: Readonly<Record<string, string>>;
  /** Changes nothing: what becomes of it, in words. The answer names each that was sent. */
  readonly inert?: Readonly<Record<string, string>>;
  /** Made by the server: ignored when it is written, as at Microsoft. */
  readonly readOnly?: readonly string[];
  /** Known, and refused by name: why. Whatever stands in no list is refused as well. */
  readonly refused?: Readonly<Record<string, string>>;
}

export type Fate = keyof Takes;

export const NOTHING: Takes = { honoured: [] };

/** In an answer: the properties that were sent and change nothing. */
export const INERT_HEADER = "x-curfew-inert";

const MAX_SHOWN = 80;

/** INVARIANT I18: refuses what would be left aside; says which of the rest has no effect. */
export function takenFrom(body: unknown, takes: Takes): Outcome<readonly string[]> {
  if (body === undefined || body === null) return accept([]);
  if (!isObject(body)) {
    const wanted = takes === NOTHING ? "this call takes no body; leave it out" : "send an object as JSON";
    return typeof body === "string" && takes !== NOTHING
      ? accept([])
      : reject("invalid_input", wanted, { path: "/" });
  }
  const inert = new Set<string>();
  const fault = faultIn(body, { name: "", pointer: "" }, { fates: fatesOf(takes), takes, inert });
  return fault ?? accept([...inert]);
}

/** Of a property by its path; null where it is in no list, `object` where only some of what is below it is. */
export function fateOf(takes: Takes, name: string): Fate | "object" | null {
  const { by, above } = fatesOf(takes);
  const parts = name.split(".");
  for (let length = 1; length <= parts.length; length++) {
    const found = by.get(parts.slice(0, length).join("."));
    if (found !== undefined) return found;
  }
  return above.has(name) ? "object" : null;
}

interface Fates {
  readonly by: ReadonlyMap<string, Fate>;
  /** Names that something is listed below of. */
  readonly above: ReadonlySet<string>;
}

const known = new WeakMap<Takes, Fates>();

function fatesOf(takes: Takes): Fates {
  const there = known.get(takes);
  if (there !== undefined) return there;
  const { honoured, readOnly = [], ...worded } = takes;
  const lists = [
    ["honoured", honoured],
    ["readOnly", readOnly],
    ...(["only", "inert", "refused"] as const).map(
      (fate) => [fate, Object.keys(worded[fate] ?? {})] as const,
    ),
  ] as const;
  const by = new Map<string, Fate>();
  for (const [fate, names] of lists) {
    for (const name of names) {
      if (by.has(name)) throw new Error(`\`${name}\` is in two lists of one operation`);
      by.set(name, fate);
    }
  }
  const above = new Set<string>();
  for (const name of by.keys()) {
    const parts = name.split(".");
    for (let length = 1; length < parts.length; length++) above.add(parts.slice(0, length).join("."));
  }
  const fates = { by, above };
  known.set(takes, fates);
  return fates;
}

interface Place {
  readonly name: string;
  readonly pointer: string;
}

interface Looking {
  readonly fates: Fates;
  readonly takes: Takes;
  readonly inert: Set<string>;
}

type Fault = ReturnType<typeof reject>;

function faultIn(value: unknown, at: Place, looking: Looking): Fault | null {
  if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) {
      const fault = faultIn(one, { ...at, pointer: `${at.pointer}/${index}` }, looking);
      if (fault !== null) return fault;
    }
    return null;
  }
  // Anything else than an object here is for whoever reads its values.
  if (!isObject(value)) return null;
  for (const [key, inner] of Object.entries(value)) {
    const name = at.name === "" ? key : `${at.name}.${key}`;
    const pointer = `${at.pointer}/${escapePointer(key.slice(0, MAX_SHOWN))}`;
    const fault = faultOf(inner, { name, pointer }, key, looking);
    if (fault !== null) return fault;
  }
  return null;
}

function faultOf(value: unknown, place: Place, key: string, looking: Looking): Fault | null {
  const { fates, takes, inert } = looking;
  // Null says nothing, and so can limit nothing.
  if (value === null) return null;
  switch (fates.by.get(place.name)) {
    case "honoured":
    case "only":
    case "readOnly":
      return null;
    case "inert":
      inert.add(place.name);
      return null;
    case "refused":
      if (isEmpty(value)) return null;
      return reject("invalid_input", `\`${key}\` is refused: ${takes.refused?.[place.name]}`, {
        path: place.pointer,
      });
    default:
      if (fates.above.has(place.name)) return faultIn(value, place, looking);
      // An annotation that names what a thing is, where nobody asks which of several it is.
      if (key.startsWith("@odata.")) return null;
      return unknownProperty(key, place);
  }
}

function unknownProperty(key: string, { pointer }: Place): Fault {
  const message = `\`${key.slice(0, MAX_SHOWN)}\` is no property that this call takes; leave it out, because it would have no effect`;
  return reject("invalid_input", message, { path: pointer });
}

function isEmpty(value: unknown): boolean {
  return value === "" || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
