/** One deployed application as its publisher sees it. */
import { Anchor } from "@mantine/core";
import { Link, useParams } from "react-router";
import { useApi } from "../../api/api.ts";
import { Page, PageSkeleton } from "../../parts/page.tsx";
import { NothingHere, Problem } from "../../parts/states.tsx";
import { TabLinks } from "../../parts/tab-links.tsx";
import { accessWords } from "../../words/customer.ts";
import { JitAccess } from "./jit-access.tsx";
import { CustomerOverview } from "./overview.tsx";

export function CustomerPage() {
  const { id = "", tab = "overview", part } = useParams();
  const applications = useApi("listApplications", {});
  if (applications.isPending) return <PageSkeleton />;
  if (applications.error !== null)
    return (
      <Page title="Customer">
        <Problem error={applications.error} again={() => applications.refetch()} />
      </Page>
    );
  const application = applications.data.items.find((one) => one.id === id && one.side === "publisher");
  if (application === undefined || !(tab === "overview" || tab === "jit-access"))
    return (
      <Page title="Customer">
        <NothingHere />
      </Page>
    );
  const here = `/customers/${id}`;
  return (
    <Page
      title={`${application.name} at ${application.consumer.name}`}
      lead={accessWords(application)}
      actions={
        <Anchor component={Link} to="/customers">
          All customers
        </Anchor>
      }
    >
      <TabLinks
        label="Parts of this customer"
        tabs={[
          { to: here, label: "Overview" },
          { to: `${here}/jit-access`, label: "JIT access", end: false },
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
