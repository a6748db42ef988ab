/** One grant: whether it is live, who holds it and why, how it ends, and what each target keeps of it. */
import { Anchor, Badge, Code, Group, Paper, Stack, Text } from "@mantine/core";
import { Link, useParams } from "react-router";
import { useApi } from "../../api/api.ts";
import { Facts } from "../../parts/facts.tsx";
import { useNow } from "../../parts/now.ts";
import { Page, Section } from "../../parts/page.tsx";
import { Loading, Problem } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { durationWords } from "../../words/duration.ts";
import {
  capital,
  endWords,
  type Grant,
  isOver,
  lower,
  standingWords,
  stateColor,
  stateWords,
} from "../../words/grant.ts";
import { whoWords } from "../../words/request.ts";
import { EntitlementList } from "./entitlement-list.tsx";
import { AskAgain, GrantActions, TimeLeft } from "./grant-card.tsx";

const WIDTH = 860;
const UP = { to: "/access", label: "My access" };

export function GrantPage() {
  const { id = "" } = useParams();
  const found = useApi("readGrant", { path: { id } });
  const grant = found.data;
  if (found.error !== null)
    return (
      <Page title="Access" up={UP} width={WIDTH}>
        <Problem error={found.error} again={() => found.refetch()} />
      </Page>
    );
  if (grant === undefined)
    return (
      <Page title="Access" up={UP} width={WIDTH}>
        <Loading rows={3} height={140} />
      </Page>
    );
  return (
    <Page title={`${grant.roleName} on ${grant.scopeName}`} lead={grant.ownerName} up={UP} width={WIDTH}>
      <Standing grant={grant} />
      {isOver(grant) ? null : (
        <Section title="How it ends">
          <Paper withBorder p="md">
            <HowItEnds grant={grant} />
          </Paper>
        </Section>
      )}
      <Section title="What it is">
        <Paper withBorder p="md">
          <WhatItIs grant={grant} />
        </Paper>
      </Section>
      {grant.entitlements.length === 0 ? null : (
        <Section title="In its targets">
          <EntitlementList grant={grant} />
        </Section>
      )}
    </Page>
  );
}

function Standing({ grant }: { readonly grant: Grant }) {
  const now = useNow();
  return (
    <Paper withBorder p="md" mb="xl" aria-label="Where it stands" component="section">
      <Group justify="space-between" align="flex-start" gap="md">
        <Stack gap={6} align="flex-start" flex="1 1 16rem">
          <Badge color={stateColor(grant)} size="lg">
            {stateWords(grant)}
          </Badge>
          <Text>{standingWords(grant, now)}</Text>
        </Stack>
        {grant.endsAt === null || grant.liveness !== "live" ? null : <TimeLeft endsAt={grant.endsAt} />}
      </Group>
      <GrantActions grant={grant} />
      <AskAgain grant={grant} />
    </Paper>
  );
}

function HowItEnds({ grant }: { readonly grant: Grant }) {
  const { ends = [] } = grant;
  if (ends.length === 0) return <Text>{endWords(grant)}</Text>;
  return (
    <Stack gap="xs">
      {ends.map(({ targetName, sentence, ifDown }) => (
        <Text key={targetName}>
          {sentence} Should Curfew be down then: {lower(ifDown)}
        </Text>
      ))}
    </Stack>
  );
}

function WhatItIs({ grant }: { readonly grant: Grant }) {
  const { startsAt, endsAt } = grant;
  const over = isOver(grant) ? grant.effectiveEnd.at : null;
  const until = over ?? endsAt;
  return (
    <Facts
      facts={[
        ["Held by", whoWords(grant.beneficiary)],
        [
          "From",
          grant.requestId === null ? (
            "No request: it was given as standing access."
          ) : (
            <Anchor key="request" component={Link} to={`/requests/${grant.requestId}`}>
              The request it came from
            </Anchor>
          ),
        ],
        ["Why", grant.requestId === null && grant.why !== null ? capital(grant.why) : grant.why],
        [over === null ? "Begins" : "Began", <Time key="begins" at={startsAt} />],
        [
          over === null ? "Ends" : "Ended",
          until === null ? "Never by itself" : <Time key="ends" at={until} />,
        ],
        [
          "Was to end",
          over === null || endsAt === null || over === endsAt ? null : <Time key="was" at={endsAt} />,
        ],
        ["For", until === null ? null : durationWords(Math.max(0, Date.parse(until) - Date.parse(startsAt)))],
        ["Emergency", grant.emergency ? reviewWords(grant) : null],
        ["Place", <Code key="place">{grant.scope}</Code>],
        ["Resources", grant.managedScope === null ? null : <Code key="in">{grant.managedScope}</Code>],
      ]}
    />
  );
}

function reviewWords({ review }: Grant): string {
  if (review === null) return "Yes. An approver has yet to review how it was used.";
  return `Yes. Reviewed as ${review.outcome}: “${review.justification}”`;
}
