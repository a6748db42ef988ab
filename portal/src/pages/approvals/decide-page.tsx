/** One request, with what it takes to decide it well. Opening it decides nothing. */
import { Alert, Anchor, Badge, Group, Stack } from "@mantine/core";
import { Link, useParams } from "react-router";
import { useApi } from "../../api/api.ts";
import { useNow } from "../../parts/now.ts";
import { Page } from "../../parts/page.tsx";
import { Loading, Problem } from "../../parts/states.tsx";
import { askedSentence, outcomeSentence } from "../../words/decision.ts";
import { type AccessRequest, stateColor, stateWords } from "../../words/request.ts";
import { RequestGrants } from "../requests/request-grants.tsx";
import { DecisionBar } from "./decision-bar.tsx";
import { RequestContextSections } from "./request-context.tsx";

const WIDTH = 860;
const UP = { to: "/approvals", label: "Approvals" };

export function DecidePage() {
  const { id = "" } = useParams();
  const found = useApi("readAccessRequest", { path: { id } });
  if (found.error !== null && found.data === undefined) {
    return (
      <Page title="Request" up={UP} width={WIDTH}>
        <Problem error={found.error} again={() => found.refetch()} />
      </Page>
    );
  }
  if (found.data === undefined) {
    return (
      <Page title="Request" up={UP} width={WIDTH}>
        <Loading rows={4} height={120} />
      </Page>
    );
  }
  return <Decide key={id} request={found.data} />;
}

function Decide({ request }: { readonly request: AccessRequest }) {
  const now = useNow();
  const context = useApi("readRequestContext", { path: { id: request.id } });
  const outcome = outcomeSentence(request, now);
  return (
    <Page title={askedSentence(request, now)} up={UP} width={WIDTH}>
      <Stack gap="lg">
        <Group gap="xs">
          <Badge color={stateColor(request)}>{stateWords(request)}</Badge>
          {request.emergency ? <Badge color="red">Emergency: no approval was asked</Badge> : null}
          {request.extendsGrantId === null ? null : (
            <Anchor component={Link} to={`/access/${request.extendsGrantId}`} size="sm">
              Extends access that is live
            </Anchor>
          )}
        </Group>
        <div role="status">
          {outcome === null ? null : (
            <Alert color={request.state === "approved" ? stateColor(request) : "gray"} role="note">
              {outcome}
            </Alert>
          )}
        </div>
        {context.error === null ? null : <Problem error={context.error} again={() => context.refetch()} />}
        {context.data === undefined ? (
          context.error === null ? (
            <Loading rows={3} height={96} />
          ) : null
        ) : (
          <>
            {request.grantIds.length === 0 ? null : <RequestGrants request={request} />}
            <RequestContextSections request={request} context={context.data} />
            <DecisionBar request={request} context={context.data} />
          </>
        )}
      </Stack>
    </Page>
  );
}
