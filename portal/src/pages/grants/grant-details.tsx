/** What a grant is, how its end is held, and what each target keeps of it. */
import { Code, Paper, Stack, Text } from "@mantine/core";
import { Facts } from "../../parts/facts.tsx";
import { Section } from "../../parts/page.tsx";
import { Time } from "../../parts/time.tsx";
import { durationWords } from "../../words/duration.ts";
import { capital, endWords, type Grant, isOver, lower } from "../../words/grant.ts";
import { whoWords } from "../../words/request.ts";
import { EntitlementList } from "./entitlement-list.tsx";

export function GrantDetails({ grant }: { readonly grant: Grant }) {
  return (
    <>
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
    </>
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
        ["From", grant.requestId === null ? "No request: it was given as standing access." : null],
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
