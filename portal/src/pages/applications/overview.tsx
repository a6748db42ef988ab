/** What one asks first of an application: what its publisher may do, who holds something now, how it came here. */
import { Anchor, Paper, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { useApi } from "../../api/api.ts";
import { Facts } from "../../parts/facts.tsx";
import { Section } from "../../parts/page.tsx";
import { Time } from "../../parts/time.tsx";
import {
  type ApplicationInFull,
  countWords,
  groupOf,
  lastOf,
  liesIn,
  mayDoWords,
  NEVER_LATER,
  roleWords,
} from "../../words/application.ts";
import { listWords } from "../../words/list.ts";
import { AcceptVersion } from "./accept-version.tsx";
import { LiveNow } from "./live-now.tsx";
import { useWaiting } from "./waiting.ts";

interface Props {
  readonly application: ApplicationInFull;
}

export function Overview({ application }: Props) {
  const waiting = useWaiting().filter((one) => liesIn(one.scope, application)).length;
  return (
    <>
      <Section title={`What ${application.publisher.name} may do now`}>
        <Paper withBorder p="md">
          <Stack gap="xs">
            <Text>{mayDoWords(application)}</Text>
            <LiveNow application={application} />
            {waiting === 0 ? null : (
              <Text>
                <Anchor component={Link} to={`/applications/${application.id}/jit-access`}>
                  {countWords(waiting, "request")} {waiting === 1 ? "waits" : "wait"} for a decision
                </Anchor>
              </Text>
            )}
          </Stack>
        </Paper>
      </Section>
      {application.own === null ? null : <AcceptVersion application={application} />}
      <Section title="Deployment">
        <Paper withBorder p="md">
          <Deployment application={application} />
        </Paper>
      </Section>
    </>
  );
}

function Deployment({ application }: Props) {
  const { publisher, offerName, offerVersion, scope, managedScope, own, jitEnabled, deployedAt } =
    application;
  const [first] = useApi("readApplicationHistory", { path: { id: application.id } }).data?.items ?? [];
  const owners = own?.owners.map(({ displayName }) => displayName) ?? [];
  return (
    <Facts
      facts={[
        ["Offer", `${offerName} of ${publisher.name}, version ${offerVersion}`],
        [
          "Deployed",
          <>
            <Time at={deployedAt} />
            {first === undefined ? null : ` by ${first.byName}`}
          </>,
        ],
        [
          "Just-in-time access",
          jitEnabled
            ? "Chosen when it was deployed, for good"
            : `Declined when it was deployed. ${NEVER_LATER}`,
        ],
        ["Roles accepted", roleWords(application)],
        ["Owners", owners.length === 0 ? "Nobody" : listWords(owners, "and")],
        ["Resource group", groupOf(scope)],
        ["Managed resource group", lastOf(managedScope)],
        ["Resource id", scope],
      ]}
    />
  );
}
