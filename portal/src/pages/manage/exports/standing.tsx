/** How far an export is, in facts: the same of an organisation's own and of the installation's. */
import { Text } from "@mantine/core";
import { sentence } from "../../../parts/states.tsx";
import { Time } from "../../../parts/time.tsx";
import { card as words } from "../../../words/exports.ts";

interface Standing {
  readonly behind: number;
  readonly waitingSince: string | null;
  readonly againAt?: string | null;
  readonly acceptedAt: string | null;
  readonly lastError: string | null;
  readonly lastErrorAt: string | null;
}

export function standingFacts(one: Standing) {
  return [
    [words.behind, one.behind === 0 ? words.none : <Behind key="behind" one={one} />],
    [
      words.accepted,
      one.acceptedAt === null ? words.never : <Time key="accepted" at={one.acceptedAt} as="ago" />,
    ],
    [words.error, one.lastError === null ? null : <Fault key="error" one={one} />],
  ] as const;
}

function Behind({ one: { behind, waitingSince, againAt = null } }: { readonly one: Standing }) {
  return (
    <Text span>
      {words.waiting(behind)}
      {waitingSince === null ? null : (
        <>
          , {words.since}
          <Time at={waitingSince} as="ago" />
        </>
      )}
      {againAt === null ? null : (
        <>
          , {words.again}
          <Time at={againAt} as="in" />
        </>
      )}
    </Text>
  );
}

function Fault({ one: { lastError, lastErrorAt } }: { readonly one: Standing }) {
  return (
    <Text span>
      {sentence(lastError ?? "")}
      {lastErrorAt === null ? null : (
        <>
          {" ("}
          <Time at={lastErrorAt} as="ago" />)
        </>
      )}
    </Text>
  );
}
