/** One eligibility in words. */
import { Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import type { ItemOf } from "../../../api/api.ts";
import { useMe } from "../../../app/session.tsx";
import { useNow } from "../../../parts/now.ts";
import { Time } from "../../../parts/time.tsx";
import { kindWords, peopleWords, personAddress } from "../parts/principal-words.ts";

export type Eligibility = ItemOf<"listEligibilities">;
interface Props {
  readonly eligibility: Eligibility;
}

export function Who({ eligibility: { principal, members } }: Props) {
  const me = useMe();
  const own = principal.tenantId === me.principal.tenantId;
  const more = members === null ? kindWords(principal.kind) : `group, ${peopleWords(members)}`;
  return (
    <Stack gap={0} align="flex-start">
      {own ? (
        <Text component={Link} to={personAddress(principal.objectId)} className="plain-link" fw={600}>
          {principal.displayName}
        </Text>
      ) : (
        <Text fw={600}>
          {principal.displayName} ({principal.tenantName})
        </Text>
      )}
      <Text size="sm" c="dimmed">
        {more}
      </Text>
    </Stack>
  );
}

export function Until({ eligibility: { startsAt, endsAt } }: Props) {
  const now = useNow();
  const later = Date.parse(startsAt) > now;
  return (
    <Stack gap={0}>
      <Text size="sm">{endsAt === null ? "without an end" : <Time at={endsAt} as="minute" />}</Text>
      <Text size="sm" c="dimmed">
        {later ? "begins " : "since "}
        <Time at={startsAt} as="minute" />
      </Text>
    </Stack>
  );
}

export function Made({ eligibility: { source } }: Props) {
  if (source.kind === "application")
    return (
      <Text size="sm" c="dimmed">
        comes with application {source.name}
      </Text>
    );
  return <Text size="sm">{source.name ?? (source.at === null ? "not recorded" : "set up with Curfew")}</Text>;
}
