/** One request, as who asked for it sees it: where it stands, what was asked, who decides, and its story. */
import { Badge, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link, useParams } from "react-router";
import { useApi } from "../../api/api.ts";
import { useMe } from "../../app/session.tsx";
import { useNow } from "../../parts/now.ts";
import { Page, Section } from "../../parts/page.tsx";
import { RuleList } from "../../parts/rule-list.tsx";
import { Loading, Problem } from "../../parts/states.tsx";
import { Timeline } from "../../parts/timeline.tsx";
import {
  type AccessRequest,
  askWords,
  rolesWords,
  standingWords,
  stateColor,
  stateWords,
} from "../../words/request.ts";
import { RequestDecisions } from "./request-decisions.tsx";
import { RequestFacts } from "./request-facts.tsx";
import { RequestGrants } from "./request-grants.tsx";
import { AcceptSheet, CancelSheet } from "./request-sheets.tsx";

const WIDTH = 860;
const UP = { to: "/access/requests", label: "Your requests" };

/** Nothing came of it, or what came of it is not live any more. */
function isOver({ state, became, extendsGrantId }: AccessRequest): boolean {
  if (state !== "approved") return state !== "pending";
  return extendsGrantId === null && (became?.name === "ended" || became?.name === "closing");
}

export function RequestPage() {
  const { id = "" } = useParams();
  const found = useApi("readAccessRequest", { path: { id } });
  const request = found.data;
  if (found.error !== null)
    return (
      <Page title="Request" up={UP} width={WIDTH}>
        <Problem error={found.error} again={() => found.refetch()} />
      </Page>
    );
  if (request === undefined)
    return (
      <Page title="Request" up={UP} width={WIDTH}>
        <Loading rows={3} height={140} />
      </Page>
    );
  const { denial } = request;
  return (
    <Page
      title={`${rolesWords(request)} on ${request.scopeName}`}
      lead={`${askWords(request)}.`}
      up={UP}
      width={WIDTH}
    >
      <Standing request={request} />
      {denial === null || denial.rules.length === 0 ? null : (
        <Section title="The rules it did not meet">
          <Paper withBorder p="md">
            <RuleList
              label="The rules it did not meet"
              rules={denial.rules.filter(({ outcome }) => outcome === "unsatisfied")}
            />
          </Paper>
        </Section>
      )}
      {request.grantIds.length === 0 ? null : <RequestGrants request={request} />}
      <Section title="What was asked">
        <Paper withBorder p="md">
          <RequestFacts request={request} />
        </Paper>
      </Section>
      <Section title="Who decides">
        <Paper withBorder p="md">
          <RequestDecisions request={request} />
        </Paper>
      </Section>
      <Story id={id} />
    </Page>
  );
}

function Standing({ request }: { readonly request: AccessRequest }) {
  const now = useNow();
  const [canceling, cancel] = useDisclosure(false);
  const [accepting, accept] = useDisclosure(false);
  const pending = request.state === "pending";
  const own = useMe().principal.objectId === request.requester.objectId;
  const context = useApi("readRequestContext", { path: { id: request.id } }, { enabled: pending });
  const may = pending ? context.data : undefined;
  return (
    <Paper withBorder p="md" mb="xl" component="section" aria-label="Where it stands">
      <Stack gap={6} align="flex-start">
        <Badge color={stateColor(request)} size="lg">
          {stateWords(request)}
        </Badge>
        <Text>{standingWords(request, now)}</Text>
      </Stack>
      {may?.canAccept || may?.canCancel || may?.canDecide ? (
        <Group mt="md" gap="xs">
          {may.canAccept ? <Button onClick={accept.open}>See the offer</Button> : null}
          {may.canDecide ? (
            <Button component={Link} to={`/approvals/${request.id}`}>
              Decide on it
            </Button>
          ) : null}
          {may.canCancel ? (
            <Button variant="default" onClick={cancel.open}>
              Cancel request
            </Button>
          ) : null}
        </Group>
      ) : null}
      {own && isOver(request) ? (
        <Button component={Link} to={`/request?again=${request.id}`} variant="default" mt="md">
          Ask again
        </Button>
      ) : null}
      {canceling ? <CancelSheet request={request} close={cancel.close} /> : null}
      {accepting ? <AcceptSheet request={request} close={accept.close} /> : null}
    </Paper>
  );
}

function Story({ id }: { readonly id: string }) {
  const story = useApi("readRequestTimeline", { path: { id } });
  return (
    <Section title="From ask to end">
      {story.error !== null ? (
        <Problem error={story.error} again={() => story.refetch()} />
      ) : story.data === undefined ? (
        <Loading rows={4} height={40} />
      ) : (
        <Timeline label="From ask to end" entries={story.data.items} />
      )}
    </Section>
  );
}
