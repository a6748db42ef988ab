/** One request on one screen: what it takes to decide it well, and the decision. Opening it decides nothing. */
import { Alert, Badge, Group, Paper } from "@mantine/core";
import { useParams } from "react-router";
import { useApi } from "../../api/api.ts";
import { useDraft } from "../../parts/draft.ts";
import { useNow } from "../../parts/now.ts";
import { Page } from "../../parts/page.tsx";
import { Loading, Problem } from "../../parts/states.tsx";
import * as words from "../../words/deciding.ts";
import { askedSentence, outcomeSentence } from "../../words/decision.ts";
import { type AccessRequest, stateColor, stateWords } from "../../words/request.ts";
import { RequestGrants } from "../requests/request-grants.tsx";
import { RequestTalk } from "../requests/request-talk.tsx";
import classes from "./decide.module.css";
import { DecisionPanel } from "./decision-panel.tsx";
import { Neighbours } from "./neighbours.tsx";
import { type Draft, freshDraft } from "./plan.ts";
import { RequestContextSections, Why } from "./request-context.tsx";

const UP = { to: "/approvals", label: words.APPROVALS };

export function DecidePage() {
  const { id = "" } = useParams();
  const found = useApi("readAccessRequest", { path: { id } });
  if (found.data === undefined)
    return (
      <Page title={words.REQUEST} up={UP}>
        {found.error === null ? (
          <Loading rows={4} height={120} />
        ) : (
          <Problem error={found.error} again={() => found.refetch()} />
        )}
      </Page>
    );
  return <Decide key={id} request={found.data} />;
}

function Decide({ request }: { readonly request: AccessRequest }) {
  const now = useNow();
  const context = useApi("readRequestContext", { path: { id: request.id } });
  const { draft, change, drop } = useDraftOf(request);
  const outcome = outcomeSentence(request, now);
  return (
    <Page title={askedSentence(request, now)} up={UP} actions={<Neighbours id={request.id} />}>
      <div className={classes.page}>
        <div className={classes.look}>
          <State request={request} />
          <div role="status">
            {outcome === null ? null : (
              <Alert color={request.state === "approved" ? stateColor(request) : "gray"} role="note">
                {outcome}
              </Alert>
            )}
          </div>
          <Why request={request} />
          {request.grantIds.length === 0 ? null : <RequestGrants request={request} />}
          {context.data === undefined ? null : (
            <RequestContextSections request={request} context={context.data} draft={draft} />
          )}
        </div>
        <div className={classes.act}>
          {context.error === null ? null : <Problem error={context.error} again={() => context.refetch()} />}
          {context.data === undefined ? (
            context.error === null ? (
              <Loading rows={1} height={320} />
            ) : null
          ) : (
            <>
              <DecisionPanel request={request} context={context.data} {...{ draft, change, drop }} />
              {context.data.talk.said.length === 0 && !context.data.talk.canComment ? null : (
                <Paper withBorder p="md" component="section" aria-label={words.TALK}>
                  <RequestTalk request={request} talk={context.data.talk} />
                </Paper>
              )}
            </>
          )}
        </div>
      </div>
    </Page>
  );
}

function useDraftOf(request: AccessRequest) {
  const { value, change, drop } = useDraft<Draft>(`decide:${request.id}`, () => freshDraft(request));
  return {
    draft: value,
    change: (part: Partial<Draft>) => change((before) => ({ ...before, ...part })),
    drop,
  };
}

/** What the headline does not say; while it waits for the reader alone, nothing. */
function State({ request }: { readonly request: AccessRequest }) {
  const { state, emergency } = request;
  if (state === "pending" && !emergency) return null;
  return (
    <Group gap="xs">
      {state === "pending" ? null : <Badge color={stateColor(request)}>{stateWords(request)}</Badge>}
      {emergency ? <Badge color="red">{words.EMERGENCY}</Badge> : null}
    </Group>
  );
}
