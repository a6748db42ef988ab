/** The tenant's log: found by what one asks about, read as sentences, taken along, and verified by oneself. */
import { Button, Code, Group, Text } from "@mantine/core";
import { Download } from "lucide-react";
import { useMemo } from "react";
import { type ItemOf, useApi, useApiPages } from "../../api/api.ts";
import { Page } from "../../parts/page.tsx";
import { type Column, Rows } from "../../parts/rows.tsx";
import { Time, Told } from "../../parts/time.tsx";
import { useAddress, withChanges } from "../../parts/use-address.ts";
import { chainWords, PAGE, VERIFY } from "../../words/audit.ts";
import { AuditFilters } from "./audit-filters.tsx";
import { EntrySheet } from "./entry-sheet.tsx";
import { exportAddress, type Filter, filterIn, queryOf } from "./filter.ts";

const AT_ONCE = 200;

const COLUMNS: readonly Column<ItemOf<"listAuditEntries">>[] = [
  {
    label: PAGE.happened,
    width: "3fr",
    cell: (one) => (
      <Text fw={400}>
        <Told>{one.sentence}</Told>
      </Text>
    ),
  },
  { label: PAGE.who, cell: ({ actorName }) => actorName ?? PAGE.curfew },
  { label: PAGE.when, width: "9rem", cell: (one) => <Time at={String(one.entry.at)} /> },
];

const NO_ENTRY = { entry: null, at: null };

export function AuditPage() {
  const { query: address, change: changeAddress } = useAddress();
  const filter = filterIn(address);
  const { items, query } = useApiPages("listAuditEntries", { query: { ...queryOf(filter), limit: AT_ONCE } });
  const change = (changed: Partial<Filter>) => changeAddress({ ...changed, ...NO_ENTRY });
  const to = useMemo(
    () => (one: ItemOf<"listAuditEntries">) =>
      `/audit?${withChanges(address, { entry: one.id, at: String(one.entry.at) })}`,
    [address],
  );
  const entry = address.get("entry");
  const at = address.get("at");
  return (
    <Page title={PAGE.title} lead={PAGE.lead} actions={<Exports filter={filter} />}>
      <AuditFilters filter={filter} change={change} />
      <Verification />
      <Rows
        label={PAGE.list}
        items={items}
        query={query}
        keyOf={({ id }) => id}
        to={to}
        stay
        columns={COLUMNS}
        empty={PAGE.empty}
      />
      {entry === null || at === null ? null : (
        <EntrySheet id={entry} at={at} close={() => changeAddress(NO_ENTRY, { replace: false })} />
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
        {head.data === undefined ? "" : `${chainWords(head.data.sequence)} `}
        {VERIFY} <Code>npx curfew audit verify</Code>
      </Text>
    </Group>
  );
}
