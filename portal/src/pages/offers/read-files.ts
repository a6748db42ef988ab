/** Files from somebody's disk, taken by their names. */
import { FILES, type FileName } from "./draft.ts";

const MOST_CHARS = 262_144;
const MOST_FILES = 10;

interface Read {
  readonly taken: Partial<Record<FileName, string>>;
  /** Which were not taken and why, as a sentence. */
  readonly problem: string | null;
}

export async function readFiles(given: readonly File[]): Promise<Read> {
  const taken: Partial<Record<FileName, string>> = {};
  const unknown: string[] = [];
  for (const file of given.slice(0, MOST_FILES)) {
    const name = FILES.find((one) => `${one}.json`.toLowerCase() === file.name.toLowerCase());
    if (name === undefined || file.size > MOST_CHARS) unknown.push(file.name);
    // An editor counts lines by one kind of line break.
    else taken[name] = (await file.text()).replace(/\r\n?/g, "\n");
  }
  const rest = `a package has ${FILES.map((one) => `${one}.json`).join(", ")}, each up to 256 KiB`;
  return {
    taken,
    problem: unknown.length === 0 ? null : `Left out ${unknown.join(", ")}: ${rest}.`,
  };
}
