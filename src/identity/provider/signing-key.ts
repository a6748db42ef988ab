/** The key that signs tokens: made once, sealed in the database, its public half published. */
import { exportJWK, generateKeyPair, type JWK } from "jose";
import type { Sealer, SigningKeys } from "../../use-cases/identity-ports.ts";

// Clients of the Azure world verify RS256 and little else.
export const SIGNING_ALGORITHM = "RS256";
const MODULUS_BITS = 2_048;

/** Private keys, the newest first: it signs; older ones stay published until they are removed. */
export async function loadSigningKeys(stored: SigningKeys, key: Sealer): Promise<JWK[]> {
  if ((await stored.all()).length === 0) {
    const { kid, jwk } = await newKey();
    await stored.addFirst(kid, key.seal(contextOf(kid), JSON.stringify(jwk)));
  }
  return (await stored.all()).map(({ kid, sealed }) => JSON.parse(key.open(contextOf(kid), sealed)));
}

async function newKey(): Promise<{ kid: string; jwk: JWK }> {
  const { privateKey } = await generateKeyPair(SIGNING_ALGORITHM, {
    modulusLength: MODULUS_BITS,
    extractable: true,
  });
  const kid = crypto.randomUUID();
  return { kid, jwk: { ...(await exportJWK(privateKey)), kid, alg: SIGNING_ALGORITHM, use: "sig" } };
}

function contextOf(kid: string): string {
  return `signing key ${kid}`;
}
