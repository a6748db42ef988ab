/** Names that lead somewhere: a person to their page, a place to its own. */
import { Anchor } from "@mantine/core";
import { Link } from "react-router";
import { useMe } from "../app/session.tsx";

interface Person {
  readonly tenantId: string;
  readonly objectId: string;
  readonly displayName: string;
  readonly tenantName: string;
}

/** Of another organisation with its name. */
export function Who({ person }: { readonly person: Person }) {
  const { principal } = useMe();
  const foreign = person.tenantId !== principal.tenantId;
  const query = foreign ? `?tenant=${person.tenantId}` : "";
  return (
    <Anchor component={Link} to={`/people/${person.objectId}${query}`} fw={600} className="plain-link">
      {foreign ? `${person.displayName} (${person.tenantName})` : person.displayName}
    </Anchor>
  );
}

export function Where({ scope, name }: { readonly scope: string; readonly name: string }) {
  return (
    <Anchor component={Link} to={placeAddress(scope)}>
      {name}
    </Anchor>
  );
}

export function placeAddress(scope: string): string {
  return `/places?${new URLSearchParams({ scope })}`;
}
