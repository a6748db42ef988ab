/** Making a person, a group or a workload eligible for a role. */
import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { DraftNote } from "../../../parts/draft-note.tsx";
import { LocalTimeField } from "../../../parts/local-time-field.tsx";
import { Page } from "../../../parts/page.tsx";
import { PrincipalPicker } from "../../../parts/principal-picker.tsx";
import { ReasonField } from "../../../parts/reason-field.tsx";
import { Problem } from "../../../parts/states.tsx";
import { documentName } from "../../../words/administration.ts";
import { ASSIGN, LIST, madeEligible, willMake } from "../../../words/eligibility.ts";
import { AsText } from "../parts/as-text.tsx";
import { PlaceField } from "../parts/place-field.tsx";
import { usePlaceWord } from "../parts/places.ts";
import { RoleSelect, useRoles } from "../parts/role-select.tsx";
import { LastingField } from "./lasting.tsx";
import { type Assignment, useAssignment } from "./use-assignment.ts";

const BACK = "/manage/eligibilities";

export function AssignPage() {
  const assignment = useAssignment();
  const [tried, setTried] = useState(false);
  const navigate = useNavigate();
  const submit = () => {
    setTried(true);
    assignment.send((made) => {
      notifications.show({ message: madeEligible(made), color: "green" });
      navigate(BACK);
    });
  };
  return (
    <Page title={LIST.make} lead={ASSIGN.lead} up={{ to: BACK, label: LIST.title }} width={720}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
        noValidate
      >
        <Paper withBorder p={{ base: "md", sm: "lg" }}>
          <Stack gap="md">
            <DraftNote draft={assignment.draft} />
            <WhoWhatWhere assignment={assignment} tried={tried} />
            <WhenAndWhy assignment={assignment} tried={tried} />
            {assignment.error === null ? null : <Problem error={assignment.error} />}
          </Stack>
        </Paper>
        <Paper withBorder px={{ base: "md", sm: "lg" }} py="xs" mt="md">
          <AsFile assignment={assignment} />
        </Paper>
        <AssignBar assignment={assignment} />
      </form>
    </Page>
  );
}

interface Props {
  readonly assignment: Assignment;
  /** Nothing is red before somebody tried to send it. */
  readonly tried: boolean;
}

function WhoWhatWhere({ assignment: { filled, fill, lacking }, tried }: Props) {
  return (
    <>
      <PrincipalPicker
        label={ASSIGN.who}
        description={ASSIGN.whoHelp}
        value={filled.who === undefined ? [] : [filled.who]}
        onChange={(all) => fill({ picked: all.slice(-1) })}
        error={tried ? lacking.who : null}
      />
      <RoleSelect
        label={ASSIGN.role}
        value={filled.role}
        onChange={(role) => fill({ role })}
        error={tried ? lacking.role : null}
      />
      <PlaceField
        label={ASSIGN.where}
        value={filled.scope}
        onChange={(scope) => fill({ scope })}
        error={tried ? lacking.scope : null}
      />
    </>
  );
}

function WhenAndWhy({ assignment: { filled, fill, lacking, demands }, tried }: Props) {
  return (
    <>
      <LocalTimeField
        label={ASSIGN.from}
        description={ASSIGN.fromHelp}
        maw={260}
        value={filled.start}
        onChange={(start) => fill({ start })}
        error={tried ? lacking.start : null}
      />
      <LastingField
        value={filled.lasting}
        onChange={(lasting) => fill({ lasting })}
        maximumMs={demands.maximumMs}
        error={tried ? lacking.end : null}
      />
      <ReasonField
        label={ASSIGN.why}
        description={demands.justification ? ASSIGN.whyDemanded : ASSIGN.whyHelp}
        value={filled.justification}
        change={(justification) => fill({ justification })}
        error={tried ? lacking.why : null}
      />
      {demands.mfa ? <Text size="sm">{ASSIGN.secondFactor}</Text> : null}
    </>
  );
}

/** The document that this equals. */
function AsFile({ assignment: { filled } }: Pick<Props, "assignment">) {
  const { who, role, scope, startsAt, endsAt, justification } = filled;
  const roleName = useRoles().find(({ id }) => id === role)?.name ?? "";
  const place = usePlaceWord();
  const said = justification.trim();
  const spec = {
    principal: who === undefined ? "" : who.name === null ? who.objectId : `${who.kind}:${who.name}`,
    role: roleName,
    scope: scope === null ? "" : place.wordOf(scope),
    ...(startsAt === null ? {} : { startsAt }),
    ...(endsAt === undefined ? {} : { endsAt }),
    ...(said === "" ? {} : { justification: said }),
  };
  const where = scope === null ? "" : place.labelOf(scope);
  const name = documentName(`${who?.displayName ?? ""} ${roleName} ${where}`);
  return <AsText kind="Eligibility" name={name === "" ? "name" : name} spec={spec} />;
}

function AssignBar({ assignment: { filled, busy, now } }: Pick<Props, "assignment">) {
  const { who, role, endsAt } = filled;
  const roleName = useRoles().find(({ id }) => id === role)?.name;
  return (
    <div className="action-bar">
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed" flex="1 1 16rem">
          {who === undefined || roleName === undefined
            ? ASSIGN.nothingYet
            : willMake(who.displayName, roleName, endsAt, now)}
        </Text>
        <Group gap="sm">
          <Button component={Link} to={BACK} variant="default">
            {ASSIGN.back}
          </Button>
          <Button type="submit" loading={busy}>
            {LIST.make}
          </Button>
        </Group>
      </Group>
    </div>
  );
}
