/** One eligibility in words. */
import { Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import type { ItemOf } from "../../../api/api.ts";
import { useMe } from "../../../app/session.tsx";
import { useNow } from "../../../parts/now.ts";
import { Permanent } from "../../../parts/permanent.tsx";
import { Time } from "../../../parts/time.tsx";
import { groupWords, LIST, madeWords, whoWords } from "../../../words/eligibility.ts";
import { NO_END } from "../../../words/permanent.ts";
import { kindWords, peopleWords, personAddress } from "../parts/principal-words.ts";

export type Eligibility = ItemOf<"listEligibilities">;
interface Props {
  readonly eligibility: Eligibility;
}

export function Who({ eligibility: { principal, members } }: Props) {
  const me = useMe();
  const own = principal.tenantId === me.principal.tenantId;
  const more = members === null ? kindWords(principal.kind) : groupWords(peopleWords(members));
  return (
    <Stack gap={0} align="flex-start">
      {own ? (
        <Text component={Link} to={personAddress(principal.objectId)} className="plain-link" fw={600}>
          {principal.displayName}
        </Text>
      ) : (
        <Text fw={600}>{whoWords(principal, false)}</Text>
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
      {endsAt === null ? (
        <Permanent since={null}>{NO_END}</Permanent>
      ) : (
        <Text size="sm">
          <Time at={endsAt} as="minute" />
        </Text>
      )}
      <Text size="sm" c="dimmed">
        {later ? LIST.begins : LIST.since} <Time at={startsAt} as="minute" />
      </Text>
    </Stack>
  );
}

export function Made({ eligibility }: Props) {
  return (
    <Text size="sm" c={eligibility.source.kind === "application" ? "dimmed" : undefined}>
      {madeWords(eligibility)}
    </Text>
  );
}
