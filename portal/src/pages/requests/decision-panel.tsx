/** A request before anything came of it: who is asked, since when, what to do meanwhile; or that nothing will. */
import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link } from "react-router";
import { useApi } from "../../api/api.ts";
import { useMe } from "../../app/session.tsx";
import { useNow } from "../../parts/now.ts";
import { cancelRequest, decideOnIt, decisionTitle, seeOffer, waitingWords } from "../../words/access.ts";
import { type AccessRequest, standingWords } from "../../words/request.ts";
import { MovedEnd } from "../grants/waiting-extension.tsx";
import { AcceptSheet, CancelSheet } from "./request-sheets.tsx";
import { RequestTalk } from "./request-talk.tsx";

export function DecisionPanel({ request }: { readonly request: AccessRequest }) {
  const now = useNow();
  const pending = request.state === "pending";
  const own = useMe().principal.objectId === request.requester.objectId;
  return (
    <Paper withBorder p="md" mb="xl" component="section" aria-label="Where it stands">
      <Stack gap={6} align="flex-start">
        <Title order={2} size="h4" tabIndex={-1} data-stage>
          {decisionTitle(request)}
        </Title>
        <Text>{pending ? waitingWords(request, now) : standingWords(request, now)}</Text>
        {pending && request.extendsGrantId !== null ? (
          <ExtendedEnd id={request.id} grantId={request.extendsGrantId} />
        ) : null}
      </Stack>
      {pending ? <Meanwhile request={request} /> : null}
      {own && !pending ? (
        <Button component={Link} to={`/request?again=${request.id}`} variant="default" mt="md">
          Ask again
        </Button>
      ) : null}
    </Paper>
  );
}

function ExtendedEnd({ id, grantId }: { readonly id: string; readonly grantId: string }) {
  const { data: grant } = useApi("readGrant", { path: { id: grantId } });
  return grant === undefined ? null : <MovedEnd requestId={id} from={grant.endsAt} />;
}

function Meanwhile({ request }: { readonly request: AccessRequest }) {
  const [canceling, cancel] = useDisclosure(false);
  const [accepting, accept] = useDisclosure(false);
  const { data: may } = useApi("readRequestContext", { path: { id: request.id } });
  if (may === undefined) return null;
  return (
    <Stack mt="md">
      {may.canAccept || may.canDecide || may.canCancel ? (
        <Group gap="xs">
          {may.canAccept ? <Button onClick={accept.open}>{seeOffer}</Button> : null}
          {may.canDecide ? (
            <Button component={Link} to={`/approvals/${request.id}`}>
              {decideOnIt}
            </Button>
          ) : null}
          {may.canCancel ? (
            <Button variant="default" onClick={cancel.open}>
              {cancelRequest}
            </Button>
          ) : null}
        </Group>
      ) : null}
      <RequestTalk request={request} talk={may.talk} />
      {canceling ? <CancelSheet request={request} close={cancel.close} /> : null}
      {accepting ? <AcceptSheet request={request} close={accept.close} /> : null}
    </Stack>
  );
}
