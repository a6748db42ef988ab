/** Who of the publisher holds something beyond reading right now, as sentences; for those who see all grants. */
import { Anchor, Text } from "@mantine/core";
import { Link } from "react-router";
import { Time } from "../../parts/time.tsx";
import {
  type ApplicationInFull,
  holdsWords,
  nobodyHoldsMore,
  RIGHT_NOW,
  UNTIL,
} from "../../words/application.ts";
import { useOpenGrants } from "./open-grants.ts";

export function LiveNow({ application }: { readonly application: ApplicationInFull }) {
  const { asked, grants, known } = useOpenGrants(application);
  const live = grants.filter(({ kind, liveness }) => kind === "activation" && liveness === "live");
  if (!asked || !known || !application.jitEnabled) return null;
  if (live.length === 0) return <Text>{nobodyHoldsMore(application)}</Text>;
  return live.map((grant) => (
    <Text key={grant.id}>
      {RIGHT_NOW}{" "}
      <Anchor component={Link} to={`/access/${grant.id}`}>
        {holdsWords(grant)}
      </Anchor>
      {grant.endsAt === null ? null : (
        <>
          {" "}
          {UNTIL} <Time at={grant.endsAt} />
        </>
      )}
      .
    </Text>
  ));
}
