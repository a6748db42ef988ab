/** What roles become, in which system: everything that is bound, and where to bind more. */
import { Badge, Button, Group, Text } from "@mantine/core";
import { Link } from "react-router";
import { useApiPages } from "../../../api/api.ts";
import { Page } from "../../../parts/page.tsx";
import { type Column, Rows } from "../../../parts/rows.tsx";
import { entitlementWords, bindings as words } from "../../../words/administration.ts";
import type { Target } from "../targets/target.ts";
import { bindingAddress, NEW_BINDING } from "./binding-address.ts";

type Bound = Target["bindings"][number] & { readonly target: string };

export function BindingsPage() {
  const { items, query } = useApiPages("listTargets", { query: { limit: 200 } });
  const bound = items.flatMap((target) =>
    target.bindings.map((one): Bound => ({ ...one, target: target.name })),
  );
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        <Button component={Link} to={NEW_BINDING}>
          {words.make}
        </Button>
      }
    >
      <Rows
        label={words.title}
        items={bound}
        columns={COLUMNS}
        keyOf={({ name }) => name}
        to={({ name }) => bindingAddress(name)}
        query={query}
        empty={words.empty}
      />
    </Page>
  );
}

const COLUMNS: readonly Column<Bound>[] = [
  {
    label: words.roleAndPlace,
    width: "1.3fr",
    cell: ({ roleName, scopeName }) => `${roleName} on ${scopeName}`,
  },
  {
    label: words.becomes,
    width: "1.3fr",
    cell: ({ entitlement, required, standing }) => (
      <Group gap="xs">
        <Text span>{entitlementWords(entitlement)}</Text>
        {standing ? <Badge size="sm">{words.badgeStanding}</Badge> : null}
        {required ? null : <Badge size="sm">{words.badgeLoose}</Badge>}
      </Group>
    ),
  },
  { label: words.target, cell: ({ target }) => target },
];
