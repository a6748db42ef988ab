/** The first administrator: a token printed once where only the operator reads, spent to make tenant and account. */
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { z } from "zod";
import type { DomainEvent } from "../../domain/event.ts";
import { asId, type ObjectId, type TenantId } from "../../domain/ids.ts";
import { isPlainLine, NOT_PLAIN } from "../../domain/plain-text.ts";
import type { PrincipalRef } from "../../domain/principal.ts";
import { accept, type Outcome, type Rejection, reject } from "../../domain/rejection.ts";
import { addMs, type Clock, HOUR_MS } from "../../domain/time.ts";
import type { CompleteSetup, SetupTokens } from "../../use-cases/identity-ports.ts";
import type { Store, Tx } from "../../use-cases/ports.ts";
import type { PasswordHasher } from "../credentials/password-hash.ts";

const TOKEN_BYTES = 16;

const newInstallation = z.strictObject({
  tenantName: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/, "use 1 to 63 letters, digits and hyphens"),
  displayName: z.string().trim().min(1, "say who you are").max(256).refine(isPlainLine, NOT_PLAIN),
  email: z.email("give an e-mail address").max(254).toLowerCase(),
  password: z.string().max(1_024),
});
export type NewInstallation = z.input<typeof newInstallation>;

export interface SetUp {
  /** A token good for one hour, or null when there is an administrator. Voids every earlier one. */
  prepare(): Promise<string | null>;
  isNeeded(): Promise<boolean>;
  /** `unauthenticated` for a token that is wrong, spent, old or of an earlier start; `forbidden` once set up. */
  spend(token: string, given: NewInstallation): Promise<Outcome<PrincipalRef>>;
}

export interface SetUpDeps {
  readonly store: Store;
  readonly tokens: SetupTokens;
  readonly clock: Clock;
  readonly passwords: PasswordHasher;
}

export function createSetUp(deps: SetUpDeps): SetUp {
  const isNeeded = async () => !(await deps.tokens.administratorExists());
  return {
    isNeeded,
    async prepare() {
      if (!(await isNeeded())) return null;
      const token = randomBytes(TOKEN_BYTES).toString("base64url");
      await deps.tokens.replace(hashOf(token), addMs(deps.clock.now(), HOUR_MS));
      return token;
    },
    async spend(token, given) {
      if (!(await isNeeded())) return ALREADY;
      const parsed = newInstallation.safeParse(given);
      if (!parsed.success) {
        const [first] = parsed.error.issues;
        return reject("invalid_input", `${first?.path.join(".")}: ${first?.message}`, {
          path: `/${first?.path.join("/")}`,
        });
      }
      const { tenantName, displayName, email, password } = parsed.data;
      // Before the slow work: with 128 bits there is nothing to guess, so nobody's tries have to be counted, and no
      // stranger's can keep out whoever has the token.
      if (!(await deps.tokens.stands(hashOf(token), deps.clock.now()))) return REFUSED;
      const hashed = await deps.passwords.hash(password);
      if (!hashed.ok) return { ok: false, rejection: { ...hashed.rejection, path: "/password" } };
      return complete(deps, {
        tokenHash: hashOf(token),
        at: deps.clock.now(),
        tenantName: tenantName.toLowerCase(),
        tenantDisplayName: tenantName,
        objectId: asId<ObjectId>(randomUUID()),
        displayName,
        email,
        passwordHash: hashed.value,
      });
    },
  };
}

const ALREADY = reject("forbidden", "the installation is set up already; sign in");
const REFUSED = reject(
  "unauthenticated",
  "the set-up token is not valid: it is good for one hour, once, until the next start; start the server again for a new one",
);
const TAKEN = reject("name_taken", "the tenant's name is taken; choose another");

/** Token, tenant, user, rights and entry: one transaction, undone by throwing. */
async function complete({ store }: SetUpDeps, setup: CompleteSetup): Promise<Outcome<PrincipalRef>> {
  const ref = { tenantId: asId<TenantId>(randomUUID()), objectId: setup.objectId };
  try {
    await store.inTenant(ref.tenantId, async (tx) => {
      await spendIn(tx, setup);
      await tx.record([completed(ref, setup)], setup.at);
    });
    return accept(ref);
  } catch (error) {
    if (error instanceof Undone) return { ok: false, rejection: error.rejection };
    throw error;
  }
}

async function spendIn(tx: Tx, setup: CompleteSetup): Promise<void> {
  const answer = await tx.accounts.completeSetup(setup);
  switch (answer) {
    case "done":
      return;
    case "already_set_up":
      throw new Undone(ALREADY.rejection);
    case "token_refused":
      throw new Undone(REFUSED.rejection);
    case "name_taken":
      throw new Undone(TAKEN.rejection);
  }
}

class Undone extends Error {
  override readonly name = "Undone";
  readonly rejection: Rejection;
  constructor(rejection: Rejection) {
    super(rejection.message);
    this.rejection = rejection;
  }
}

function completed(ref: PrincipalRef, setup: CompleteSetup): DomainEvent {
  return {
    type: "installation.completed",
    subject: { kind: "tenant", id: ref.tenantId },
    actor: { kind: "user", ref, via: "set-up" },
    parties: [ref.tenantId],
    facts: { tenant: setup.tenantName, administrator: ref.objectId, rights: ["operator", "administrator"] },
    correlationId: ref.tenantId,
  };
}

/** 128 random bits need no slow hash. */
function hashOf(token: string): Buffer {
  return createHash("sha256").update(token.trim()).digest();
}
