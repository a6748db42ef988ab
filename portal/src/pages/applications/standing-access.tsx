/** What the publisher holds without asking: reading where JIT is on, everything it asked for where it was declined. */
import { Paper, Text } from "@mantine/core";
import { Caution } from "../../parts/caution.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Section } from "../../parts/page.tsx";
import { Permanent as PermanentSince } from "../../parts/permanent.tsx";
import { type Column, Rows } from "../../parts/rows.tsx";
import { Time } from "../../parts/time.tsx";
import {
  type ApplicationInFull,
  acceptedBy,
  holdersHidden,
  holdersTitle,
  holderWords,
  NEVER_LATER,
  permanentWords,
  readOnlyWords,
  STANDING,
} from "../../words/application.ts";
import type { Grant } from "../../words/grant.ts";
import { useOpenGrants } from "./open-grants.ts";

interface Props {
  readonly application: ApplicationInFull;
}

const COLUMNS: readonly Column<Grant>[] = [
  {
    label: STANDING.who,
    cell: ({ beneficiary }) => holderWords(beneficiary),
    width: "2fr",
  },
  { label: STANDING.role, cell: ({ roleName }) => roleName },
  { label: STANDING.since, cell: ({ startsAt }) => <PermanentSince since={startsAt} />, width: "2fr" },
  { label: STANDING.ends, cell: () => STANDING.never, width: "1.2fr" },
];

export function StandingAccess({ application }: Props) {
  const { jitEnabled } = application;
  return (
    <>
      <Section title={STANDING.meaning}>
        {jitEnabled ? <ReadOnly application={application} /> : <Permanent application={application} />}
      </Section>
      <Section title={holdersTitle(application)}>
        <Holders application={application} />
      </Section>
    </>
  );
}

function Holders({ application }: Props) {
  const { asked, known, grants, error, refetch } = useOpenGrants(application);
  const standing = grants.filter(({ kind }) => kind === "standing");
  if (!asked) return <Text c="dimmed">{holdersHidden(application)}</Text>;
  return (
    <Rows
      label={STANDING.list}
      items={standing}
      columns={COLUMNS}
      keyOf={({ id }) => id}
      query={{ isPending: !known && error === null, error, refetch }}
      empty={STANDING.empty}
    />
  );
}

function ReadOnly({ application }: Props) {
  return (
    <Paper withBorder p="md">
      <Text>{readOnlyWords(application)}</Text>
    </Paper>
  );
}

function Permanent({ application }: Props) {
  const declined = application.own?.declined ?? null;
  return (
    <Caution title={STANDING.permanent}>
      <Text>{permanentWords(application)}</Text>
      <Text>{NEVER_LATER}</Text>
      {declined === null ? null : (
        <Facts
          facts={[
            [
              STANDING.accepted,
              <>
                {acceptedBy(declined.by.displayName)} <Time at={declined.at} />
              </>,
            ],
          ]}
        />
      )}
    </Caution>
  );
}
