/** One's own history, the newest first: what one did, and what became of one's requests and access. */
import { Text } from "@mantine/core";
import { type ItemOf, useApiPages } from "../../api/api.ts";
import { Page } from "../../parts/page.tsx";
import { type Column, Rows } from "../../parts/rows.tsx";
import { Time, Told } from "../../parts/time.tsx";
import { HISTORY as PAGE } from "../../words/notification.ts";

const AT_ONCE = 100;
type Entry = ItemOf<"listMyHistory">;

const COLUMNS: readonly Column<Entry>[] = [
  {
    label: PAGE.happened,
    width: "3fr",
    cell: ({ sentence }) => (
      <Text fw={400}>
        <Told>{sentence}</Told>
      </Text>
    ),
  },
  { label: PAGE.who, cell: ({ actorName }) => actorName ?? PAGE.curfew },
  { label: PAGE.when, width: "9rem", cell: ({ at }) => <Time at={at} /> },
];

const to = ({ requestId }: Entry) => (requestId === null ? null : `/requests/${requestId}`);

export function HistoryPage() {
  const { items, query } = useApiPages("listMyHistory", { query: { limit: AT_ONCE } });
  return (
    <Page title={PAGE.title} lead={PAGE.lead} width={960}>
      <Rows
        label={PAGE.title}
        items={items}
        query={query}
        keyOf={({ id }) => id}
        to={to}
        columns={COLUMNS}
        empty={PAGE.empty}
      />
    </Page>
  );
}
