/** What one was told about: it is known by its short id, since notifications show it, whether a list holds it or not. */
import { allOf, type Client } from "../../client/client.ts";
import { ApiProblem } from "../../client/problem.ts";
import { isIdStart } from "./pick.ts";

const MAX_LOOKED_AT = 2_000;

/** Ids of the requests among it that begin so. */
export async function requestsToldOf(client: Client, text: string): Promise<readonly string[]> {
  if (!isIdStart(text)) return [];
  const found = new Set<string>();
  let looked = 0;
  for await (const { requestId, grantId } of allOf((query) =>
    client.call("listMyNotifications", { query }),
  )) {
    const begins = [requestId, grantId].some((id) => id?.toLowerCase().startsWith(text.toLowerCase()));
    if (begins && requestId !== null) found.add(requestId);
    if (++looked === MAX_LOOKED_AT) break;
  }
  return [...found];
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
