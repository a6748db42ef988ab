/**
 * What people write and others read is what it looks like: nothing in it is invisible, ends a line unseen or turns the
 * order of reading around. One rule for every name, description, reason and number.
 */

// Scripts whose words need joiners have them, and emoji are joined and coloured; between other letters they hide.
const JOINING = "Arab Beng Deva Gujr Guru Khmr Knda Mlym Mymr Orya Sinh Syrc Taml Telu Tibt"
  .split(" ")
  .map((script) => `\\p{Script=${script}}`);
const PICTURE = "\\p{Extended_Pictographic}";
// Empty, though no property of Unicode says so: a cell of Braille, which is a space among others, and a note without a head.
const CELL = "[\\u2801-\\u28ff]";
const HIDDEN = new RegExp(
  [
    `(?!(?<=${JOINING.join("|")})(?:\\u200c|\\u200d))`,
    `(?!(?<=${PICTURE}|\\p{Emoji_Modifier}|\\ufe0f)\\u200d(?=${PICTURE}))`,
    `(?!(?<=${PICTURE})(?:\\ufe0e|\\ufe0f))`,
    "(?!(?<=[0-9#*])\\ufe0f(?=\\u20e3))",
    `(?!(?<=${CELL}\\u2800{0,8})\\u2800(?=\\u2800{0,8}${CELL}))`,
    "[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}\\p{Default_Ignorable_Code_Point}\\u2800\\u{1d159}]",
  ].join(""),
  "gu",
);

// What nearly every text is, and is soon known of.
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
const LINES = /[\t\r\n]/g;

/** Of a name, a number: all on one line. */
export function isPlainLine(text: string): boolean {
  return PRINTABLE_ASCII.test(text) || text.search(HIDDEN) === -1;
}

/** Of a reason, a description: tabs and line ends may stand in it. */
export function isPlainText(text: string): boolean {
  return isPlainLine(text.replace(LINES, " "));
}

export const NOT_PLAIN =
  "contains a control character, one that is not seen or turns the order of reading around, or half of one; take it out";

/** As it is shown where it was let in before: what is hidden is written out. */
export function revealed(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  return text.replace(HIDDEN, (char) => (/[\t\r\n]/.test(char) ? char : escaped(char)));
}

function escaped(char: string): string {
  return [...Array(char.length).keys()]
    .map((at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, "0")}`)
    .join("");
}

// The blocks of scripts that are read from the right.
const FROM_THE_RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const ISOLATED = /\u2068([^\u2066-\u2069]*)\u2069/gu;

/**
 * A name within a sentence of ours, on one line: whatever script it is in, it turns nothing around that stands beside it
 * (Unicode Standard Annex 9, section 2.7: first strong isolate). For text that only `isolatedParts` reads back.
 */
export function isolated(text: string): string {
  const line = revealed(text).replace(/[\t\r\n]+/g, " ");
  return FROM_THE_RIGHT.test(line) ? `\u2068${line}\u2069` : line;
}

/** A sentence with names in it, on one line, as what is ours and what was isolated; everything else hidden is written out. */
export function isolatedParts(text: string): { readonly text: string; readonly isolated: boolean }[] {
  const parts: { readonly text: string; readonly isolated: boolean }[] = [];
  const add = (part: string, isIsolated: boolean) => {
    const line = revealed(part).replace(/[\t\r\n]+/g, " ");
    if (line !== "") parts.push({ text: line, isolated: isIsolated || FROM_THE_RIGHT.test(line) });
  };
  let from = 0;
  for (const found of text.matchAll(ISOLATED)) {
    add(text.slice(from, found.index), false);
    add(found[1] ?? "", true);
    from = found.index + found[0].length;
  }
  add(text.slice(from), false);
  return parts;
}
