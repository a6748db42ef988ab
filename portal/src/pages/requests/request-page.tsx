/**
 * One ask from waiting to its end, at one address: who is asked, then the access itself with the way in, then what was
 * had of it; below, what was asked, who decides, and the story.
 */
import { Paper } from "@mantine/core";
import { useParams } from "react-router";
import { useApi } from "../../api/api.ts";
import { Page, Section } from "../../parts/page.tsx";
import { RuleList } from "../../parts/rule-list.tsx";
import { Loading, Problem } from "../../parts/states.tsx";
import { Timeline } from "../../parts/timeline.tsx";
import { stageOf, tabWords } from "../../words/access.ts";
import { PARTS } from "../../words/holding.ts";
import { type AccessRequest, askWords, rolesWords } from "../../words/request.ts";
import { InItsTargets } from "../grants/grant-details.tsx";
import { GrantPanel } from "../grants/grant-panel.tsx";
import { DecisionPanel } from "./decision-panel.tsx";
import { RequestDecisions } from "./request-decisions.tsx";
import { RequestFacts } from "./request-facts.tsx";
import { Way } from "./way.tsx";

const WIDTH = 860;
const UP = { to: "/access/requests", label: "Your requests" };

export function RequestPage() {
  const { id = "" } = useParams();
  const found = useApi("readAccessRequest", { path: { id } });
  // What is shown stays, whatever becomes of the next look: a log-in may be among it.
  const request = found.data;
  if (request === undefined)
    return (
      <Page title="Request" up={UP} width={WIDTH}>
        {found.error === null ? (
          <Loading rows={3} height={140} />
        ) : (
          <Problem error={found.error} again={() => found.refetch()} />
        )}
      </Page>
    );
  const title = `${rolesWords(request)} on ${request.scopeName}`;
  const grantIds = ledTo(request);
  return (
    <Page
      title={title}
      tab={tabWords(stageOf(request), title)}
      lead={`${askWords(request)}.`}
      up={UP}
      width={WIDTH}
    >
      <Way request={request} />
      {grantIds.length === 0 ? <DecisionPanel request={request} /> : null}
      {grantIds.map((grantId) => (
        <OfGrant key={grantId} id={grantId} named={grantIds.length > 1} />
      ))}
      <Unmet request={request} />
      <Section title={PARTS.asked}>
        <Paper withBorder p="md">
          <RequestFacts request={request} grantId={grantIds[0] ?? null} />
        </Paper>
      </Section>
      <Section title={PARTS.deciders}>
        <Paper withBorder p="md">
          <RequestDecisions request={request} />
        </Paper>
      </Section>
      {grantIds.map((grantId) => (
        <DetailsOf key={grantId} id={grantId} />
      ))}
      <Story id={id} />
    </Page>
  );
}

/** What was extended is what came of an extension. */
function ledTo({ state, grantIds, extendsGrantId }: AccessRequest): readonly string[] {
  if (state !== "approved") return [];
  return extendsGrantId === null ? grantIds : [extendsGrantId];
}

function OfGrant({ id, named }: { readonly id: string; readonly named: boolean }) {
  const { data: grant, error, refetch } = useApi("readGrant", { path: { id } });
  if (grant !== undefined) return <GrantPanel grant={grant} named={named} />;
  return error === null ? <Loading rows={1} height={200} /> : <Problem error={error} again={refetch} />;
}

function DetailsOf({ id }: { readonly id: string }) {
  const { data: grant } = useApi("readGrant", { path: { id } });
  return grant === undefined ? null : <InItsTargets grant={grant} />;
}

function Unmet({ request: { denial } }: { readonly request: AccessRequest }) {
  const unmet = denial?.rules.filter(({ outcome }) => outcome === "unsatisfied") ?? [];
  if (unmet.length === 0) return null;
  return (
    <Section title={PARTS.unmet}>
      <Paper withBorder p="md">
        <RuleList label={PARTS.unmet} rules={unmet} />
      </Paper>
    </Section>
  );
}

function Story({ id }: { readonly id: string }) {
  const story = useApi("readRequestTimeline", { path: { id } });
  return (
    <Section title={PARTS.story}>
      {story.data !== undefined ? (
        <Timeline label={PARTS.story} entries={story.data.items} />
      ) : story.error === null ? (
        <Loading rows={4} height={40} />
      ) : (
        <Problem error={story.error} again={() => story.refetch()} />
      )}
    </Section>
  );
}
