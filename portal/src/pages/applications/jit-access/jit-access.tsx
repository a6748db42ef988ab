/** Asking and deciding about one application, from its consumer's side. */
import { useParams } from "react-router";
import { UnknownPage } from "../../../app/fault-page.tsx";
import { Empty } from "../../../parts/states.tsx";
import { TabLinks } from "../../../parts/tab-links.tsx";
import { type ApplicationInFull, ELIGIBLE, nothingToAsk, PAGE } from "../../../words/application.ts";
import { APPROVE, HISTORY } from "../../../words/asked.ts";
import { ApproveRequests } from "./approve-requests.tsx";
import { EligibleRoles } from "./eligible-roles.tsx";
import { RequestHistory } from "./request-history.tsx";

export function JitAccess({ application }: { readonly application: ApplicationInFull }) {
  const { part } = useParams();
  const base = `/applications/${application.id}/jit-access`;
  if (!application.jitEnabled) return <Empty>{nothingToAsk(application)}</Empty>;
  const shown = partOf(part, application);
  if (shown === null) return <UnknownPage />;
  return (
    <>
      <TabLinks
        label={PAGE.jitAccess}
        tabs={[
          { to: base, label: APPROVE },
          { to: `${base}/history`, label: HISTORY },
          { to: `${base}/eligible`, label: ELIGIBLE.list },
        ]}
      />
      {shown}
    </>
  );
}

function partOf(part: string | undefined, application: ApplicationInFull) {
  switch (part) {
    case undefined:
      return <ApproveRequests application={application} />;
    case "history":
      return <RequestHistory application={application} side="consumer" />;
    case "eligible":
      return <EligibleRoles application={application} />;
    default:
      return null;
  }
}
