/** What waits for a decision on one application; deciding is a page of its own. */
import { Badge, Text } from "@mantine/core";
import { useApiPages } from "../../../api/api.ts";
import { useAnswersForTenant, useMe } from "../../../app/session.tsx";
import { type Column, Rows } from "../../../parts/rows.tsx";
import { Empty } from "../../../parts/states.tsx";
import { Time } from "../../../parts/time.tsx";
import type { ApplicationInFull } from "../../../words/application.ts";
import * as words from "../../../words/asked.ts";
import { type AccessRequest, stateColor, stateWords, whoWords } from "../../../words/request.ts";

const COLUMNS: readonly Column<AccessRequest>[] = [
  { label: words.COLUMNS.whoAsks, cell: ({ requester }) => whoWords(requester), width: "1.3fr" },
  {
    label: words.COLUMNS.whatFor,
    cell: words.askedFor,
    width: "1.3fr",
  },
  {
    label: words.COLUMNS.why,
    cell: ({ justification }) => <Text lineClamp={2}>{justification ?? words.NO_REASON}</Text>,
    width: "2fr",
  },
  {
    label: words.COLUMNS.state,
    cell: (request) => <Badge color={stateColor(request)}>{stateWords(request)}</Badge>,
    width: "1.5fr",
  },
  {
    label: words.COLUMNS.decide,
    cell: ({ decideBy }) => (decideBy === null ? words.ANY_TIME : <Time at={decideBy} as="in" />),
    width: "7rem",
  },
];

export function ApproveRequests({ application }: { readonly application: ApplicationInFull }) {
  const all = useAnswersForTenant() || application.own?.mayManage === true;
  const approver = useMe().places.includes("approvals");
  const { items, query } = useApiPages(
    "listAccessRequests",
    { query: { view: all ? "all" : "toDecide", state: "pending", applicationId: application.id, limit: 50 } },
    { enabled: all || approver },
  );
  if (!all && !approver) return <Empty>{words.NOT_AN_APPROVER}</Empty>;
  return (
    <Rows
      label={words.TO_DECIDE}
      items={items}
      columns={COLUMNS}
      keyOf={({ id }) => id}
      to={({ id }) => `/approvals/${id}`}
      query={query}
      empty={words.nothingWaits(application)}
    />
  );
}
