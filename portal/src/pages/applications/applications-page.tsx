/** The managed applications that run here: whose they are, how their publisher gets in, and what waits. */
import { Anchor, Badge, Button } from "@mantine/core";
import { Link } from "react-router";
import { useApi } from "../../api/api.ts";
import { useMe } from "../../app/session.tsx";
import { Page } from "../../parts/page.tsx";
import { type Column, Rows } from "../../parts/rows.tsx";
import { type Application, groupOf, jitWords, lastOf, liesIn } from "../../words/application.ts";
import { useWaiting } from "./waiting.ts";

export function ApplicationsPage() {
  const { places } = useMe();
  const found = useApi("listApplications", {});
  const waiting = useWaiting();
  const applications = (found.data?.items ?? []).filter(({ side }) => side === "consumer");
  const catalogue = places.includes("catalogue");
  const columns: Column<Application>[] = [
    { label: "Application", cell: ({ name }) => name, width: "1.2fr" },
    { label: "Publisher", cell: ({ publisher }) => publisher.name },
    {
      label: "Place",
      cell: ({ scope, managedScope }) => `${groupOf(scope)}, manages ${lastOf(managedScope)}`,
      width: "1.6fr",
    },
    { label: "Publisher's access", cell: jitWords, width: "1.8fr" },
    {
      label: "Waiting",
      cell: (application) => (
        <Waiting count={waiting.filter((one) => liesIn(one.scope, application)).length} />
      ),
      width: "7rem",
    },
  ];
  return (
    <Page
      title="Applications"
      lead="What publishers operate in your subscriptions, and how they get in."
      actions={
        catalogue ? (
          <Button component={Link} to="/catalogue" variant="light">
            Deploy another
          </Button>
        ) : null
      }
    >
      <Rows
        label="Applications"
        items={applications}
        columns={columns}
        keyOf={({ id }) => id}
        to={({ id }) => `/applications/${id}`}
        query={found}
        empty={
          <>
            No publisher's application runs here.{" "}
            {catalogue ? (
              <Anchor component={Link} to="/catalogue">
                See the catalogue
              </Anchor>
            ) : null}
          </>
        }
      />
    </Page>
  );
}

function Waiting({ count }: { readonly count: number }) {
  return count === 0 ? "None" : <Badge color="night">{count} waiting</Badge>;
}
