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

/** Reads the key file, or makes one (0600) where there is none. */
export function loadDataKey(file: string): DataKey {
  const root = readOrCreate(file);
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

function readOrCreate(file: string): Buffer {
  try {
    return decode(readFileSync(file, "utf8"), file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const key = randomBytes(KEY_BYTES);
  try {
    writeFileSync(file, `${key.toString("base64")}\n`, { mode: 0o600, flag: "wx" });
    return key;
  } catch (error) {
    // Another replica was quicker: its key is the installation's.
    if (error instanceof Error && "code" in error && error.code === "EEXIST")
      return decode(readFileSync(file, "utf8"), file);
    throw error;
  }
}

function decode(text: string, file: string): Buffer {
  const key = Buffer.from(text.trim(), "base64");
  if (key.length !== KEY_BYTES)
    throw new Error(`the key file \`${file}\` does not hold ${KEY_BYTES} bytes in base64`);
  return key;
}
