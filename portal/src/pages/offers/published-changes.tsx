/** Who changed the offer and when, from the audit log, newest first. */
import { type ItemOf, useApiPages } from "../../api/api.ts";
import { type Column, Rows } from "../../parts/rows.tsx";
import { sentence } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { PROPERTIES } from "../../words/offer.ts";

type Entry = ItemOf<"listAuditEntries">;

const PAGE = 50;

const COLUMNS: readonly Column<Entry>[] = [
  { label: "What", width: "3fr", cell: (one) => sentence(one.sentence) },
  { label: "When", cell: ({ entry }) => <Time at={String(entry.at)} as="minute" /> },
];

export function PublishedChanges({ offerId }: { readonly offerId: string }) {
  const { items, query } = useApiPages("listAuditEntries", {
    query: { subjectId: offerId, type: "configuration.changed", limit: PAGE },
  });
  return (
    <Rows
      label={PROPERTIES.changes}
      items={items}
      columns={COLUMNS}
      keyOf={({ id }) => id}
      empty={PROPERTIES.noChange}
      query={query}
    />
  );
}
