/** People, groups and workloads of one's own tenant, by name, address or the beginning of their id. */
import { allOf, type Client } from "../../client/client.ts";
import type { Person } from "../../client/types.ts";
import { isIdStart, pick } from "./pick.ts";

const MAX_LOOKED_AT = 5_000;

export async function findPrincipal(client: Client, text: string): Promise<Person> {
  const items: Person[] = [];
  const q = isIdStart(text) ? {} : { q: text.slice(0, 100) };
  for await (const person of allOf((page) => client.call("listPrincipals", { query: { ...page, ...q } }))) {
    items.push(person);
    if (items.length === MAX_LOOKED_AT) break;
  }
  return pick(text, {
    what: "person, group or service principal",
    among: "in your organisation",
    items,
    id: ({ objectId }) => objectId,
    names: ({ displayName, email }) => [
      displayName,
      ...(email === null ? [] : [email, email.split("@")[0] ?? email]),
    ],
    label: ({ displayName, kind, email }) => `${displayName} (${email ?? kind})`,
  });
}
