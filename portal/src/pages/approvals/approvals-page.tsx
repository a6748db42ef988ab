/** What waits for one's decision, and what one decided. */
import { Badge, Chip, Group } from "@mantine/core";
import { useSearchParams } from "react-router";
import { useApiPages } from "../../api/api.ts";
import { Page } from "../../parts/page.tsx";
import { type Column, Rows } from "../../parts/rows.tsx";
import { TabLinks } from "../../parts/tab-links.tsx";
import { Time } from "../../parts/time.tsx";
import * as words from "../../words/deciding.ts";
import { durationWords } from "../../words/duration.ts";
import { type AccessRequest, stateColor, stateWords, whatWords, whoWords } from "../../words/request.ts";
import { EmergencyReviews } from "./emergency-reviews.tsx";
import { Queue } from "./queue.tsx";

export function ToDecidePage() {
  return (
    <ApprovalsFrame>
      <EmergencyReviews />
      <Queue />
    </ApprovalsFrame>
  );
}

export function DecidedPage() {
  return (
    <ApprovalsFrame>
      <Decided />
    </ApprovalsFrame>
  );
}

function ApprovalsFrame({ children }: { readonly children: React.ReactNode }) {
  return (
    <Page title={words.APPROVALS} lead={words.LEAD}>
      <TabLinks
        label={words.APPROVALS}
        tabs={[
          { to: "/approvals", label: words.TO_DECIDE },
          { to: "/approvals/decided", label: words.DECIDED },
        ]}
      />
      {children}
    </Page>
  );
}

function Decided() {
  const [query, setQuery] = useSearchParams();
  const about = words.ABOUT_CHOICES.find(({ value }) => value === query.get("about"))?.value ?? "all";
  const { items, query: found } = useApiPages("listAccessRequests", {
    query: { view: "decided", limit: 50, ...(about === "all" ? {} : { about }) },
  });
  return (
    <>
      <Chip.Group value={about} onChange={(value) => setQuery(value === "all" ? {} : { about: value })}>
        <Group gap="xs" mb="md" role="radiogroup" aria-label={words.ABOUT}>
          {words.ABOUT_CHOICES.map(({ value, label }) => (
            <Chip key={value} value={value} size="sm">
              {label}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Rows
        label={words.DECIDED_LIST}
        items={items}
        columns={DECIDED}
        keyOf={({ id }) => id}
        to={({ id }) => `/approvals/${id}`}
        empty={words.NOTHING_DECIDED}
        query={found}
      />
    </>
  );
}

const WHAT: Column<AccessRequest> = {
  label: words.REQUEST,
  width: "3fr",
  cell: (request) => (
    <>
      {whoWords(request.requester)}: {whatWords(request)} for {durationWords(request.terms.duration)}
      {request.emergency ? " (emergency)" : ""}
    </>
  ),
};

const DECIDED: readonly Column<AccessRequest>[] = [
  WHAT,
  {
    label: words.OUTCOME,
    width: "2fr",
    cell: (request) => <Badge color={stateColor(request)}>{stateWords(request)}</Badge>,
  },
  { label: words.WHEN, width: "9rem", cell: ({ stateAt }) => <Time at={stateAt} as="minute" /> },
];
