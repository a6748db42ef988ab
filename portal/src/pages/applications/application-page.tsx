/** One managed application: its parts are addresses of their own. */
import { Badge } from "@mantine/core";
import { useParams } from "react-router";
import { useApi } from "../../api/api.ts";
import { UnknownPage } from "../../app/fault-page.tsx";
import { Page, PageSkeleton } from "../../parts/page.tsx";
import { Permanent } from "../../parts/permanent.tsx";
import { NothingHere, Problem } from "../../parts/states.tsx";
import { TabLinks } from "../../parts/tab-links.tsx";
import { type ApplicationInFull, jitWords, leadWords, PAGE, partsWords } from "../../words/application.ts";
import { JitAccess } from "./jit-access/jit-access.tsx";
import { JitConfiguration } from "./jit-configuration.tsx";
import { Overview } from "./overview.tsx";
import { StandingAccess } from "./standing-access.tsx";

const UP = { to: "/applications", label: PAGE.up };

export function ApplicationPage() {
  const { id = "", tab } = useParams();
  const found = useApi("readApplication", { path: { id } });
  if (found.error !== null && found.data === undefined)
    return (
      <Page title={PAGE.unknown} up={UP}>
        <Problem error={found.error} again={() => found.refetch()} />
      </Page>
    );
  if (found.data === undefined) return <PageSkeleton />;
  const application = found.data;
  // A publisher's side of it has pages of its own.
  if (application.side !== "consumer")
    return (
      <Page title={PAGE.unknown} up={UP}>
        <NothingHere />
      </Page>
    );
  const shown = partOf(tab, application);
  if (shown === null) return <UnknownPage />;
  const base = `/applications/${id}`;
  return (
    <Page
      title={application.name}
      lead={leadWords(application)}
      up={UP}
      actions={
        application.jitEnabled ? (
          <Badge size="lg" color="night">
            {jitWords(application)}
          </Badge>
        ) : (
          <Permanent since={application.deployedAt} />
        )
      }
    >
      <TabLinks
        label={partsWords(application.name)}
        tabs={[
          { to: base, label: PAGE.overview },
          { to: `${base}/jit-access`, label: PAGE.jitAccess, end: false },
          { to: `${base}/jit-configuration`, label: PAGE.jitConfiguration },
          { to: `${base}/standing`, label: PAGE.standing },
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
