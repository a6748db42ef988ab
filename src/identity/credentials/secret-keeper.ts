/** Passwords, factors and secrets, hashed or sealed, for whoever configures accounts. Needs the key and nothing else. */
import type { PrincipalRef } from "../../domain/principal.ts";
import type {
  Accounts,
  PasswordHash,
  SealedSession,
  Sealer,
  SessionFacts,
} from "../../use-cases/identity-ports.ts";
import { openSession } from "../sign-in/sessions.ts";
import { createAccounts } from "./accounts.ts";
import { createOneTimeCodes, type OneTimeCodes } from "./one-time-codes.ts";
import { createPasswordHasher, type PasswordHasher } from "./password-hash.ts";

export interface SecretKeeper {
  readonly passwords: PasswordHasher;
  readonly codes: OneTimeCodes;
  readonly accounts: Accounts;
  /** Null when too many wait. */
  passwordMatches(clear: string, stored: PasswordHash): Promise<boolean | null>;
  /** What a sign-in says; null where it was made with other credentials than the account has now. */
  openSession(session: SealedSession): SessionFacts | null;
  /** The base32 secret that was sealed for this account. */
  openTotp(ref: PrincipalRef, sealed: Buffer): string;
}

/** One of these for a process: what it holds apart is the queue of passwords being hashed. */
export function createSecretKeeper(key: Sealer): SecretKeeper {
  const passwords = createPasswordHasher();
  const codes = createOneTimeCodes(key);
  return {
    passwords,
    codes,
    accounts: createAccounts(passwords, codes),
    passwordMatches: passwords.matches,
    openSession: (session) => openSession(key, session),
    openTotp: codes.open,
  };
}
