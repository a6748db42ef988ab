/** String functions: https://learn.microsoft.com/azure/azure-resource-manager/managed-applications/create-ui-definition-string-functions */
import { isList } from "../json.ts";
import { shown } from "../shown.ts";
import { type Call, type Functions, outOfRange, textIn, valueIn, wholeIn, wrongType } from "./call.ts";
import { MAX_ITEMS, spend, spendSearch, spendText } from "./run.ts";

export const TEXT_FUNCTIONS: Functions = {
  concat,
  substring,
  replace,
  guid: ({ run }) => run.given.newGuid(),
  toLower: (call) => made(call, textIn(call, 0).toLowerCase()),
  toUpper: (call) => made(call, textIn(call, 0).toUpperCase()),
  startsWith: (call) => textIn(call, 0).startsWith(textIn(call, 1)),
  endsWith: (call) => textIn(call, 0).endsWith(textIn(call, 1)),
  indexOf: (call) => searched(call, (text, sought) => text.indexOf(sought)),
  lastIndexOf: (call) => searched(call, (text, sought) => text.lastIndexOf(sought)),
  split,
  encodeUriComponent: (call) => made(call, encodeURIComponent(seen(call, textIn(call, 0)).toWellFormed())),
  decodeUriComponent,
};

/** What an optional element left empty adds nothing; numbers and booleans are written out. */
function concat(call: Call): string {
  const parts = call.args.map((value) => {
    if (value === null) return "";
    if (typeof value === "object") throw wrongType(call, "texts", value);
    return String(value);
  });
  spendText(
    call.run,
    parts.reduce((length, part) => length + part.length, 0),
  );
  return parts.join("");
}

/** Ends with the text where less is left than was asked for. */
function substring(call: Call): string {
  const text = textIn(call, 0);
  const start = wholeIn(call, 1);
  const length = call.args.length < 3 ? text.length : wholeIn(call, 2);
  if (start < 0 || length < 0) throw outOfRange(call, "takes a start and a length from 0 on");
  return made(call, text.slice(start, start + length));
}

function replace(call: Call): string {
  const text = textIn(call, 0);
  const sought = textIn(call, 1);
  const instead = valueIn(call, 2) === null ? "" : textIn(call, 2);
  if (sought === "") throw outOfRange(call, "has nothing to look for; give it a text that is not empty");
  spendSearch(call.run, text, sought);
  // Measured before it is made: each place can grow by the whole replacement.
  const places = text.split(sought);
  spendText(call.run, text.length + (places.length - 1) * (instead.length - sought.length));
  return places.join(instead);
}

/** At one text, or at any of a list of them. */
function split(call: Call): string[] {
  const text = seen(call, textIn(call, 0));
  const given = valueIn(call, 1);
  const signs = isList(given) ? given : [given];
  if (signs.length > MAX_SIGNS || !signs.every((sign) => typeof sign === "string" && sign !== ""))
    throw outOfRange(call, `splits at a text that is not empty, or at a list of up to ${MAX_SIGNS} of them`);
  let parts = [text];
  for (const sign of signs) {
    spend(call.run, parts.length);
    spendSearch(call.run, text, String(sign));
    parts = parts.flatMap((part) => part.split(String(sign)));
    if (parts.length > MAX_ITEMS) throw outOfRange(call, `makes at most ${MAX_ITEMS} parts`);
  }
  return parts;
}

const MAX_SIGNS = 16;

function decodeUriComponent(call: Call): string {
  const text = textIn(call, 0);
  spendText(call.run, text.length);
  try {
    return decodeURIComponent(text);
  } catch {
    throw outOfRange(call, `takes a text as \`encodeUriComponent\` makes it, not ${shown(text)}`);
  }
}

function searched(call: Call, find: (text: string, sought: string) => number): number {
  const [text, sought] = [textIn(call, 0), textIn(call, 1)];
  spendSearch(call.run, text, sought);
  return find(text, sought);
}

function seen({ run }: Call, text: string): string {
  spend(run, text.length);
  return text;
}

function made({ run }: Call, text: string): string {
  spendText(run, text.length);
  return text;
}
