/** What a transaction may store about how somebody signs in, made before it begins. */
import { createHash, randomBytes } from "node:crypto";
import { accept, reject } from "../../domain/rejection.ts";
import type { Accounts } from "../../use-cases/identity-ports.ts";
import type { OneTimeCodes } from "./one-time-codes.ts";
import type { PasswordHasher } from "./password-hash.ts";

const SECRET_BYTES = 32;
const MINIMUM_SECRET_CHARACTERS = 32;
const MAXIMUM_SECRET_CHARACTERS = 256;

export function createAccounts(passwords: PasswordHasher, codes: OneTimeCodes): Accounts {
  return {
    hashPassword: passwords.hash,
    passwordFits: passwords.fits,
    noPassword: passwords.nobody,
    newTotp: codes.newTotp,
    newClientSecret() {
      const secret = randomBytes(SECRET_BYTES).toString("base64url");
      return { secret, hash: secretHash(secret) };
    },
    hashClientSecret(secret) {
      // Visible ASCII only: what RFC 6749 lets a client send.
      const bounded =
        secret.length >= MINIMUM_SECRET_CHARACTERS && secret.length <= MAXIMUM_SECRET_CHARACTERS;
      if (!bounded || !/^[\x21-\x7e]+$/.test(secret)) {
        return reject(
          "invalid_input",
          `the client secret must be ${MINIMUM_SECRET_CHARACTERS} to ${MAXIMUM_SECRET_CHARACTERS} visible ASCII characters, at random`,
        );
      }
      return accept(secretHash(secret));
    },
  };
}

/** One round of SHA-256 is enough for a secret of full entropy: there is nothing to guess. */
export function secretHash(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
