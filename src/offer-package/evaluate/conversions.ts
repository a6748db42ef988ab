/** Conversion functions: https://learn.microsoft.com/azure/azure-resource-manager/managed-applications/create-ui-definition-conversion-functions */

import { tooDeepAt } from "../../domain/json-depth.ts";
import { isList, isObject, type Json, jsonLength } from "../json.ts";
import { shown } from "../shown.ts";
import { type Call, type Functions, outOfRange, textIn, valueIn, wrongType } from "./call.ts";
import { MAX_TEXT, spend, spendText } from "./run.ts";

export const CONVERSION_FUNCTIONS: Functions = {
  bool: toBool,
  int: (call) => Math.trunc(numberOf(call)) || 0,
  float: numberOf,
  string: toText,
  parse,
  encodeBase64: (call) => {
    const text = textIn(call, 0);
    spendText(call.run, Math.ceil(text.length / 3) * 4);
    return base64Of(new TextEncoder().encode(text));
  },
  decodeBase64,
};

/** Everything but 0, 'false' and null is true. */
function toBool(call: Call): boolean {
  const value = valueIn(call, 0);
  if (value === null) return false;
  if (typeof value === "object") throw wrongType(call, "a number, a text, or true or false", value);
  if (typeof value === "string") return value.length !== 5 || value.toLowerCase() !== "false";
  return value !== 0 && value !== false;
}

const NUMBER = /^\s{0,8}[+-]?\d{1,308}(?:\.\d{1,308})?(?:e[+-]?\d{1,3})?\s{0,8}$/i;

function numberOf(call: Call): number {
  const value = valueIn(call, 0);
  if (typeof value === "number") return value;
  const text = textIn(call, 0);
  const number = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(number)) throw outOfRange(call, `takes a number, not ${shown(text)}`);
  return number === 0 ? 0 : number;
}

const MAX_LEVELS = 32;

/** A text as it is, everything else as JSON. */
function toText(call: Call): string {
  const value = valueIn(call, 0);
  if (typeof value === "string") return value;
  spendText(call.run, jsonLength(value, MAX_TEXT, MAX_LEVELS));
  return JSON.stringify(value);
}

/** Gives data: brackets in it are no expressions. */
function parse(call: Call): Json {
  const text = textIn(call, 0);
  spendText(call.run, text.length);
  if (tooDeepAt(text, MAX_LEVELS) !== null)
    throw outOfRange(call, `takes JSON of at most ${MAX_LEVELS} levels`);
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    throw outOfRange(call, `takes JSON, not ${shown(text)}`);
  }
  if (holdsPrototype(value)) throw outOfRange(call, "takes no JSON with a key `__proto__`");
  return value;
}

function holdsPrototype(value: Json): boolean {
  if (isList(value)) return value.some(holdsPrototype);
  if (!isObject(value)) return false;
  return Object.hasOwn(value, "__proto__") || Object.values(value).some(holdsPrototype);
}

function decodeBase64(call: Call): string {
  const text = textIn(call, 0);
  spend(call.run, text.length);
  try {
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    // Some write what is no base64, and are read all the same; only a text that comes out again was one.
    if (base64Of(bytes) === text)
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Neither base64 nor UTF-8: the same refusal.
  }
  throw outOfRange(call, `takes a text in base64, not ${shown(text)}`);
}

/** As browsers do it, too: forms are evaluated there while somebody types. */
function base64Of(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
