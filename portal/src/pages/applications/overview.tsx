/** What one asks first of an application: what its publisher may do, who holds something now, how it came here. */
import { Anchor, Paper, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { useApi } from "../../api/api.ts";
import { Facts } from "../../parts/facts.tsx";
import { HelpLink } from "../../parts/help-link.tsx";
import { Section } from "../../parts/page.tsx";
import { Time } from "../../parts/time.tsx";
import {
  type ApplicationInFull,
  groupOf,
  lastOf,
  liesIn,
  mayDoTitle,
  mayDoWords,
  OVERVIEW,
  offerWords,
  roleWords,
  waitWords,
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
      <Section title={mayDoTitle(application)}>
        <Paper withBorder p="md">
          <Stack gap="xs">
            <Text>{mayDoWords(application)}</Text>
            <LiveNow application={application} />
            {waiting === 0 ? null : (
              <Text>
                <Anchor component={Link} to={`/applications/${application.id}/jit-access`}>
                  {waitWords(waiting)}
                </Anchor>
              </Text>
            )}
          </Stack>
        </Paper>
      </Section>
      {application.own === null ? null : <AcceptVersion application={application} />}
      <Section title={OVERVIEW.deployment}>
        <Paper withBorder p="md">
          <Deployment application={application} />
        </Paper>
      </Section>
    </>
  );
}

function Deployment({ application }: Props) {
  const { support, scope, managedScope, own, jitEnabled, deployedAt } = application;
  const [first] = useApi("readApplicationHistory", { path: { id: application.id } }).data?.items ?? [];
  const owners = own?.owners.map(({ displayName }) => displayName) ?? [];
  return (
    <Facts
      facts={[
        [OVERVIEW.offer, offerWords(application)],
        [OVERVIEW.help, support === null ? null : <HelpLink key="help" support={support} />],
        [
          OVERVIEW.deployed,
          <>
            <Time at={deployedAt} />
            {first === undefined ? null : ` by ${first.byName}`}
          </>,
        ],
        [OVERVIEW.jit, jitEnabled ? OVERVIEW.jitChosen : OVERVIEW.jitDeclined],
        [OVERVIEW.roles, roleWords(application)],
        [OVERVIEW.owners, owners.length === 0 ? OVERVIEW.nobody : listWords(owners, "and")],
        [OVERVIEW.resourceGroup, groupOf(scope)],
        [OVERVIEW.managedResourceGroup, lastOf(managedScope)],
        [OVERVIEW.resourceId, scope],
      ]}
    />
  );
}
