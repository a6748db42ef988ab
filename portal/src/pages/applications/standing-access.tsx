/** What the publisher holds without asking: reading where JIT is on, everything it asked for where it was declined. */
import { Paper, Text } from "@mantine/core";
import { Caution } from "../../parts/caution.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Section } from "../../parts/page.tsx";
import { type Column, Rows } from "../../parts/rows.tsx";
import { Time } from "../../parts/time.tsx";
import { type ApplicationInFull, lastOf, NEVER_LATER, permanentWords } from "../../words/application.ts";
import type { Grant } from "../../words/grant.ts";
import { useOpenGrants } from "./open-grants.ts";

interface Props {
  readonly application: ApplicationInFull;
}

const COLUMNS: readonly Column<Grant>[] = [
  {
    label: "Who",
    cell: ({ beneficiary }) =>
      `${beneficiary.displayName} (${beneficiary.tenantName}${kindWords(beneficiary.kind)})`,
    width: "2fr",
  },
  { label: "Role", cell: ({ roleName }) => roleName },
  { label: "Since", cell: ({ startsAt }) => <Time at={startsAt} /> },
  { label: "Ends", cell: () => "Never by itself" },
];

export function StandingAccess({ application }: Props) {
  const { publisher, jitEnabled } = application;
  return (
    <>
      <Section title="In a sentence">
        {jitEnabled ? <ReadOnly application={application} /> : <Permanent application={application} />}
      </Section>
      <Section title={`What ${publisher.name} holds permanently`}>
        <Holders application={application} />
      </Section>
    </>
  );
}

function Holders({ application }: Props) {
  const { asked, known, grants, error, refetch } = useOpenGrants(application);
  const standing = grants.filter(({ kind }) => kind === "standing");
  if (!asked)
    return (
      <Text c="dimmed">
        Who holds it one by one is shown to the owners of {application.name} and to{" "}
        {application.consumer.name}'s administrators and auditors.
      </Text>
    );
  return (
    <Rows
      label="Standing access"
      items={standing}
      columns={COLUMNS}
      keyOf={({ id }) => id}
      query={{ isPending: !known && error === null, error, refetch }}
      empty="Nothing is held permanently here."
    />
  );
}

function ReadOnly({ application: { publisher, name, managedScope } }: Props) {
  return (
    <Paper withBorder p="md">
      <Text>
        Read-only: {publisher.name} may always look at {name} and at everything in {lastOf(managedScope)}, so
        that it can operate it. It cannot change anything with this, nor read the data inside. For everything
        else it asks.
      </Text>
    </Paper>
  );
}

function Permanent({ application }: Props) {
  const declined = application.own?.declined ?? null;
  return (
    <Caution title="Permanent access">
      <Text>{permanentWords(application)}</Text>
      <Text>{NEVER_LATER}</Text>
      {declined === null ? null : (
        <Facts
          facts={[
            [
              "Accepted",
              <>
                by {declined.by.displayName}, <Time at={declined.at} />
              </>,
            ],
          ]}
        />
      )}
    </Caution>
  );
}

function kindWords(kind: string): string {
  return kind === "group" ? ", a group" : kind === "servicePrincipal" ? ", a workload" : "";
}
