/** Who of the publisher holds something beyond reading right now, as sentences; for those who see all grants. */
import { Anchor, Text } from "@mantine/core";
import { Link } from "react-router";
import { Time } from "../../parts/time.tsx";
import type { ApplicationInFull } from "../../words/application.ts";
import { useOpenGrants } from "./open-grants.ts";

export function LiveNow({ application }: { readonly application: ApplicationInFull }) {
  const { asked, grants, known } = useOpenGrants(application);
  const live = grants.filter(({ kind, liveness }) => kind === "activation" && liveness === "live");
  if (!asked || !known || !application.jitEnabled) return null;
  if (live.length === 0) return <Text>Nobody of {application.publisher.name} holds more right now.</Text>;
  return live.map(({ id, beneficiary, roleName, scopeName, endsAt }) => (
    <Text key={id}>
      Right now{" "}
      <Anchor component={Link} to={`/access/${id}`}>
        {beneficiary.displayName} holds {roleName} on {scopeName}
      </Anchor>
      {endsAt === null ? "" : ", until "}
      {endsAt === null ? null : <Time at={endsAt} />}.
    </Text>
  ));
}
