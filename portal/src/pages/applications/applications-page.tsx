/** The managed applications that run here: whose they are, how their publisher gets in, and what waits. */
import { Anchor, Badge, Button, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { useApi } from "../../api/api.ts";
import { useMe } from "../../app/session.tsx";
import { Page } from "../../parts/page.tsx";
import { Permanent } from "../../parts/permanent.tsx";
import { type Column, Rows } from "../../parts/rows.tsx";
import { type Application, jitWords, LIST, lastOf, liesIn, waitingWords } from "../../words/application.ts";
import { permanentCount } from "../../words/permanent.ts";
import { useWaiting } from "./waiting.ts";

export function ApplicationsPage() {
  const { places } = useMe();
  const found = useApi("listApplications", {});
  const waiting = useWaiting();
  const applications = (found.data?.items ?? []).filter(({ side }) => side === "consumer");
  const catalogue = places.includes("catalogue");
  const columns: Column<Application>[] = [
    { label: LIST.application, cell: ({ name }) => name, width: "1.2fr" },
    { label: LIST.publisher, cell: ({ publisher }) => publisher.name },
    { label: LIST.resourceGroup, cell: ({ managedScope }) => lastOf(managedScope), width: "1.2fr" },
    { label: LIST.access, cell: (application) => <Access application={application} />, width: "2.2fr" },
    {
      label: LIST.waiting,
      cell: (application) => (
        <Waiting count={waiting.filter((one) => liesIn(one.scope, application)).length} />
      ),
      width: "7rem",
    },
  ];
  return (
    <Page
      title={LIST.title}
      lead={LIST.lead}
      actions={
        catalogue ? (
          <Button component={Link} to="/catalogue" variant="light">
            {LIST.deploy}
          </Button>
        ) : null
      }
    >
      <PermanentNote applications={applications} />
      <Rows
        label={LIST.title}
        items={applications}
        columns={columns}
        keyOf={({ id }) => id}
        to={({ id }) => `/applications/${id}`}
        query={found}
        empty={
          <>
            {LIST.empty}{" "}
            {catalogue ? (
              <Anchor component={Link} to="/catalogue">
                {LIST.catalogue}
              </Anchor>
            ) : null}
          </>
        }
      />
    </Page>
  );
}

function Waiting({ count }: { readonly count: number }) {
  return count === 0 ? LIST.none : <Badge color="night">{waitingWords(count)}</Badge>;
}

function Access({ application }: { readonly application: Application }) {
  if (application.jitEnabled) return jitWords(application);
  return (
    <Stack gap={4} align="flex-start">
      <Permanent since={application.deployedAt} />
      {jitWords(application)}
    </Stack>
  );
}

function PermanentNote({ applications }: { readonly applications: readonly Application[] }) {
  const permanent = applications.filter(({ jitEnabled }) => !jitEnabled).length;
  const words = permanentCount(permanent, applications.length);
  return words === null ? null : (
    <Text className="permanent-note" mb="sm">
      {words}
    </Text>
  );
}
