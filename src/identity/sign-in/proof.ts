/** What somebody proved: whose account it is, and at which version of its credentials; nothing once that has passed. */
import { asId, isGuid, type ObjectId, type TenantId } from "../../domain/ids.ts";
import type { PrincipalRef } from "../../domain/principal.ts";
import type { IdentityStore, LocalAccount, Standing } from "../../use-cases/identity-ports.ts";
import type { Caller } from "../../use-cases/ports.ts";

/** As the provider carries it, in place of an account's id, from sign-in through session and code to every token. */
export type ProofName = string;

export interface Proven {
  readonly ref: PrincipalRef;
  readonly version: number;
}

/**
 * The provider copies an account's id from each of its records to the next, compares it at each hop, and asks for the
 * account by it at each use. So what it takes for the id says the version, and no record can be without it.
 */
export function proofName({ ref, version }: Proven): ProofName {
  return [ref.tenantId, ref.objectId, version].join(".");
}

export function readProof(name: ProofName | undefined): Proven | null {
  const [tenantId = "", objectId = "", version = "", ...more] = name?.split(".") ?? [];
  if (!isGuid(tenantId) || !isGuid(objectId) || !/^\d{1,10}$/.test(version) || more.length > 0) return null;
  return {
    ref: { tenantId: asId<TenantId>(tenantId), objectId: asId<ObjectId>(objectId) },
    version: Number(version),
  };
}

/** The account, if it is open and its credentials are those of the proof. */
export async function provenAccount(
  identities: IdentityStore,
  proof: Proven | null,
): Promise<LocalAccount | null> {
  if (proof === null) return null;
  const account = await identities.accountById(proof.ref.objectId);
  // INVARIANT I19: what was proved with other credentials than the account has now is nothing.
  return account?.active === true && account.version === proof.version ? account : null;
}

interface StandingCaller extends Standing {
  readonly kind: Caller["kind"];
}

/** The same for whoever calls: tokens of people and workloads, and the browser's sign-in. */
export function standsBehind(standing: Standing | null, version: unknown): standing is StandingCaller {
  if (standing === null || !standing.active || standing.kind === "group") return false;
  // INVARIANT I19: what was proved with other credentials than the account has now is nothing.
  return standing.credentialVersion !== null && standing.credentialVersion === version;
}
