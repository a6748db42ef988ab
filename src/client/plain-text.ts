/**
 * Text of others as it is shown, whoever let it in: what is invisible, ends a line unseen or turns the order of reading
 * around is written out, so that no name reads as another. What the server refuses (`domain/plain-text.ts`) is the same.
 */
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
const LINES = new Set(["\t", "\n", "\r"]);

/** Tabs and line ends stay as they are. */
export function revealed(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  return text.replace(HIDDEN, (char) => (LINES.has(char) ? char : escaped(char)));
}

/** The same of every text within a JSON value. What holds none is given back as it is. */
export function revealedIn<T>(value: T): T {
  if (typeof value === "string") return revealed(value) as T;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(revealedIn) as T;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, revealedIn(one)])) as T;
}

/** As JSON and JavaScript write it: `\u200b`. */
export function escaped(char: string): string {
  return [...Array(char.length).keys()]
    .map((at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, "0")}`)
    .join("");
}
