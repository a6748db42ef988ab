/** One deployed application as its publisher sees it. */
import { useParams } from "react-router";
import { useApi } from "../../api/api.ts";
import { Page, PageSkeleton } from "../../parts/page.tsx";
import { Permanent } from "../../parts/permanent.tsx";
import { NothingHere, Problem } from "../../parts/states.tsx";
import { TabLinks } from "../../parts/tab-links.tsx";
import { accessWords, PAGE, titleWords } from "../../words/customer.ts";
import { JitAccess } from "./jit-access.tsx";
import { CustomerOverview } from "./overview.tsx";

const UP = { to: "/customers", label: PAGE.up };

export function CustomerPage() {
  const { id = "", tab = "overview", part } = useParams();
  const applications = useApi("listApplications", {});
  if (applications.isPending) return <PageSkeleton />;
  if (applications.error !== null)
    return (
      <Page title={PAGE.unknown} up={UP}>
        <Problem error={applications.error} again={() => applications.refetch()} />
      </Page>
    );
  const application = applications.data.items.find((one) => one.id === id && one.side === "publisher");
  if (application === undefined || !(tab === "overview" || tab === "jit-access"))
    return (
      <Page title={PAGE.unknown} up={UP}>
        <NothingHere />
      </Page>
    );
  const here = `/customers/${id}`;
  return (
    <Page
      title={titleWords(application)}
      lead={accessWords(application)}
      up={UP}
      actions={application.jitEnabled ? undefined : <Permanent since={application.deployedAt} />}
    >
      <TabLinks
        label={PAGE.parts}
        tabs={[
          { to: here, label: PAGE.overview },
          { to: `${here}/jit-access`, label: PAGE.jitAccess, end: false },
        ]}
      />
      {tab === "overview" ? (
        <CustomerOverview application={application} />
      ) : (
        <JitAccess application={application} part={part} />
      )}
    </Page>
  );
}
