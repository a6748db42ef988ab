/** Who gets what a binding gives, by name and before it is saved: who holds the role there already, and who may ask. */
import { Stack, Text } from "@mantine/core";
import { type Answer, useApi } from "../../../api/api.ts";
import { Time } from "../../../parts/time.tsx";
import { Who } from "../../../parts/who.tsx";
import { bindings as words } from "../../../words/administration.ts";
import { membersWords } from "../../../words/place.ts";

interface Props {
  readonly roleId: string;
  readonly scope: string;
  /** Whether standing access gets it as well. */
  readonly standing: boolean;
}

type Place = Answer<"readPlace">;
type Held = Place["holds"][number];

const SHOWN = 12;

export function WhoGets({ roleId, scope, standing }: Props) {
  const { data } = useApi("readPlace", { query: { scope } });
  // Of a place that nobody asked for anything at, the server may know nothing yet.
  if (data === undefined) return null;
  const holders = data.holds.filter(
    (one) => one.roleDefinitionId === roleId && isServed(one, scope) && (standing || one.kind !== "standing"),
  );
  const askers = data.roles.flatMap(({ roleDefinitionId, askers: some }) =>
    roleDefinitionId === roleId ? some : [],
  );
  return (
    <Stack gap={4} component="section" aria-label={words.whoGets}>
      <Text fw={600}>{words.whoGets}</Text>
      <Text size="sm">
        {holders.length === 0 ? words.nobodyHolds : `${words.holdNow} `}
        {holders.slice(0, SHOWN).map((grant, at) => (
          <span key={grant.id}>
            {at === 0 ? null : ", "}
            <Who person={grant.beneficiary} />
            {grant.endsAt === null ? null : (
              <>
                {` ${words.until} `}
                <Time at={grant.endsAt} as="minute" />
              </>
            )}
          </span>
        ))}
        {holders.length > SHOWN ? ` ${words.andMore(holders.length - SHOWN)}` : null}
      </Text>
      <Text size="sm">
        {askers.length === 0 ? words.nobodyAsks : `${words.mayAsk} `}
        {askers.slice(0, SHOWN).map(({ principal, members }, at) => (
          <span key={principal.objectId}>
            {at === 0 ? null : ", "}
            <Who person={principal} />
            {members === null ? null : ` (${membersWords(members)})`}
          </span>
        ))}
        {askers.length > SHOWN ? ` ${words.andMore(askers.length - SHOWN)}` : null}
      </Text>
    </Stack>
  );
}

/** As the server serves it: what is held there or above, never on a part of it. */
function isServed({ scope, managedScope }: Held, at: string): boolean {
  const path = `${at.toLowerCase()}/`;
  return [scope, managedScope].some((held) => held !== null && path.startsWith(`${held.toLowerCase()}/`));
}
