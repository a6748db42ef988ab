/** What was asked for at this application, newest first, and what became of it. */
import { Badge } from "@mantine/core";
import { useApiPages } from "../../api/api.ts";
import { type Column, Rows } from "../../parts/rows.tsx";
import { Time } from "../../parts/time.tsx";
import type { Application } from "../../words/customer.ts";
import { durationWords } from "../../words/duration.ts";
import { type AccessRequest, rolesWords, stateColor, stateWords } from "../../words/request.ts";
import { useView } from "./live-grants.ts";

const PAGE = 50;

const COLUMNS: readonly Column<AccessRequest>[] = [
  { label: "Asked by", cell: ({ requester }) => requester.displayName },
  { label: "For", cell: (request) => `${rolesWords(request)}, ${durationWords(request.asked.duration)}` },
  { label: "Why", width: "2fr", cell: ({ justification }) => justification ?? "Not said" },
  { label: "Asked", cell: ({ createdAt }) => <Time at={createdAt} as="minute" /> },
  {
    label: "State",
    width: "1.5fr",
    cell: (request) => (
      <Badge color={stateColor(request)} h="auto" style={{ whiteSpace: "normal" }}>
        {stateWords(request)}
      </Badge>
    ),
  },
];

export function RequestHistory({ application }: { readonly application: Application }) {
  const { items, query } = useApiPages("listAccessRequests", {
    query: { view: useView(), applicationId: application.id, limit: PAGE },
  });
  return (
    <Rows
      label="Request history"
      items={items}
      columns={COLUMNS}
      keyOf={({ id }) => id}
      to={({ id }) => `/requests/${id}`}
      empty={`Nobody has asked for anything on ${application.name} yet.`}
      query={query}
    />
  );
}
