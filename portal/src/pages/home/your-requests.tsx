/** One's own requests that are open, and what became of the latest others. */
import { Anchor, Badge, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link } from "react-router";
import { useApi } from "../../api/api.ts";
import { Section } from "../../parts/page.tsx";
import { Answered, Empty, Loading } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { durationWords } from "../../words/duration.ts";
import { capital } from "../../words/grant.ts";
import { OWN_REQUESTS } from "../../words/home.ts";
import { type AccessRequest, rolesWords, stateColor, stateWords, whatWords } from "../../words/request.ts";
import { AcceptSheet, CancelSheet } from "../requests/request-sheets.tsx";

const LOOKED_AT = 50;
const RECENT = 3;
const RECENT_MS = 24 * 3_600_000;

/** The newest of one's own: read once for everything on Home. */
export function useOwnRequests() {
  return useApi("listAccessRequests", { query: { view: "mine", limit: LOOKED_AT } });
}

export function YourRequests() {
  const found = useOwnRequests();
  const all = found.data?.items ?? [];
  const open = all.filter(({ state }) => state === "pending");
  const recent = all.filter(isRecent).slice(0, RECENT);
  const shown = [...open, ...recent];
  return (
    <Section
      title={OWN_REQUESTS.title}
      aside={
        all.length > shown.length ? (
          <Anchor component={Link} to="/access?tab=requests" size="sm">
            {OWN_REQUESTS.all}
          </Anchor>
        ) : null
      }
    >
      <Answered
        query={found}
        loading={<Loading rows={1} />}
        empty={shown.length === 0 ? <Empty>{OWN_REQUESTS.none}</Empty> : null}
      >
        <Stack gap="sm">
          {shown.map((request) => (
            <OwnRequest key={request.id} request={request} />
          ))}
        </Stack>
      </Answered>
    </Section>
  );
}

function OwnRequest({ request }: { readonly request: AccessRequest }) {
  const [canceling, cancel] = useDisclosure(false);
  const [accepting, accept] = useDisclosure(false);
  const pending = request.state === "pending";
  return (
    <Paper
      withBorder
      p="md"
      component="article"
      aria-label={`${rolesWords(request)} on ${request.scopeName}`}
    >
      <Group justify="space-between" gap="sm">
        <Stack gap={2} miw={0} flex="1 1 16rem">
          <Group gap="xs">
            <Text component={Link} to={`/requests/${request.id}`} className="plain-link" fw={600}>
              {capital(whatWords(request))}
            </Text>
            <Badge color={stateColor(request)}>{stateWords(request)}</Badge>
          </Group>
          <Text size="sm" c="dimmed">
            {durationWords(request.terms.duration)} · asked <Time at={request.createdAt} as="ago" />
            {request.denial?.justification ? ` · “${request.denial.justification}”` : null}
          </Text>
        </Stack>
        <Group gap="xs">
          {pending && request.proposal !== null ? (
            <Button size="xs" onClick={accept.open}>
              {OWN_REQUESTS.seeOffer}
            </Button>
          ) : null}
          {pending ? (
            <Button size="xs" variant="default" onClick={cancel.open}>
              {OWN_REQUESTS.cancel}
            </Button>
          ) : null}
        </Group>
      </Group>
      {canceling ? <CancelSheet request={request} close={cancel.close} /> : null}
      {accepting ? <AcceptSheet request={request} close={accept.close} /> : null}
    </Paper>
  );
}

function isRecent({ state, stateAt }: AccessRequest): boolean {
  return state !== "pending" && Date.now() - Date.parse(stateAt) < RECENT_MS;
}
