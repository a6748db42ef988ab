/** Argon2id (RFC 9106) from Node's own crypto, in PHC string form, a bounded number at once. */
import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { PasswordHash } from "../../use-cases/identity-ports.ts";
import { Turnstile } from "./turnstile.ts";

const MINIMUM_CHARACTERS = 12;
const MAXIMUM_BYTES = 256;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
// OWASP's minimum for argon2id: 19 MiB, two passes, one lane; two at once keep it under 40 MiB.
const PARAMETERS = { memoryKib: 19_456, passes: 2, lanes: 1 };
// One for those whom their browser or network speaks for and for passwords that are set, one for strangers: however
// many of these there are, the others do not wait for them.
const LIMITS = { atOnce: 1, mayWait: 64 };
const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{1,64})\$([A-Za-z0-9+/]{1,128})$/;

const derive = promisify(argon2);

export interface PasswordHasher {
  hash(password: string): Promise<Outcome<PasswordHash>>;
  /** Whether it would be hashed. */
  fits(password: string): Outcome<void>;
  /** What no password fits. */
  readonly nobody: PasswordHash;
  /** Null when too many wait. Costs the same with no stored hash as with one, and then answers false. */
  matches(password: string, stored: PasswordHash | null): Promise<boolean | null>;
  /** The same for several, as one place in the queue: all of them are hashed, whatever the first ones say. */
  matchEach(
    password: string,
    stored: readonly (PasswordHash | null)[],
    lane: "known" | "strangers",
  ): Promise<boolean[] | null>;
}

export function createPasswordHasher(): PasswordHasher {
  const turnstiles = { known: new Turnstile(LIMITS), strangers: new Turnstile(LIMITS) };
  const nobody = encode(randomBytes(SALT_BYTES), randomBytes(HASH_BYTES));
  const matchEach: PasswordHasher["matchEach"] = (password, stored, lane) => {
    const clear = Buffer.from(password.normalize("NFC"));
    // A longer password was never accepted; the work is done all the same, on a bounded part of it.
    const bounded = clear.subarray(0, MAXIMUM_BYTES);
    return turnstiles[lane].pass(async () => {
      const matches: boolean[] = [];
      for (const one of stored) {
        const { salt, hash, parameters } = decode(one ?? nobody);
        const made = await stretch(bounded, salt, parameters, hash.length);
        matches.push(timingSafeEqual(made, hash) && one !== null && bounded.length === clear.length);
      }
      return matches;
    });
  };
  const fits = (password: string): Outcome<void> => {
    const clear = password.normalize("NFC");
    if ([...clear].length < MINIMUM_CHARACTERS) {
      return reject(
        "invalid_input",
        `the password is too short; use at least ${MINIMUM_CHARACTERS} characters`,
      );
    }
    if (Buffer.byteLength(clear) > MAXIMUM_BYTES) {
      return reject("invalid_input", `the password is too long; use at most ${MAXIMUM_BYTES} bytes`);
    }
    return accept(undefined);
  };
  return {
    matchEach,
    fits,
    nobody,
    async hash(password) {
      const fit = fits(password);
      if (!fit.ok) return fit;
      const clear = password.normalize("NFC");
      const salt = randomBytes(SALT_BYTES);
      const hash = await turnstiles.known.pass(() => stretch(clear, salt, PARAMETERS, HASH_BYTES));
      if (hash === null)
        return reject("too_many_requests", "many passwords are being checked; try again in a moment");
      return accept(encode(salt, hash));
    },
    async matches(password, stored) {
      const answers = await matchEach(password, [stored], "known");
      return answers && answers[0] === true;
    },
  };
}

type Parameters = typeof PARAMETERS;

function stretch(
  message: string | Buffer,
  nonce: Buffer,
  parameters: Parameters,
  tagLength: number,
): Promise<Buffer> {
  const { memoryKib: memory, passes, lanes: parallelism } = parameters;
  return derive("argon2id", { message, nonce, memory, passes, parallelism, tagLength });
}

function encode(salt: Buffer, hash: Buffer): PasswordHash {
  const { memoryKib, passes, lanes } = PARAMETERS;
  const text = [salt, hash].map((part) => part.toString("base64").replace(/=+$/, ""));
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${lanes}$${text.join("$")}` as PasswordHash;
}

function decode(stored: PasswordHash): { salt: Buffer; hash: Buffer; parameters: Parameters } {
  const [, memory, passes, lanes, salt, hash] = PHC.exec(stored) ?? [];
  if (salt === undefined || hash === undefined) throw new Error("a stored password hash has an unknown form");
  return {
    salt: Buffer.from(salt, "base64"),
    hash: Buffer.from(hash, "base64"),
    parameters: { memoryKib: Number(memory), passes: Number(passes), lanes: Number(lanes) },
  };
}
