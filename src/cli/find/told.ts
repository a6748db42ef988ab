/** What one was told about: notifications show its short id, whether a list holds it or not. */
import { allOf, type Client } from "../../client/client.ts";
import { ApiProblem } from "../../client/problem.ts";
import type { AccessRequest } from "../../client/types.ts";

const MAX_LOOKED_AT = 2_000;
/** Of these the grants are looked at as well, when no request begins so. */
const MAX_READ = 40;

/** The requests among it that begin so, or that led to a grant that does. */
export async function requestsToldOf(client: Client, text: string): Promise<readonly AccessRequest[]> {
  const begins = (id: string) => id.toLowerCase().startsWith(text.toLowerCase());
  const told = new Set<string>();
  let looked = 0;
  for await (const { requestId } of allOf((query) => client.call("listMyNotifications", { query }))) {
    if (requestId !== null) told.add(requestId);
    if (++looked === MAX_LOOKED_AT) break;
  }
  const named = [...told].filter(begins);
  const read = await Promise.all(
    (named.length > 0 ? named : [...told].slice(0, MAX_READ)).map((id) =>
      orNull(client.call("readAccessRequest", { path: { id } })),
    ),
  );
  const found = read.filter((request) => request !== null);
  return named.length > 0 ? found : found.filter(({ grantIds }) => grantIds.some(begins));
}

/** Null for what is not there, or not for the caller to see any more. */
export async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiProblem && error.code === "not_found") return null;
    throw error;
  }
}
