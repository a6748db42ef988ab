/** The three requests that run out first among those one can decide. */
import { Anchor, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { useApi } from "../../api/api.ts";
import { useMe } from "../../app/session.tsx";
import { Section } from "../../parts/page.tsx";
import { Answered, Empty, Loading } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { ASKED, DECIDE, NOT_JUSTIFIED } from "../../words/deciding.ts";
import { durationWords } from "../../words/duration.ts";
import { allWaiting, NOBODY_WAITS, REVIEW, WAITING } from "../../words/home.ts";
import { unreadWords } from "../../words/notification.ts";
import { type AccessRequest, rolesWords, whatWords, whoWords } from "../../words/request.ts";

const SHOWN = 3;

export function WaitingForYou() {
  const me = useMe();
  const approver = me.places.includes("approvals");
  const found = useApi(
    "listAccessRequests",
    { query: { view: "toDecide", limit: SHOWN } },
    { enabled: approver },
  );
  if (!approver) return null;
  // The server lists what must be decided soonest first, and counts as the badge does.
  const waiting = found.data?.items ?? [];
  const { toDecide } = me.counts;
  return (
    <Section
      title={WAITING}
      aside={
        toDecide > SHOWN ? (
          <Anchor component={Link} to="/approvals" size="sm">
            {allWaiting(unreadWords(toDecide))}
          </Anchor>
        ) : null
      }
    >
      <Answered
        query={found}
        loading={<Loading rows={1} />}
        empty={waiting.length === 0 ? <Empty>{NOBODY_WAITS}</Empty> : null}
      >
        <Stack gap="sm">
          {waiting.map((request) => (
            <Waiting key={request.id} request={request} />
          ))}
        </Stack>
      </Answered>
    </Section>
  );
}

function Waiting({ request }: { readonly request: AccessRequest }) {
  return (
    <Paper
      withBorder
      p="md"
      component="article"
      aria-label={`${rolesWords(request)} on ${request.scopeName}`}
    >
      <Group justify="space-between" gap="sm">
        <Stack gap={2} miw={0} flex="1 1 15rem">
          <Text>
            <b>{whoWords(request.requester)}</b> asks for {whatWords(request)} for{" "}
            {durationWords(request.terms.duration)}
          </Text>
          <Text size="sm" c="dimmed" lineClamp={2}>
            {request.justification ?? NOT_JUSTIFIED}
          </Text>
          <Text size="sm" c="dimmed">
            {ASKED} <Time at={request.createdAt} as="ago" />
            {request.decideBy === null ? null : (
              <>
                {" "}
                · {DECIDE} <Time at={request.decideBy} as="in" />
              </>
            )}
          </Text>
        </Stack>
        <Button component={Link} to={`/approvals/${request.id}`} variant="light" flex="none">
          {REVIEW}
        </Button>
      </Group>
    </Paper>
  );
}
