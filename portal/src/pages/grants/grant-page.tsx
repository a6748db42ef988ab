/** Access that nobody asked for, or whose request is not the reader's to see. What was asked for has its request's page. */
import { Navigate, useParams } from "react-router";
import { useApi } from "../../api/api.ts";
import { Page } from "../../parts/page.tsx";
import { Loading, Problem } from "../../parts/states.tsx";
import { GrantFacts, InItsTargets } from "./grant-details.tsx";
import { GrantPanel } from "./grant-panel.tsx";

const WIDTH = 860;
const UP = { to: "/access", label: "My access" };

export function GrantPage() {
  const { id = "" } = useParams();
  const { data: grant, error, refetch } = useApi("readGrant", { path: { id } });
  const requestId = grant?.requestId ?? null;
  const request = useApi(
    "readAccessRequest",
    { path: { id: requestId ?? "" } },
    { enabled: requestId !== null },
  );
  if (request.data !== undefined) return <Navigate to={`/requests/${request.data.id}`} replace />;
  if (grant === undefined || (requestId !== null && request.error === null))
    return (
      <Page title="Access" up={UP} width={WIDTH}>
        {error === null ? (
          <Loading rows={3} height={140} />
        ) : (
          <Problem error={error} again={() => refetch()} />
        )}
      </Page>
    );
  return (
    <Page title={`${grant.roleName} on ${grant.scopeName}`} lead={grant.ownerName} up={UP} width={WIDTH}>
      <GrantPanel grant={grant} />
      <GrantFacts grant={grant} />
      <InItsTargets grant={grant} />
    </Page>
  );
}
