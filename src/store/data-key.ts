/** The installation's key: outside the database, so that a copy of the database alone opens nothing. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MOST_KEYS = 3;

export interface DataKey {
  /** Says which key it is to whoever has it, and nothing to anybody else. */
  readonly proof: string;
  /** A key of its own for one purpose (HKDF-SHA-256, RFC 5869). */
  derive(purpose: string): Buffer;
  /** AES-256-GCM; `context` names the place it is stored at, so that a sealed value cannot be moved. */
  seal(context: string, clear: string): Buffer;
  /** @throws when the value was altered, moved, or sealed with another key */
  open(context: string, sealed: Buffer): string;
}

/**
 * The keys in the file, a line each; none where there is no file. It holds one, and two from a rotation's beginning to
 * its end: which is the current one the database says, by their proofs.
 */
export function readKeys(file: string): readonly DataKey[] {
  return rootsIn(file).map(keyOf);
}

/** Makes the key of a new installation (0600). Where another replica was quicker, its key is the installation's. */
export function makeKeys(file: string): readonly DataKey[] {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, textOf([randomBytes(KEY_BYTES)]), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
  return readKeys(file);
}

/** One more, beside those that are there. @throws when the file cannot be replaced: it is read-only, or a mount */
export function addKey(file: string): void {
  const roots = rootsIn(file);
  // One more than the file takes, and nothing could be read of it any more.
  if (roots.length === MOST_KEYS)
    throw Object.assign(new Error(`the key file \`${file}\` is full`), { code: `${MOST_KEYS} keys already` });
  replace(file, [...roots, randomBytes(KEY_BYTES)]);
}

/**
 * Leaves them out, and keeps each in a file of its own, `{file}.retired-{generation}`, for backups from its time.
 * @returns how many went
 */
export function dropKeys(file: string, retired: ReadonlyMap<string, number>): number {
  const roots = rootsIn(file);
  const generationOf = (root: Buffer) => retired.get(keyOf(root).proof);
  const left = roots.filter((root) => generationOf(root) === undefined);
  if (left.length === roots.length || left.length === 0) return 0;
  for (const root of roots) {
    const generation = generationOf(root);
    if (generation === undefined) continue;
    // After a restore to before a rotation another key had this number: backups of its time need that one.
    const kept = `${file}.retired-${generation}`;
    replace(kept, [...rootsIn(kept).filter((other) => !other.equals(root)), root]);
  }
  replace(file, left);
  return roots.length - left.length;
}

/** Whole or not at all, whenever this process or the machine ends. Whoever calls it has its turn among all processes. */
function replace(file: string, roots: readonly Buffer[]): void {
  // A link stays one: what it points to is replaced.
  const real = existsSync(file) ? realpathSync(file) : file;
  const beside = `${real}.new`;
  try {
    writeFileSync(beside, textOf(roots), { mode: 0o600, flush: true });
    renameSync(beside, real);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
  const folder = openSync(dirname(real), "r");
  fsyncSync(folder);
  closeSync(folder);
}

function textOf(roots: readonly Buffer[]): string {
  return roots.map((root) => `${root.toString("base64")}\n`).join("");
}

function keyOf(root: Buffer): DataKey {
  const derive = (purpose: string) => Buffer.from(hkdfSync("sha256", root, "curfew", purpose, KEY_BYTES));
  const sealing = derive("sealed values");
  return {
    proof: derive("proof of the key").toString("hex"),
    derive,
    seal(context, clear) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", sealing, nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(clear, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]);
    },
    open(context, sealed) {
      const nonce = sealed.subarray(0, NONCE_BYTES);
      const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
      const decipher = createDecipheriv("aes-256-gcm", sealing, nonce)
        .setAAD(Buffer.from(context))
        .setAuthTag(tag);
      return Buffer.concat([
        decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)),
        decipher.final(),
      ]).toString("utf8");
    },
  };
}

function rootsIn(file: string): readonly Buffer[] {
  try {
    const lines = readFileSync(file, "utf8")
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
    const roots = lines.map((line) => decode(line, file));
    if (roots.length > 0 && roots.length <= MOST_KEYS) return roots;
    throw new Error(
      `the key file \`${file}\` holds ${roots.length} keys; it takes one, and two while it is rotated`,
    );
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : null;
}

function decode(line: string, file: string): Buffer {
  const key = Buffer.from(line, "base64");
  if (key.length !== KEY_BYTES)
    throw new Error(`the key file \`${file}\` does not hold ${KEY_BYTES} bytes in base64 on each line`);
  return key;
}
