/** Files that a command writes or reads as a whole, a piece at a time. */
import { createReadStream, renameSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { EXIT, Stop, usage } from "./exit.ts";

const MAX_LINE_CHARS = 1_048_576;

/** There when it is complete, its owner's alone; what fails on the way leaves nothing and what was there before. */
export async function writeWhole(
  file: string,
  parts: AsyncIterable<string> | Iterable<string>,
): Promise<void> {
  const unfinished = `${file}.part-${process.pid}`;
  try {
    const handle = await open(unfinished, "wx", 0o600);
    try {
      for await (const part of parts) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw new Stop(EXIT.fault, `\`${file}\` cannot be written: ${error.message}`);
  }
}

/**
 * The entries of an exported log, a line each, as `audit export` and the API write them.
 * @throws Stop (usage) for a file that is no such export
 */
export async function* exportedRows(file: string): AsyncGenerator<unknown> {
  const faulty = (what: string) =>
    usage(`\`${file}\` ${what}; \`curfew audit export\` writes a log that can be verified`);
  let number = 0;
  let ended = false;
  for await (const line of linesOf(file)) {
    number++;
    if (ended || (number === 1 && line !== "[" && line !== "[]"))
      throw faulty(`is no exported log at line ${number}`);
    if (line === "]" || line === "[]") ended = true;
    else if (number > 1) {
      const row = parsed(line);
      if (row === null) throw faulty(`holds no entry at line ${number}`);
      yield row;
    }
  }
  if (!ended) throw faulty("ends in the middle");
}

async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = "";
  try {
    for await (const piece of createReadStream(file, "utf8")) {
      const lines = (rest + piece).split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > MAX_LINE_CHARS) throw usage(`\`${file}\` has a line that no entry is as long as`);
      yield* lines;
    }
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw usage(`\`${file}\` cannot be read: ${error.message}`);
  }
  if (rest !== "") yield rest;
}

function parsed(line: string): object | null {
  try {
    const found: unknown = JSON.parse(line.replace(/,$/, ""));
    return typeof found === "object" ? found : null;
  } catch {
    return null;
  }
}
