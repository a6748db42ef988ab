/** On which terms the publisher gets in: changed by administrators and owners, read by everybody who sees the application. */
import { Paper, Stack, Text } from "@mantine/core";
import { Facts } from "../../parts/facts.tsx";
import { Section } from "../../parts/page.tsx";
import type { ApplicationInFull } from "../../words/application.ts";
import { CONFIGURATION, changedByWords, fixedWords, termFacts } from "../../words/jit-terms.ts";
import { PolicyForm } from "./policy-form.tsx";
import { PolicyHistory } from "./policy-history.tsx";

interface Props {
  readonly application: ApplicationInFull;
}

export function JitConfiguration({ application }: Props) {
  return (
    <>
      <Section title={CONFIGURATION.jit}>
        <Fixed application={application} />
      </Section>
      {application.jitEnabled ? (
        <Section title={CONFIGURATION.terms}>
          {application.own?.mayManage === true ? (
            <PolicyForm key={application.id} application={application} />
          ) : (
            <Terms application={application} />
          )}
        </Section>
      ) : null}
      <Section title={CONFIGURATION.changes}>
        <PolicyHistory applicationId={application.id} />
      </Section>
    </>
  );
}

function Fixed({ application }: Props) {
  return (
    <Paper withBorder p="md">
      <Stack gap="xs">
        <Text fw={600}>{application.jitEnabled ? CONFIGURATION.on : CONFIGURATION.declined}</Text>
        <Text>{fixedWords(application)}</Text>
      </Stack>
    </Paper>
  );
}

function Terms({ application }: Props) {
  const { jitPolicy, own, consumer } = application;
  if (jitPolicy === null) return null;
  const approvers = own?.approvers.map(({ displayName }) => displayName) ?? [];
  const owners = own?.owners.map(({ displayName }) => displayName) ?? [];
  return (
    <Paper withBorder p="md">
      <Stack>
        <Facts facts={termFacts(jitPolicy, approvers)} />
        <Text size="sm" c="dimmed">
          {changedByWords(owners, consumer.name)}
        </Text>
      </Stack>
    </Paper>
  );
}
