/** What waits for one's decision, and what one decided. */
import { Badge, Chip, Group, Text } from "@mantine/core";
import { useSearchParams } from "react-router";
import { type Input, useApiPages } from "../../api/api.ts";
import { Page } from "../../parts/page.tsx";
import { type Column, Rows } from "../../parts/rows.tsx";
import { TabLinks } from "../../parts/tab-links.tsx";
import { Time } from "../../parts/time.tsx";
import { durationWords } from "../../words/duration.ts";
import { type AccessRequest, stateColor, stateWords, whatWords, whoWords } from "../../words/request.ts";
import { EmergencyReviews } from "./emergency-reviews.tsx";

type About = NonNullable<NonNullable<Input<"listAccessRequests">["query"]>["about"]>;

const ABOUT: readonly { value: About | "all"; label: string }[] = [
  { value: "all", label: "All" },
  { value: "applications", label: "Applications" },
  { value: "resources", label: "Resources" },
  { value: "groups", label: "Groups" },
];

export function ToDecidePage() {
  return (
    <ApprovalsFrame>
      <EmergencyReviews />
      <Queue
        view="toDecide"
        columns={TO_DECIDE}
        to={({ id }) => `/approvals/${id}`}
        empty="Nobody waits for you. New requests appear here by themselves."
      />
    </ApprovalsFrame>
  );
}

export function DecidedPage() {
  return (
    <ApprovalsFrame>
      <Queue
        view="decided"
        columns={DECIDED}
        to={({ id }) => `/approvals/${id}`}
        empty="You have decided nothing yet."
      />
    </ApprovalsFrame>
  );
}

function ApprovalsFrame({ children }: { readonly children: React.ReactNode }) {
  return (
    <Page title="Approvals" lead="Look at what a request adds before you decide; a link never decides.">
      <TabLinks
        label="Approvals"
        tabs={[
          { to: "/approvals", label: "To decide" },
          { to: "/approvals/decided", label: "Decided" },
        ]}
      />
      {children}
    </Page>
  );
}

interface QueueProps {
  readonly view: "toDecide" | "decided";
  readonly columns: readonly Column<AccessRequest>[];
  readonly to: (request: AccessRequest) => string;
  readonly empty: string;
}

function Queue({ view, columns, to, empty }: QueueProps) {
  const [query, setQuery] = useSearchParams();
  const about = ABOUT.find(({ value }) => value === query.get("about"))?.value ?? "all";
  const { items, query: found } = useApiPages("listAccessRequests", {
    query: { view, limit: 50, ...(about === "all" ? {} : { about }) },
  });
  return (
    <>
      <Chip.Group value={about} onChange={(value) => setQuery(value === "all" ? {} : { about: value })}>
        <Group gap="xs" mb="md" role="radiogroup" aria-label="About">
          {ABOUT.map(({ value, label }) => (
            <Chip key={value} value={value} size="sm">
              {label}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Rows
        label={view === "toDecide" ? "Requests to decide" : "Requests you decided"}
        items={items}
        columns={columns}
        keyOf={({ id }) => id}
        to={to}
        empty={empty}
        query={found}
      />
    </>
  );
}

const WHAT: Column<AccessRequest> = {
  label: "Request",
  width: "3fr",
  cell: (request) => (
    <>
      {whoWords(request.requester)}: {whatWords(request)} for {durationWords(request.terms.duration)}
      {request.emergency ? " (emergency)" : ""}
    </>
  ),
};

const WHY: Column<AccessRequest> = {
  label: "Why",
  width: "3fr",
  cell: ({ justification }) => (
    <Text size="sm" lineClamp={2}>
      {justification ?? "not said"}
    </Text>
  ),
};

const TO_DECIDE: readonly Column<AccessRequest>[] = [
  WHAT,
  WHY,
  { label: "Asked", width: "7rem", cell: ({ createdAt }) => <Time at={createdAt} as="ago" /> },
  {
    label: "Decide",
    width: "7rem",
    cell: ({ decideBy }) => (decideBy === null ? "any time" : <Time at={decideBy} as="in" />),
  },
];

const DECIDED: readonly Column<AccessRequest>[] = [
  WHAT,
  {
    label: "Outcome",
    width: "2fr",
    cell: (request) => <Badge color={stateColor(request)}>{stateWords(request)}</Badge>,
  },
  { label: "When", width: "9rem", cell: ({ stateAt }) => <Time at={stateAt} as="minute" /> },
];
