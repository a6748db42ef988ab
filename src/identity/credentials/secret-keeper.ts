/** Passwords, factors and secrets, hashed or sealed, for whoever configures accounts. Needs the key and nothing else. */
import type { PrincipalRef } from "../../domain/principal.ts";
import type { Accounts, PasswordHash, Sealer } from "../../use-cases/identity-ports.ts";
import { createAccounts } from "./accounts.ts";
import { createOneTimeCodes, type OneTimeCodes } from "./one-time-codes.ts";
import { createPasswordHasher, type PasswordHasher } from "./password-hash.ts";

export interface SecretKeeper {
  readonly accounts: Accounts;
  passwordMatches(hash: PasswordHash, clear: string): Promise<boolean>;
  /** Whether the sealed factor of this account is this base32 secret. */
  totpMatches(ref: PrincipalRef, sealed: Buffer, base32: string): boolean;
  seal(context: string, clear: string): Buffer;
  open(context: string, sealed: Buffer): string;
}

/** One of these for a process: what it holds apart is the queue of passwords being hashed. */
export function createSecretKeeper(key: Sealer): SecretKeeper & Parts {
  const passwords = createPasswordHasher();
  const codes = createOneTimeCodes(key);
  return {
    passwords,
    codes,
    accounts: createAccounts(passwords, codes),
    passwordMatches: async (hash, clear) => (await passwords.matches(clear, hash)) === true,
    totpMatches: codes.sameSecret,
    seal: key.seal,
    open: key.open,
  };
}

interface Parts {
  readonly passwords: PasswordHasher;
  readonly codes: OneTimeCodes;
}
