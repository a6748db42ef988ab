/** What waits for a decision on one application; deciding is a page of its own. */
import { Badge, Text } from "@mantine/core";
import { useApiPages } from "../../../api/api.ts";
import { useAnswersForTenant, useMe } from "../../../app/session.tsx";
import { type Column, Rows } from "../../../parts/rows.tsx";
import { Empty } from "../../../parts/states.tsx";
import { Time } from "../../../parts/time.tsx";
import type { ApplicationInFull } from "../../../words/application.ts";
import { durationWords } from "../../../words/duration.ts";
import { type AccessRequest, rolesWords, stateColor, stateWords, whoWords } from "../../../words/request.ts";

const COLUMNS: readonly Column<AccessRequest>[] = [
  { label: "Who asks", cell: ({ requester }) => whoWords(requester), width: "1.3fr" },
  {
    label: "What for",
    cell: (request) => `${rolesWords(request)} for ${durationWords(request.terms.duration)}`,
    width: "1.3fr",
  },
  {
    label: "Why",
    cell: ({ justification }) => <Text lineClamp={2}>{justification ?? "No justification was given"}</Text>,
    width: "2fr",
  },
  {
    label: "State",
    cell: (request) => <Badge color={stateColor(request)}>{stateWords(request)}</Badge>,
    width: "1.5fr",
  },
  {
    label: "Decide",
    cell: ({ decideBy }) => (decideBy === null ? "Any time" : <Time at={decideBy} as="in" />),
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
  if (!all && !approver) return <Empty>You decide nothing here.</Empty>;
  return (
    <Rows
      label="Requests to decide"
      items={items}
      columns={COLUMNS}
      keyOf={({ id }) => id}
      to={({ id }) => `/approvals/${id}`}
      query={query}
      empty={emptyWords(application)}
    />
  );
}

function emptyWords({ jitPolicy, publisher }: ApplicationInFull): string {
  return jitPolicy?.mode === "automatic"
    ? `Nothing waits here: what ${publisher.name} asks for is approved at once. The request history shows it.`
    : `Nobody of ${publisher.name} waits for a decision.`;
}
