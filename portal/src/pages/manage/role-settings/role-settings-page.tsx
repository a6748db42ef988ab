/** Which rules stand where, by role and place. */
import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useNavigate } from "react-router";
import { type ItemOf, useApiPages } from "../../../api/api.ts";
import { Page } from "../../../parts/page.tsx";
import { type Column, Rows } from "../../../parts/rows.tsx";
import { ConfirmSheet } from "../../../parts/sheet.tsx";
import { inheritedWords, policyOf, roleOn, SETTINGS, tierNamed } from "../../../words/ruling.ts";
import { PlaceField } from "../parts/place-field.tsx";
import { RoleSelect } from "../parts/role-select.tsx";
import { settingsAddress } from "./settings-address.ts";

type Ruled = ItemOf<"listRoleSettings">;

export function RoleSettingsPage() {
  const [choosing, setChoosing] = useState(false);
  const { items, query } = useApiPages("listRoleSettings", { query: { limit: 100 } });
  return (
    <Page
      title={SETTINGS.title}
      lead={SETTINGS.lead}
      actions={<Button onClick={() => setChoosing(true)}>{SETTINGS.choose}</Button>}
    >
      <Rows
        label={SETTINGS.title}
        items={items}
        columns={COLUMNS}
        keyOf={({ roleDefinitionId, scope }) => `${roleDefinitionId} ${scope}`}
        to={({ roleDefinitionId, scope }) => settingsAddress(roleDefinitionId, scope)}
        query={query}
        empty={SETTINGS.none}
      />
      {choosing ? <ChooseSheet close={() => setChoosing(false)} /> : null}
    </Page>
  );
}

const COLUMNS: readonly Column<Ruled>[] = [
  {
    label: SETTINGS.roleAndPlace,
    width: "2fr",
    cell: ({ roleName, scopeName }) => roleOn(roleName, scopeName),
  },
  { label: SETTINGS.from, width: "2fr", cell: (one) => <Source ruled={one} /> },
];

function Source({ ruled: { source, application, inheritedFrom, documentName } }: { readonly ruled: Ruled }) {
  if (application !== null && source.kind === "application") return policyOf(application);
  if (application !== null)
    return (
      <Stack gap={0}>
        <Text>{policyOf(application)}</Text>
        <Text size="sm" c="dimmed">
          {SETTINGS.beside}
        </Text>
      </Stack>
    );
  if (documentName !== null) return <Badge>{SETTINGS.here}</Badge>;
  return source.kind === "tier" ? tierNamed(source.name) : inheritedWords(inheritedFrom ?? "");
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
      title={SETTINGS.chooseTitle}
      opened
      close={close}
      verb={SETTINGS.seeRules}
      busy={false}
      error={null}
      disabled={role === null || scope === null}
      confirm={confirm}
    >
      <Group grow align="flex-start" preventGrowOverflow={false}>
        <RoleSelect label={SETTINGS.role} value={role} onChange={setRole} miw={200} data-autofocus />
        <PlaceField label={SETTINGS.where} value={scope} onChange={setScope} />
      </Group>
    </ConfirmSheet>
  );
}
