/**
 * The canonical form of a JSON value (RFC 8785, JSON Canonicalization Scheme): one value has one text, and so
 * one hash, whoever writes it and in whatever order the members came.
 */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** How many arrays and objects may stand inside one another. */
export const MAX_DEPTH = 32;
export const MAX_CANONICAL_BYTES = 1_048_576;

/** Thrown for a value that has no canonical form; the message says where in the value and what to change. */
export class CanonicalFormError extends Error {
  override readonly name = "CanonicalFormError";
}

/**
 * @param value taken as unknown: what comes out of a database or a request is only believed to be JSON
 * @param maxBytes bound on the UTF-8 length of the result
 * @throws {CanonicalFormError} for anything that RFC 8785 cannot express without loss, and past the bounds
 */
export function canonicalJson(value: unknown, maxBytes = MAX_CANONICAL_BYTES): string {
  const out: Writer = { parts: [], chars: 0, maxBytes, path: [] };
  writeValue(out, value);
  const text = out.parts.join("");
  if (Buffer.byteLength(text) > maxBytes) throw tooLong(maxBytes);
  return text;
}

interface Writer {
  readonly parts: string[];
  chars: number;
  readonly maxBytes: number;
  readonly path: (string | number)[];
}

function writeValue(out: Writer, value: unknown): void {
  switch (typeof value) {
    case "string":
      emit(out, quote(out, value));
      break;
    case "number":
      if (!Number.isFinite(value)) throw refusal(out, `\`${value}\` is not finite, give a finite number`);
      // RFC 8785 section 3.2.2.3 adopts ECMAScript's own serialisation, in which -0 reads 0.
      emit(out, String(value));
      break;
    case "boolean":
      emit(out, String(value));
      break;
    case "object":
      if (value === null) emit(out, "null");
      else if (Array.isArray(value)) writeArray(out, value);
      else writeObject(out, value);
      break;
    default:
      throw refusal(out, `\`${typeof value}\` is not JSON, leave it out or give a JSON value`);
  }
}

function writeArray(out: Writer, items: readonly unknown[]): void {
  enter(out);
  // A name beside the items would be lost from the text; a hole is found below, as undefined.
  if (Object.keys(items).length > items.length)
    throw refusal(out, "an array carries named members, use an object");
  emit(out, "[");
  for (let index = 0; index < items.length; index += 1) {
    if (index > 0) emit(out, ",");
    out.path.push(index);
    writeValue(out, items[index]);
    out.path.pop();
  }
  emit(out, "]");
}

function writeObject(out: Writer, value: object): void {
  enter(out);
  assertPlain(out, value);
  emit(out, "{");
  let first = true;
  // sort() without a comparator orders by UTF-16 code units, as RFC 8785 section 3.2.3 demands.
  for (const name of Object.keys(value).sort()) {
    if (!first) emit(out, ",");
    first = false;
    emit(out, `${quote(out, name)}:`);
    out.path.push(name);
    writeValue(out, (value as Readonly<Record<string, unknown>>)[name]);
    out.path.pop();
  }
  emit(out, "}");
}

function enter(out: Writer): void {
  if (out.path.length >= MAX_DEPTH) throw refusal(out, `nested deeper than ${MAX_DEPTH}, flatten the value`);
}

function assertPlain(out: Writer, value: object): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw refusal(out, "not a plain object, convert it to JSON values first");
  }
  if (Object.getOwnPropertySymbols(value).length > 0)
    throw refusal(out, "a symbol names a member, use a string");
}

/** ECMAScript's quoting is RFC 8785's, except that it escapes a lone surrogate where the RFC demands an error. */
function quote(out: Writer, text: string): string {
  if (!text.isWellFormed()) throw refusal(out, "a lone surrogate is not text, remove it");
  return JSON.stringify(text);
}

function emit(out: Writer, text: string): void {
  // Counted while writing: a small value that repeats one reference can otherwise grow without limit.
  out.chars += text.length;
  if (out.chars > out.maxBytes) throw tooLong(out.maxBytes);
  out.parts.push(text);
}

function refusal(out: Writer, why: string): CanonicalFormError {
  const pointer = out.path.map((step) => `/${step}`).join("");
  const where = pointer === "" ? "the value" : `\`${pointer.slice(0, 200).toWellFormed()}\``;
  return new CanonicalFormError(`${where} has no canonical form: ${why}`);
}

function tooLong(maxBytes: number): CanonicalFormError {
  return new CanonicalFormError(`the canonical form is longer than ${maxBytes} bytes, shorten the value`);
}
