/** What the publisher's people may ask for. Nobody holds any of it by being listed here. */
import { Stack, Text } from "@mantine/core";
import { type Column, Rows } from "../../../parts/rows.tsx";
import { type ApplicationInFull, lastOf } from "../../../words/application.ts";
import { durationWords } from "../../../words/duration.ts";

type Role = ApplicationInFull["roles"][number];

export function EligibleRoles({ application }: { readonly application: ApplicationInFull }) {
  const { publisher, roles, name, managedScope, jitPolicy } = application;
  const columns: Column<Role>[] = [
    { label: "Role", cell: (role) => role.name },
    { label: "Where", cell: () => `${name} and ${lastOf(managedScope)}`, width: "2fr" },
    {
      label: "For at most",
      cell: () => (jitPolicy === null ? "" : durationWords(jitPolicy.maximumDuration)),
    },
    {
      label: "Approval",
      cell: () => (jitPolicy?.mode === "manual" ? "An approver decides" : "Approved at once"),
    },
  ];
  return (
    <Stack>
      <Text c="dimmed">{publisher.name} may ask for these. It holds none of them by being listed here.</Text>
      <Rows
        label="Eligible roles"
        items={roles}
        columns={columns}
        keyOf={({ id }) => id}
        query={{ isPending: false, error: null, refetch: () => undefined }}
        empty={`${publisher.name} may ask for nothing here.`}
      />
    </Stack>
  );
}
