/** The tenant's principals by the words that documents have for them, and the roles that one can name. */
import { type ItemOf, useApi } from "../../api/api.ts";
import { useMe } from "../../app/session.tsx";
import type { FoundPrincipal } from "../../parts/principal-picker.tsx";

const BUILT_IN = ["Contributor", "Owner", "Reader", "User Access Administrator"];
const KINDS = { User: "user", Group: "group", ServicePrincipal: "servicePrincipal" } as const;

interface Directory {
  /** What is not known here stays the word it was: the server knows it. */
  readonly who: (word: string) => FoundPrincipal;
  readonly roles: readonly string[];
}

/** Null until it is read. */
export function useDirectory(): Directory | null {
  const { principal: me } = useMe();
  const lists = [
    useApi("listConfiguration", { path: { kind: "User" } }),
    useApi("listConfiguration", { path: { kind: "Group" } }),
    useApi("listConfiguration", { path: { kind: "ServicePrincipal" } }),
  ];
  const roles = useApi("listConfiguration", { path: { kind: "RoleDefinition" } });
  if (roles.isPending || lists.some(({ isPending }) => isPending)) return null;
  const known = new Map<string, FoundPrincipal>();
  for (const document of lists.flatMap(({ data }) => data?.items ?? [])) {
    const found = principalOf(document, me.tenantId);
    known.set(document.name, found).set(`${found.kind}:${document.name}`, found).set(document.id, found);
  }
  return {
    who: (word) =>
      known.get(word) ?? {
        tenantId: me.tenantId,
        objectId: word,
        kind: "user",
        name: word,
        displayName: word,
        email: null,
      },
    roles: [...BUILT_IN, ...(roles.data?.items ?? []).map(({ name }) => name)],
  };
}

function principalOf(
  { kind, id, name, spec }: ItemOf<"listConfiguration">,
  tenantId: string,
): FoundPrincipal {
  return {
    tenantId,
    objectId: id,
    kind: KINDS[kind as keyof typeof KINDS],
    name,
    displayName: String(spec.displayName ?? name),
    email: typeof spec.email === "string" ? spec.email : null,
  };
}
