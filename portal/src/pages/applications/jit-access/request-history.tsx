/** Everything that was asked on one application, and what became of it, as each side may see it. */
import { Badge, Text } from "@mantine/core";
import { useApiPages } from "../../../api/api.ts";
import { useAnswersForTenant } from "../../../app/session.tsx";
import { type Column, Rows } from "../../../parts/rows.tsx";
import { Time } from "../../../parts/time.tsx";
import type { Application, ApplicationInFull } from "../../../words/application.ts";
import { durationWords } from "../../../words/duration.ts";
import { type AccessRequest, rolesWords, stateColor, stateWords, whoWords } from "../../../words/request.ts";

interface Props {
  readonly application: Application & Partial<Pick<ApplicationInFull, "own">>;
  readonly side: Application["side"];
}

const COLUMNS: readonly Column<AccessRequest>[] = [
  { label: "Who asked", cell: ({ requester }) => whoWords(requester), width: "1.4fr" },
  {
    label: "What for",
    cell: (request) => `${rolesWords(request)} for ${durationWords(request.terms.duration)}`,
    width: "1.4fr",
  },
  {
    label: "Why",
    cell: ({ justification }) => (
      <Text size="sm" lineClamp={2}>
        {justification ?? "not said"}
      </Text>
    ),
    width: "2fr",
  },
  {
    label: "What became of it",
    cell: (request) => (
      <Badge color={stateColor(request)} h="auto" style={{ whiteSpace: "normal" }}>
        {stateWords(request)}
      </Badge>
    ),
    width: "2fr",
  },
  { label: "Asked", cell: ({ createdAt }) => <Time at={createdAt} /> },
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
      label="Request history"
      items={items}
      columns={COLUMNS}
      keyOf={({ id }) => id}
      to={({ id }) => (side === "publisher" ? `/requests/${id}` : `/approvals/${id}`)}
      query={query}
      empty={
        view === "all"
          ? `Nobody has asked for anything on ${application.name} yet.`
          : view === "mine"
            ? `You have asked for nothing on ${application.name} yet.`
            : `You have decided nothing on ${application.name} yet.`
      }
    />
  );
}
