/** Everything that was asked on one application, and what became of it, as each side may see it. */
import { Badge, Text } from "@mantine/core";
import { useApiPages } from "../../../api/api.ts";
import { useAnswersForTenant } from "../../../app/session.tsx";
import { type Column, Rows } from "../../../parts/rows.tsx";
import { Time } from "../../../parts/time.tsx";
import type { Application, ApplicationInFull } from "../../../words/application.ts";
import * as words from "../../../words/asked.ts";
import { type AccessRequest, stateColor, stateWords, whoWords } from "../../../words/request.ts";

interface Props {
  readonly application: Application & Partial<Pick<ApplicationInFull, "own">>;
  readonly side: Application["side"];
}

const COLUMNS: readonly Column<AccessRequest>[] = [
  { label: words.COLUMNS.whoAsked, cell: ({ requester }) => whoWords(requester), width: "1.4fr" },
  {
    label: words.COLUMNS.whatFor,
    cell: words.askedFor,
    width: "1.4fr",
  },
  {
    label: words.COLUMNS.why,
    cell: ({ justification }) => (
      <Text size="sm" lineClamp={2}>
        {justification ?? words.NO_REASON}
      </Text>
    ),
    width: "2fr",
  },
  {
    label: words.COLUMNS.became,
    cell: (request) => <Badge color={stateColor(request)}>{stateWords(request)}</Badge>,
    width: "2fr",
  },
  { label: words.COLUMNS.asked, cell: ({ createdAt }) => <Time at={createdAt} /> },
];

export function RequestHistory({ application, side }: Props) {
  const answers = useAnswersForTenant();
  const all = answers || application.own?.mayManage === true;
  const view = all ? "all" : side === "publisher" ? "mine" : "decided";
  const { items, query } = useApiPages("listAccessRequests", {
    query: { view, applicationId: application.id, limit: 50 },
  });
  return (
    <Rows
      label={words.HISTORY}
      items={items}
      columns={COLUMNS}
      keyOf={({ id }) => id}
      to={({ id }) => (side === "publisher" ? `/requests/${id}` : `/approvals/${id}`)}
      query={query}
      empty={words.nothingAsked(application, view)}
    />
  );
}
