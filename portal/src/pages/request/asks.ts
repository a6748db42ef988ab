/** An ask that can be made again: as an address of the form, and as one of the favourites kept in this browser. */
import { useLocalStorage } from "@mantine/hooks";
import { useMe } from "../../app/session.tsx";
import type { AccessRequest } from "../../words/request.ts";

const MOST_FAVOURITES = 12;

export interface Ask {
  readonly scope: string;
  readonly scopeName: string;
  readonly roleDefinitionIds: readonly string[];
  readonly roleNames: readonly string[];
  readonly duration: string;
}

export function askOf({ scope, scopeName, roles, asked }: AccessRequest): Ask {
  return {
    scope,
    scopeName,
    roleDefinitionIds: roles.map(({ id }) => id),
    roleNames: roles.map(({ name }) => name),
    duration: asked.duration,
  };
}

export function askAddress({ scope, roleDefinitionIds, duration }: Ask): string {
  const query = new URLSearchParams([
    ["scope", scope],
    ...roleDefinitionIds.map((id) => ["role", id]),
    ["for", duration],
  ] as [string, string][]);
  return `/request?${query}`;
}

/** Names and places only; justifications and secrets are never kept. */
export function useFavourites() {
  const { principal } = useMe();
  const [favourites, keep] = useLocalStorage<Ask[]>({
    key: `curfew-favourites-${principal.objectId}`,
    defaultValue: [],
    getInitialValueInEffect: false,
  });
  const same = (a: Ask, b: Ask) =>
    a.scope === b.scope && [...a.roleDefinitionIds].sort().join() === [...b.roleDefinitionIds].sort().join();
  return {
    favourites,
    has: (ask: Ask) => favourites.some((one) => same(one, ask)),
    toggle: (ask: Ask) =>
      keep((kept) =>
        kept.some((one) => same(one, ask))
          ? kept.filter((one) => !same(one, ask))
          : [ask, ...kept].slice(0, MOST_FAVOURITES),
      ),
  };
}
