/** On which terms the publisher gets in: changed by administrators and owners, read by everybody who sees the application. */
import { Paper, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Facts } from "../../parts/facts.tsx";
import { Section } from "../../parts/page.tsx";
import { type ApplicationInFull, countWords, NEVER_LATER, permanentWords } from "../../words/application.ts";
import { durationWords } from "../../words/duration.ts";
import { listWords } from "../../words/list.ts";
import { PolicyForm } from "./policy-form.tsx";
import { PolicyHistory } from "./policy-history.tsx";

interface Props {
  readonly application: ApplicationInFull;
}

export function JitConfiguration({ application }: Props) {
  return (
    <>
      <Section title="Just-in-time access">
        <Fixed application={application} />
      </Section>
      {application.jitEnabled ? (
        <Section title="Terms">
          {application.own?.mayManage === true ? (
            <Editable application={application} />
          ) : (
            <Terms application={application} />
          )}
        </Section>
      ) : null}
      <Section title="What was changed">
        <PolicyHistory applicationId={application.id} />
      </Section>
    </>
  );
}

function Fixed({ application }: Props) {
  const { jitEnabled, name, publisher } = application;
  return (
    <Paper withBorder p="md">
      <Stack gap="xs">
        <Text fw={600}>
          {jitEnabled ? "On, for as long as this application exists" : "Declined, for good"}
        </Text>
        <Text>
          {jitEnabled
            ? `It was chosen when ${name} was deployed and cannot be switched off later: ${publisher.name} can never come to permanent access by a change of settings.`
            : `${permanentWords(application)} ${NEVER_LATER}`}
        </Text>
      </Stack>
    </Paper>
  );
}

/** What somebody writes stays what it was written on; when the terms change meanwhile they are told. */
function Editable({ application }: Props) {
  const [base, setBase] = useState(application);
  const moved = base.jitPolicy?.version !== application.jitPolicy?.version;
  return (
    <PolicyForm
      key={base.jitPolicy?.version ?? 0}
      base={base}
      moved={moved}
      takeNew={() => setBase(application)}
    />
  );
}

function Terms({ application }: Props) {
  const { jitPolicy, own, consumer } = application;
  if (jitPolicy === null) return null;
  const { mode, maximumDuration, minimumDuration, decideBy, required } = jitPolicy;
  const approvers = own?.approvers.map(({ displayName }) => displayName) ?? [];
  const owners = own?.owners.map(({ displayName }) => displayName) ?? [];
  return (
    <Paper withBorder p="md">
      <Stack>
        <Facts
          facts={[
            ["Approval", mode === "manual" ? "Manual: an approver decides" : "Automatic: approved at once"],
            ["Maximum duration", durationWords(maximumDuration)],
            ["Minimum duration", durationWords(minimumDuration)],
            ["Approvers", approvers.length === 0 ? "None named" : listWords(approvers, "and")],
            mode === "manual"
              ? ["Approvals needed", countWords(required, "approval")]
              : ["Approvals needed", null],
            mode === "manual" ? ["Time to decide", durationWords(decideBy)] : ["Time to decide", null],
            ["Justification", jitPolicy.justificationRequired ? "Required" : "Not required"],
            ["Second factor", jitPolicy.mfaRequired ? "Required" : "Not required"],
            ["Emergency access", jitPolicy.emergencyAllowed ? "Allowed" : "Not allowed"],
          ]}
        />
        <Text size="sm" c="dimmed">
          Changed by {owners.length === 0 ? "" : `${listWords(owners, "and")} and by `}
          {consumer.name}'s administrators.
        </Text>
      </Stack>
    </Paper>
  );
}
