/** What the publisher's people may ask for. Nobody holds any of it by being listed here. */
import { Stack, Text } from "@mantine/core";
import { type Column, Rows } from "../../../parts/rows.tsx";
import * as words from "../../../words/application.ts";
import { durationWords } from "../../../words/duration.ts";

type Role = words.ApplicationInFull["roles"][number];

export function EligibleRoles({ application }: { readonly application: words.ApplicationInFull }) {
  const { roles, jitPolicy } = application;
  const columns: Column<Role>[] = [
    { label: words.ELIGIBLE.role, cell: (role) => role.name },
    { label: words.ELIGIBLE.where, cell: () => words.whereWords(application), width: "2fr" },
    {
      label: words.ELIGIBLE.atMost,
      cell: () => (jitPolicy === null ? "" : durationWords(jitPolicy.maximumDuration)),
    },
    {
      label: words.ELIGIBLE.approval,
      cell: () => (jitPolicy?.mode === "manual" ? words.ELIGIBLE.approverDecides : words.ELIGIBLE.atOnce),
    },
  ];
  return (
    <Stack>
      <Text c="dimmed">{words.eligibleLead(application)}</Text>
      <Rows
        label={words.ELIGIBLE.list}
        items={roles}
        columns={columns}
        keyOf={({ id }) => id}
        query={{ isPending: false, error: null, refetch: () => undefined }}
        empty={words.eligibleForNothing(application)}
      />
    </Stack>
  );
}
