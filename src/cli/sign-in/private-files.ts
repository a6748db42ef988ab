/** Files that hold secrets of the person at the keyboard: 0600 in a 0700 folder, replaced whole. */
import { randomBytes } from "node:crypto";
import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { EXIT, Stop } from "../exit.ts";

const MAX_BYTES = 1_048_576;
const OTHERS = 0o077;

/** Null when there is none. @throws Stop when others could have read or placed it, or when it is not JSON */
export function readPrivateJson(file: string): unknown {
  try {
    const { mode, uid, size } = statOf(file);
    const isMine = uid === process.getuid?.() || process.getuid === undefined;
    if ((mode & OTHERS) !== 0 || !isMine) {
      throw new Stop(
        EXIT.fault,
        `\`${file}\` holds secrets and is not yours alone; make it 0600, or remove it`,
      );
    }
    if (size > MAX_BYTES) throw new Stop(EXIT.fault, `\`${file}\` is too large to be ours; remove it`);
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (isMissing(error)) return null;
    if (error instanceof SyntaxError) throw new Stop(EXIT.fault, `\`${file}\` is damaged; remove it`);
    throw error;
  }
}

/** Written beside and moved into place, so that a reader never sees half of it. */
export function writePrivateJson(file: string, content: unknown): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const beside = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    writeFileSync(beside, `${JSON.stringify(content)}\n`, { mode: 0o600, flag: "wx" });
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

export function removeFile(file: string): void {
  rmSync(file, { force: true });
}

/** The file itself, never what a link put in its place points to. */
function statOf(file: string) {
  const found = lstatSync(file);
  if (!found.isFile()) throw new Stop(EXIT.fault, `\`${file}\` is not a file; remove it`);
  return found;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
