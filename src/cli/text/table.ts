/** Columns, two spaces apart, as wide as their widest cell. */
import { withoutControls } from "../screen.ts";

export interface Column {
  readonly title: string;
  readonly least?: number;
}

const GAP = "  ";

/** Lines with their headings; no line ends in spaces. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const clean = rows.map((row) => row.map(withoutControls));
  const widths = columns.map(({ title, least = 0 }, at) =>
    Math.max(title.length, least, ...clean.map((row) => widthOf(row[at] ?? ""))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => cell + " ".repeat(Math.max(0, (widths[at] ?? 0) - widthOf(cell))))
      .join(GAP)
      .trimEnd();
  return [columns.map(({ title }) => title), ...clean].map(line);
}

function widthOf(text: string): number {
  return [...text].length;
}
