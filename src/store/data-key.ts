/** The installation's key: outside the database, so that a copy of the database alone opens nothing. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface DataKey {
  /** A key of its own for one purpose (HKDF-SHA-256, RFC 5869). */
  derive(purpose: string): Buffer;
  /** AES-256-GCM; `context` names the place it is stored at, so that a sealed value cannot be moved. */
  seal(context: string, clear: string): Buffer;
  /** @throws when the value was altered, moved, or sealed with another key */
  open(context: string, sealed: Buffer): string;
}

/** The key in the file; null where there is none. */
export function readDataKey(file: string): DataKey | null {
  const root = read(file);
  return root === null ? null : keyOf(root);
}

/** Makes the key of a new installation (0600). Where another replica was quicker, its key is the installation's. */
export function makeDataKey(file: string): DataKey {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const root = randomBytes(KEY_BYTES);
  try {
    writeFileSync(file, `${root.toString("base64")}\n`, { mode: 0o600, flag: "wx" });
    return keyOf(root);
  } catch (error) {
    const there = codeOf(error) === "EEXIST" ? read(file) : null;
    if (there === null) throw error;
    return keyOf(there);
  }
}

function keyOf(root: Buffer): DataKey {
  const derive = (purpose: string) => Buffer.from(hkdfSync("sha256", root, "curfew", purpose, KEY_BYTES));
  const sealing = derive("sealed values");
  return {
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

function read(file: string): Buffer | null {
  try {
    return decode(readFileSync(file, "utf8"), file);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : null;
}

function decode(text: string, file: string): Buffer {
  const key = Buffer.from(text.trim(), "base64");
  if (key.length !== KEY_BYTES)
    throw new Error(`the key file \`${file}\` does not hold ${KEY_BYTES} bytes in base64`);
  return key;
}
