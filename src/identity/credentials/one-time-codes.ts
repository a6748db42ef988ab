/** Second factors: time-based codes (RFC 6238) and recovery codes that work once. */
import { createHmac, randomBytes } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import type { PrincipalRef } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { sealedPlaces } from "../../domain/sealed-places.ts";
import type { Instant } from "../../domain/time.ts";
import type { NewTotp, Sealer } from "../../use-cases/identity-ports.ts";

const STEP_MS = 30_000;
const SECRET_BYTES = 20;
const MINIMUM_SECRET_BYTES = 16;
const RECOVERY_CODES = 10;
const RECOVERY_BYTES = 10;
const MAX_SECRET_TEXT = 128;
const MAX_CODE_TEXT = 32;

export interface OneTimeCodes {
  newTotp(ref: PrincipalRef, label: string, base32?: string): Outcome<NewTotp>;
  /** The step that the code belongs to, at most one before or after now; null when it fits none. */
  matchingStep(ref: PrincipalRef, sealed: Buffer, code: string, at: Instant): number | null;
  /** The base32 secret. */
  open(ref: PrincipalRef, sealed: Buffer): string;
  newRecoveryCodes(): { readonly codes: readonly string[]; readonly hashes: readonly Buffer[] };
  recoveryHash(code: string): Buffer;
}

export function createOneTimeCodes(key: Sealer): OneTimeCodes {
  const recoveryKey = key.lasting("recovery codes");
  const recoveryHash = (code: string) =>
    createHmac("sha256", recoveryKey)
      .update(code.toUpperCase().replace(/[^A-Z2-7]/g, ""))
      .digest();
  return {
    newTotp(ref, label, base32) {
      const secret = base32 === undefined ? new Secret({ size: SECRET_BYTES }) : secretOf(base32);
      if (secret === null || secret.bytes.length < MINIMUM_SECRET_BYTES) {
        return reject(
          "invalid_input",
          `the TOTP secret must be base32 of at least ${MINIMUM_SECRET_BYTES} bytes`,
        );
      }
      const uri = generator(secret, label).toString();
      return accept({
        base32: secret.base32,
        uri,
        sealed: key.seal(sealedPlaces.secondFactor(ref), secret.base32),
      });
    },
    matchingStep(ref, sealed, code, at) {
      const token = code.replace(/\s/g, "");
      if (!/^\d{6}$/.test(token)) return null;
      const totp = generator(
        Secret.fromBase32(key.open(sealedPlaces.secondFactor(ref), sealed)),
        ref.objectId,
      );
      const delta = totp.validate({ token, timestamp: at, window: 1 });
      return delta === null ? null : Math.floor(at / STEP_MS) + delta;
    },
    open: (ref, sealed) => key.open(sealedPlaces.secondFactor(ref), sealed),
    newRecoveryCodes() {
      const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
      return { codes, hashes: codes.map(recoveryHash) };
    },
    recoveryHash: (code) => recoveryHash(code.slice(0, MAX_CODE_TEXT)),
  };
}

function generator(secret: Secret, label: string): TOTP {
  return new TOTP({ issuer: "Curfew", label, secret, algorithm: "SHA1", digits: 6, period: STEP_MS / 1_000 });
}

function secretOf(base32: string): Secret | null {
  const text = base32.replace(/\s/g, "").replace(/=+$/, "").toUpperCase();
  if (text.length > MAX_SECRET_TEXT || !/^[A-Z2-7]+$/.test(text)) return null;
  return Secret.fromBase32(text);
}

function newRecoveryCode(): string {
  const { buffer } = Uint8Array.from(randomBytes(RECOVERY_BYTES));
  return new Secret({ buffer }).base32.replace(/(.{4})(?=.)/g, "$1-");
}
