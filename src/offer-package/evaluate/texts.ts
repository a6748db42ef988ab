/** String functions: https://learn.microsoft.com/azure/azure-resource-manager/managed-applications/create-ui-definition-string-functions */
import { type Call, type Functions, outOfRange, textIn, valueIn, wholeIn, wrongType } from "./call.ts";
import { spend, spendText } from "./run.ts";

export const TEXT_FUNCTIONS: Functions = {
  concat,
  substring,
  replace,
  guid: ({ run }) => run.given.newGuid(),
  toLower: (call) => made(call, textIn(call, 0).toLowerCase()),
  toUpper: (call) => made(call, textIn(call, 0).toUpperCase()),
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
  spend(call.run, text.length);
  // Measured before it is made: each place can grow by the whole replacement.
  const places = text.split(sought);
  spendText(call.run, text.length + (places.length - 1) * (instead.length - sought.length));
  return places.join(instead);
}

function made({ run }: Call, text: string): string {
  spendText(run, text.length);
  return text;
}
