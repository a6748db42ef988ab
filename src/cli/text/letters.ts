/** What the reader's terminal can show: which letters its locale has, and how many cells a text takes there. */
import { escaped, revealed } from "../../client/plain-text.ts";
import type { Environment } from "../verb.ts";

/** The signs that we set ourselves, as ASCII has them. */
const IN_ASCII: Readonly<Record<string, string>> = {
  "✓": "+",
  "✗": "x",
  "•": "*",
  "→": "->",
  "…": "...",
  "–": "-",
  "—": "-",
  "×": "x",
  "‘": "'",
  "’": "'",
  "“": '"',
  "”": '"',
  "\u00a0": " ",
};

/** Other people's words are printed: no escape sequence, no line of its own, no reversed reading order. */
export function withoutControls(text: string): string {
  return revealed(text.replace(/[\t\r\n]+/g, " "));
}

const BEYOND_ASCII = /[^\n\x20-\x7e]/gu;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** As POSIX reads it: the first of the three that is set says it, and where none is set it is ASCII. */
export function speaksUtf8({ LC_ALL, LC_CTYPE, LANG }: Environment, platform = process.platform): boolean {
  // Windows has no locale in its environment, and Node writes Unicode to its terminal.
  if (platform === "win32") return true;
  const locale = [LC_ALL, LC_CTYPE, LANG].find((one) => one !== undefined && one !== "") ?? "";
  return /utf-?8/i.test(locale);
}

/** Our own signs as ASCII has them; other people's letters written out, as what cannot be seen is everywhere. */
export function inAscii(text: string): string {
  return text.replace(BEYOND_ASCII, (char) => IN_ASCII[char] ?? escaped(char));
}

/** The same for JSON, where an escape is read as what it was. */
export function jsonInAscii(json: string): string {
  return json.replace(BEYOND_ASCII, escaped);
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]|\ufe0f/u;
const HALF = /[\uff61-\uffdc\uffe8-\uffee]/u;
const ONLY_MARKS = /^[\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}]+$/u;
const segmenter = { made: null as Intl.Segmenter | null };

/** What a person sees as one letter each. */
export function lettersOf(text: string): string[] {
  if (PRINTABLE_ASCII.test(text)) return [...text];
  segmenter.made ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return [...segmenter.made.segment(text)].map(({ segment }) => segment);
}

/** In cells of a terminal: Chinese, Japanese and Korean letters and emoji take two, marks on a letter none. */
export function widthOf(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  return lettersOf(text).reduce((sum, letter) => sum + cellsOf(letter), 0);
}

function cellsOf(letter: string): number {
  if (ONLY_MARKS.test(letter)) return 0;
  return WIDE.test(letter) && !HALF.test(letter) ? 2 : 1;
}
