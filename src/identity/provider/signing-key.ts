/** The keys that sign tokens: one for each generation of the installation's key, sealed in the database, its public half published. */
import { exportJWK, generateKeyPair, type JWK } from "jose";
import { sealedPlaces } from "../../domain/sealed-places.ts";
import type { Sealer, SigningKeys } from "../../use-cases/identity-ports.ts";

// Clients of the Azure world verify RS256 and little else.
export const SIGNING_ALGORITHM = "RS256";
const MODULUS_BITS = 2_048;

/**
 * Private keys: the current generation's is the first, which signs. One that comes into use next is made here and
 * published before anything is signed with it; the one before stays published until its generation is retired.
 */
export async function loadSigningKeys(stored: SigningKeys, key: Sealer): Promise<JWK[]> {
  const { newest } = key;
  const known = await stored.all();
  if (!known.some(({ generation }) => generation >= newest.generation)) {
    const { kid, jwk } = await newKey();
    const sealed = newest.seal(sealedPlaces.signingKey(kid), JSON.stringify(jwk));
    await stored.add(kid, newest.generation, sealed);
  }
  const keys = await stored.all();
  return keys
    .filter(({ generation }) => generation <= newest.generation)
    .map(({ kid, sealed }) => JSON.parse(key.open(sealedPlaces.signingKey(kid), sealed)));
}

async function newKey(): Promise<{ kid: string; jwk: JWK }> {
  const { privateKey } = await generateKeyPair(SIGNING_ALGORITHM, {
    modulusLength: MODULUS_BITS,
    extractable: true,
  });
  const kid = crypto.randomUUID();
  return { kid, jwk: { ...(await exportJWK(privateKey)), kid, alg: SIGNING_ALGORITHM, use: "sig" } };
}
