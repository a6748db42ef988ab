/** Columns, two spaces apart, as wide as their widest cell; where a window is narrower, cells run on below themselves. */
import { lettersOf, widthOf, withoutControls } from "./letters.ts";

export interface Column {
  readonly title: string;
  readonly least?: number;
}

const GAP = "  ";
/** A word longer than this may be broken anywhere: a whole window is not given to one. */
const LONGEST_WORD = 20;
const LEAST_FIELD = 20;

/**
 * Lines with their headings, nothing left out: too wide for the window, cells are broken into lines; where even their
 * longest words do not fit side by side, each row is told field by field. No line ends in spaces.
 * @param width cells of the window; null where none is known, as in a pipe
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number | null = null,
): string[] {
  const titles = columns.map(({ title }) => title);
  const clean = rows.map((row) => columns.map((_, at) => withoutControls(row[at] ?? "")));
  const natural = columns.map(({ least = 0 }, at) =>
    Math.max(least, ...[titles, ...clean].map((row) => widthOf(row[at] ?? ""))),
  );
  const widths = fitted(columns, natural, [titles, ...clean], width);
  if (widths !== null) return [titles, ...clean].flatMap((row) => linesOf(row, widths));
  return fieldByField(titles, clean, width ?? Number.POSITIVE_INFINITY);
}

/** Null when not even the longest words fit side by side. The widest columns give way first. */
function fitted(
  columns: readonly Column[],
  natural: readonly number[],
  rows: readonly (readonly string[])[],
  width: number | null,
): readonly number[] | null {
  const room = (width ?? Number.POSITIVE_INFINITY) - GAP.length * (columns.length - 1);
  if (sum(natural) <= room) return natural;
  const least = columns.map((_, at) => Math.max(...rows.map((row) => longestPiece(row[at] ?? ""))));
  if (sum(least) > room) return null;
  const widths = [...natural];
  while (sum(widths) > room) {
    const givers = widths.map((one, at) => (one > (least[at] ?? 0) ? one : 0));
    const widest = givers.indexOf(Math.max(...givers));
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function linesOf(cells: readonly string[], widths: readonly number[]): string[] {
  const wrapped = cells.map((cell, at) => wrap(cell, widths[at] ?? 0));
  const height = Math.max(...wrapped.map(({ length }) => length));
  return [...Array(height).keys()].map((line) =>
    wrapped
      .map((parts, at) => padded(parts[line] ?? "", widths[at] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

/** `TITLE  value`, a line each, and an empty one between rows. */
function fieldByField(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  const left = Math.max(...titles.map(widthOf));
  const right = Math.max(LEAST_FIELD, width - left - GAP.length);
  return rows.flatMap((row, at) => [
    ...(at === 0 ? [] : [""]),
    ...row.flatMap((cell, column) =>
      cell === "" ? [] : linesOf([titles[column] ?? "", cell], [left, right]),
    ),
  ]);
}

/** Lines of a text, broken within a word only where it is longer than a line. */
export function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const piece of piecesOf(text).flatMap((one) => chopped(one, width))) {
    const last = lines.at(-1) ?? "";
    if (widthOf((last + piece).trimEnd()) <= width) lines[lines.length - 1] = last + piece;
    else lines.push(piece.trimStart());
  }
  return lines.map((line) => line.trimEnd());
}

/** Where a line may end: around spaces, and after a slash or a hyphen between two words. */
const BETWEEN = /(?<=\s)(?=\S)|(?<=\S)(?=\s)|(?<=[\p{L}\p{N}][/-])(?=[\p{L}\p{N}])/u;

function piecesOf(text: string): string[] {
  return text.split(BETWEEN);
}

function chopped(piece: string, width: number): string[] {
  if (widthOf(piece) <= width) return [piece];
  const parts = [""];
  for (const letter of lettersOf(piece)) {
    const last = parts.at(-1) ?? "";
    if (widthOf(last + letter) <= width) parts[parts.length - 1] = last + letter;
    else parts.push(letter);
  }
  return parts;
}

function longestPiece(text: string): number {
  return Math.max(0, ...piecesOf(text).map((piece) => Math.min(LONGEST_WORD, widthOf(piece))));
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
