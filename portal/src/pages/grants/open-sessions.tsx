/** Who is logged in with live access at this moment, where its targets can tell; looked at again while somebody looks. */
import { Stack, Text, Title } from "@mantine/core";
import { useInterval } from "@mantine/hooks";
import { type ItemOf, useApi } from "../../api/api.ts";
import { useNow } from "../../parts/now.ts";
import { sentence } from "../../parts/states.tsx";
import {
  moreSessionsWords,
  noSessionsWords,
  sessionsTitle,
  sessionWords,
  unknownSessionsWords,
} from "../../words/access.ts";
import type { Grant } from "../../words/grant.ts";

type OfMember = ItemOf<"readSessions">;

const AGAIN_MS = 10_000;

export function OpenSessions({ grant }: { readonly grant: Grant }) {
  const seen = useApi("readSessions", { path: { id: grant.id } });
  useInterval(() => document.visibilityState === "visible" && void seen.refetch(), AGAIN_MS, {
    autoInvoke: true,
  });
  const items = seen.data?.items ?? [];
  const several = grant.entitlements.length > 1;
  const nobody = seen.data !== undefined && items.every(({ sessions }) => sessions?.length === 0);
  return (
    <Stack gap={4} component="section" aria-label={sessionsTitle}>
      <Title order={3} size="h5">
        {sessionsTitle}
      </Title>
      {seen.data === undefined ? (
        <Text size="sm" c="dimmed">
          {seen.error === null ? "Looking …" : unknownSessionsWords(seen.error.message)}
        </Text>
      ) : nobody ? (
        <Text size="sm">{noSessionsWords(grant)}</Text>
      ) : (
        items.map((one) => (
          <OfOne key={`${one.member.objectId} ${one.targetLabel}`} of={one} named={several} />
        ))
      )}
    </Stack>
  );
}

function OfOne({ of, named }: { readonly of: OfMember; readonly named: boolean }) {
  const now = useNow();
  const { member, targetLabel, sessions, more, unknown } = of;
  return (
    <Stack gap={2}>
      {named ? (
        <Text size="sm" fw={600}>
          {member.displayName}, {targetLabel}
        </Text>
      ) : null}
      {sessions === null ? (
        <Text size="sm">{sentence(unknownSessionsWords(unknown ?? ""))}</Text>
      ) : (
        <Stack component="ul" gap={2} m={0} p={0} style={{ listStyle: "none" }}>
          {sessions.map((one, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two may begin at once, from one place
            <Text key={index} component="li" size="sm" style={{ overflowWrap: "anywhere" }}>
              {sessionWords(one, now)}
              {one.program === null ? null : (
                <>
                  , with <bdi className="said">{one.program}</bdi>
                </>
              )}
              .
            </Text>
          ))}
        </Stack>
      )}
      {more === 0 ? null : <Text size="sm">{moreSessionsWords(more)}</Text>}
    </Stack>
  );
}
