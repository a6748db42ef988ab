/** Which rules stand where, by role and place. */
import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useNavigate } from "react-router";
import { type ItemOf, useApiPages } from "../../../api/api.ts";
import { Page } from "../../../parts/page.tsx";
import { type Column, Rows } from "../../../parts/rows.tsx";
import { ConfirmSheet } from "../../../parts/sheet.tsx";
import { PlaceField } from "../parts/place-field.tsx";
import { RoleSelect } from "../parts/role-select.tsx";
import { settingsAddress } from "./settings-address.ts";

type Ruled = ItemOf<"listRoleSettings">;

export function RoleSettingsPage() {
  const [choosing, setChoosing] = useState(false);
  const { items, query } = useApiPages("listRoleSettings", { query: { limit: 100 } });
  return (
    <Page
      title="Role settings"
      lead="How long, with whose approval and on what terms each role can be asked for, place by place."
      actions={<Button onClick={() => setChoosing(true)}>Set rules for a role</Button>}
    >
      <Rows
        label="Role settings"
        items={items}
        columns={COLUMNS}
        keyOf={({ roleDefinitionId, scope }) => `${roleDefinitionId} ${scope}`}
        to={({ roleDefinitionId, scope }) => settingsAddress(roleDefinitionId, scope)}
        query={query}
        empty="No role has rules of its own, and nobody is eligible for any: the tiers rule everywhere."
      />
      {choosing ? <ChooseSheet close={() => setChoosing(false)} /> : null}
    </Page>
  );
}

const COLUMNS: readonly Column<Ruled>[] = [
  { label: "Role and place", width: "2fr", cell: ({ roleName, scopeName }) => `${roleName} on ${scopeName}` },
  { label: "Rules come from", width: "2fr", cell: (one) => <Source ruled={one} /> },
];

function Source({ ruled: { source, application, inheritedFrom, documentName } }: { readonly ruled: Ruled }) {
  if (application !== null && source.kind === "application") return `the JIT policy of ${application}`;
  if (application !== null)
    return (
      <Stack gap={0}>
        <Text>the JIT policy of {application}</Text>
        <Text size="sm" c="dimmed">
          and for your own people what is set for the places it lies in
        </Text>
      </Stack>
    );
  if (documentName !== null) return <Badge>set here</Badge>;
  return source.kind === "tier" ? `tier ${source.name}` : `inherited from ${inheritedFrom}`;
}

/** A place that nobody has set rules for yet. */
function ChooseSheet({ close }: { readonly close: () => void }) {
  const [role, setRole] = useState<string | null>(null);
  const [scope, setScope] = useState<string | null>(null);
  const navigate = useNavigate();
  const confirm = () => {
    if (role !== null && scope !== null) navigate(settingsAddress(role, scope));
  };
  return (
    <ConfirmSheet
      title="Rules for which role, where?"
      opened
      close={close}
      verb="See its rules"
      busy={false}
      error={null}
      disabled={role === null || scope === null}
      confirm={confirm}
    >
      <Group grow align="flex-start" preventGrowOverflow={false}>
        <RoleSelect label="Role" value={role} onChange={setRole} miw={200} data-autofocus />
        <PlaceField label="Where" value={scope} onChange={setScope} />
      </Group>
    </ConfirmSheet>
  );
}
