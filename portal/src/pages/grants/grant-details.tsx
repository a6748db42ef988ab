/** What a grant is, and what each target keeps of it. */
import { Code, Paper } from "@mantine/core";
import { Facts } from "../../parts/facts.tsx";
import { Section } from "../../parts/page.tsx";
import { Time } from "../../parts/time.tsx";
import { reviewWords } from "../../words/access.ts";
import { durationWords } from "../../words/duration.ts";
import { capital, type Grant, isOver } from "../../words/grant.ts";
import { PARTS } from "../../words/holding.ts";
import { whoWords } from "../../words/request.ts";
import { EntitlementList } from "./entitlement-list.tsx";

export function GrantFacts({ grant }: { readonly grant: Grant }) {
  return (
    <Section title="What it is">
      <Paper withBorder p="md">
        <WhatItIs grant={grant} />
      </Paper>
    </Section>
  );
}

export function InItsTargets({ grant }: { readonly grant: Grant }) {
  return grant.entitlements.length === 0 ? null : (
    <Section title={PARTS.targets}>
      <EntitlementList grant={grant} />
    </Section>
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
        ["Emergency", grant.emergency ? reviewWords(grant.review) : null],
        ["Place", <Code key="place">{grant.scope}</Code>],
        ["Resources", grant.managedScope === null ? null : <Code key="in">{grant.managedScope}</Code>],
      ]}
    />
  );
}
