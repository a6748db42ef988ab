/** One deployed application as its publisher sees it. */
import { useParams } from "react-router";
import { useApi } from "../../api/api.ts";
import { Page, PageSkeleton } from "../../parts/page.tsx";
import { NothingHere, Problem } from "../../parts/states.tsx";
import { TabLinks } from "../../parts/tab-links.tsx";
import { accessWords } from "../../words/customer.ts";
import { JitAccess } from "./jit-access.tsx";
import { CustomerOverview } from "./overview.tsx";

const UP = { to: "/customers", label: "All customers" };

export function CustomerPage() {
  const { id = "", tab = "overview", part } = useParams();
  const applications = useApi("listApplications", {});
  if (applications.isPending) return <PageSkeleton />;
  if (applications.error !== null)
    return (
      <Page title="Customer" up={UP}>
        <Problem error={applications.error} again={() => applications.refetch()} />
      </Page>
    );
  const application = applications.data.items.find((one) => one.id === id && one.side === "publisher");
  if (application === undefined || !(tab === "overview" || tab === "jit-access"))
    return (
      <Page title="Customer" up={UP}>
        <NothingHere />
      </Page>
    );
  const here = `/customers/${id}`;
  return (
    <Page
      title={`${application.name} at ${application.consumer.name}`}
      lead={accessWords(application)}
      up={UP}
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
