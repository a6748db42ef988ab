/** SCRAM-SHA-256 verifiers, computed here so that a clear password never travels in a statement (RFC 5802, RFC 7677). */
import { createHash, createHmac, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";

// PostgreSQL's own default. The password is random, so that more would only slow log-ins down.
const ITERATIONS = 4_096;
const SALT_BYTES = 16;
const PASSWORD_BYTES = 24;

/** 192 random bits in 32 characters that need no escaping in a URL, and none by SASLprep. */
export function newPassword(): string {
  return randomBytes(PASSWORD_BYTES).toString("base64url");
}

/** As PostgreSQL stores it in `pg_authid.rolpassword`; `password` must be ASCII. */
export async function scramVerifier(password: string, salt = randomBytes(SALT_BYTES)): Promise<string> {
  const salted = await promisify(pbkdf2)(password, salt, ITERATIONS, 32, "sha256");
  const clientKey = createHmac("sha256", salted).update("Client Key").digest();
  const storedKey = createHash("sha256").update(clientKey).digest("base64");
  const serverKey = createHmac("sha256", salted).update("Server Key").digest("base64");
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}
