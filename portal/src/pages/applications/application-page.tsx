/** One managed application: its parts are addresses of their own. */
import { Badge } from "@mantine/core";
import { useParams } from "react-router";
import { useApi } from "../../api/api.ts";
import { UnknownPage } from "../../app/fault-page.tsx";
import { Page, PageSkeleton } from "../../parts/page.tsx";
import { NothingHere, Problem } from "../../parts/states.tsx";
import { TabLinks } from "../../parts/tab-links.tsx";
import { type ApplicationInFull, groupOf, jitWords, lastOf } from "../../words/application.ts";
import { JitAccess } from "./jit-access/jit-access.tsx";
import { JitConfiguration } from "./jit-configuration.tsx";
import { Overview } from "./overview.tsx";
import { StandingAccess } from "./standing-access.tsx";

const UP = { to: "/applications", label: "All applications" };

export function ApplicationPage() {
  const { id = "", tab } = useParams();
  const found = useApi("readApplication", { path: { id } });
  if (found.error !== null && found.data === undefined)
    return (
      <Page title="Application" up={UP}>
        <Problem error={found.error} again={() => found.refetch()} />
      </Page>
    );
  if (found.data === undefined) return <PageSkeleton />;
  const application = found.data;
  // A publisher's side of it has pages of its own.
  if (application.side !== "consumer")
    return (
      <Page title="Application" up={UP}>
        <NothingHere />
      </Page>
    );
  const shown = partOf(tab, application);
  if (shown === null) return <UnknownPage />;
  const base = `/applications/${id}`;
  return (
    <Page
      title={application.name}
      lead={`Runs in ${groupOf(application.scope)}, manages ${lastOf(application.managedScope)}. Published by ${application.publisher.name}.`}
      up={UP}
      actions={
        <Badge size="lg" color={application.jitEnabled ? "night" : "orange"}>
          {jitWords(application)}
        </Badge>
      }
    >
      <TabLinks
        label={`Parts of ${application.name}`}
        tabs={[
          { to: base, label: "Overview" },
          { to: `${base}/jit-access`, label: "JIT access", end: false },
          { to: `${base}/jit-configuration`, label: "JIT configuration" },
          { to: `${base}/standing`, label: "Standing access" },
        ]}
      />
      {shown}
    </Page>
  );
}

function partOf(tab: string | undefined, application: ApplicationInFull) {
  switch (tab) {
    case undefined:
      return <Overview application={application} />;
    case "jit-access":
      return <JitAccess application={application} />;
    case "jit-configuration":
      return <JitConfiguration application={application} />;
    case "standing":
      return <StandingAccess application={application} />;
    default:
      return null;
  }
}
