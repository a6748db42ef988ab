/** More time that was asked for and waits: what it would move, and until when it is decided. */
import { Anchor, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { useApi } from "../../api/api.ts";
import { useNow } from "../../parts/now.ts";
import { extensionAsked, extensionDecideBy, ifApprovedWords, movedEndWords } from "../../words/access.ts";
import type { Grant } from "../../words/grant.ts";

type Extension = NonNullable<Grant["extension"]>;

export function WaitingExtension({ grant, asked }: { readonly grant: Grant; readonly asked: Extension }) {
  const now = useNow();
  return (
    <Stack gap={2} component="section" aria-label="More time">
      <Text fw={600}>{extensionAsked(asked)}</Text>
      <MovedEnd requestId={asked.requestId} from={grant.endsAt} />
      <Text size="sm">
        {extensionDecideBy(asked.decideBy, now)}{" "}
        <Anchor component={Link} to={`/requests/${asked.requestId}`}>
          See who decides
        </Anchor>
      </Text>
    </Stack>
  );
}

/** Nothing for whoever may not see the request itself. */
export function MovedEnd({ requestId, from }: { readonly requestId: string; readonly from: string | null }) {
  const now = useNow();
  const context = useApi("readRequestContext", { path: { id: requestId } });
  const to = context.data?.window.endsAt;
  if (to === undefined) return null;
  return (
    <Text size="sm" className="steady">
      {ifApprovedWords} <b>{movedEndWords(from, to, now)}</b>
    </Text>
  );
}
