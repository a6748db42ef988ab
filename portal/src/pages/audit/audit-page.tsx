/** The tenant's log: found by what one asks about, read as sentences, taken along, and verified by oneself. */
import { Button, Code, Group, Text } from "@mantine/core";
import { Download } from "lucide-react";
import { useSearchParams } from "react-router";
import { useApi, useApiPages } from "../../api/api.ts";
import { useNow } from "../../parts/now.ts";
import { Page } from "../../parts/page.tsx";
import { Rows } from "../../parts/rows.tsx";
import { sentence } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { withTimes } from "../../words/time.ts";
import { AuditFilters } from "./audit-filters.tsx";
import { EntrySheet } from "./entry-sheet.tsx";
import { exportAddress, type Filter, filterIn, queryOf } from "./filter.ts";

const PAGE = 200;

export function AuditPage() {
  const now = useNow();
  const [address, setAddress] = useSearchParams();
  const filter = filterIn(address);
  const { items, query } = useApiPages("listAuditEntries", { query: { ...queryOf(filter), limit: PAGE } });
  const change = (changed: Partial<Filter>) =>
    setAddress((before) => withChanges(before, { ...changed, entry: null, at: null }), {
      replace: true,
      preventScrollReset: true,
    });
  const entry = address.get("entry");
  const at = address.get("at");
  return (
    <Page
      title="Audit"
      lead="What happened in your organisation, the newest first."
      actions={<Exports filter={filter} />}
    >
      <AuditFilters filter={filter} change={change} />
      <Verification />
      <Rows
        label="Audit entries"
        items={items}
        query={query}
        keyOf={({ id }) => id}
        to={(one) => `/audit?${withChanges(address, { entry: one.id, at: String(one.entry.at) })}`}
        stay
        columns={[
          {
            label: "What happened",
            width: "3fr",
            cell: (one) => <Text fw={400}>{sentence(withTimes(one.sentence, now))}</Text>,
          },
          { label: "Who", cell: ({ actorName }) => actorName ?? "Curfew" },
          { label: "When", width: "9rem", cell: (one) => <Time at={String(one.entry.at)} /> },
        ]}
        empty="Nothing in the log is like that. Take a filter away to see more."
      />
      {entry === null || at === null ? null : (
        <EntrySheet
          id={entry}
          at={at}
          close={() =>
            setAddress((before) => withChanges(before, { entry: null, at: null }), {
              preventScrollReset: true,
            })
          }
        />
      )}
    </Page>
  );
}

function Exports({ filter }: { readonly filter: Filter }) {
  return (["csv", "json"] as const).map((format) => (
    <Button
      key={format}
      component="a"
      href={exportAddress(filter, format)}
      download
      variant="default"
      leftSection={<Download size={16} aria-hidden="true" />}
    >
      {format.toUpperCase()}
    </Button>
  ));
}

function Verification() {
  const head = useApi("readAuditHead", {});
  return (
    <Group gap="xs" mb="md" mih={28}>
      <Text size="sm" c="dimmed">
        {head.data === undefined ? "" : `The chain ends at entry ${head.data.sequence}. `}
        Do not take this page’s word for it: <Code>npx curfew audit verify</Code> checks every entry on your
        own machine.
      </Text>
    </Group>
  );
}

function withChanges(before: URLSearchParams, changes: Readonly<Record<string, string | null>>) {
  const after = new URLSearchParams(before);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) after.delete(name);
    else after.set(name, value);
  }
  return after;
}
