/** Making a person, a group or a workload eligible for a role. */
import { Button, Group, Paper, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { Page } from "../../../parts/page.tsx";
import { PrincipalPicker } from "../../../parts/principal-picker.tsx";
import { Problem } from "../../../parts/states.tsx";
import { timeWords } from "../../../words/time.ts";
import { PlaceField } from "../parts/place-field.tsx";
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
      notifications.show({
        message: `${made.principal.displayName} may ask for ${made.roleName} on ${made.scopeName}.`,
        color: "green",
      });
      navigate(BACK);
    });
  };
  return (
    <Page
      title="Make eligible"
      lead="They may ask from then on; the role's settings still decide."
      up={{ to: BACK, label: "Eligibilities" }}
      width={720}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
        noValidate
      >
        <Paper withBorder p={{ base: "md", sm: "lg" }}>
          <Stack gap="md">
            <WhoWhatWhere assignment={assignment} tried={tried} />
            <WhenAndWhy assignment={assignment} tried={tried} />
            {assignment.error === null ? null : <Problem error={assignment.error} />}
          </Stack>
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
        label="Who"
        description="A person, a group or a workload. Of a group every member may ask, nested ones too."
        value={filled.who === undefined ? [] : [filled.who]}
        onChange={(all) => fill.setPicked(all.slice(-1))}
        error={tried ? lacking.who : null}
      />
      <RoleSelect
        label="Role"
        value={filled.role}
        onChange={fill.setRole}
        error={tried ? lacking.role : null}
      />
      <PlaceField
        label="Where"
        value={filled.scope}
        onChange={fill.setScope}
        error={tried ? lacking.scope : null}
      />
    </>
  );
}

function WhenAndWhy({ assignment: { filled, fill, lacking, demands }, tried }: Props) {
  return (
    <>
      <TextInput
        label="From"
        description="Left empty: from now on."
        type="datetime-local"
        maw={260}
        value={filled.start}
        onChange={(event) => fill.setStart(event.currentTarget.value)}
      />
      <LastingField
        value={filled.lasting}
        onChange={fill.setLasting}
        maximumMs={demands.maximumMs}
        error={tried ? lacking.end : null}
      />
      <Textarea
        label="Why"
        description={
          demands.justification
            ? "The role's settings ask for it. It stands in the audit log."
            : "If you like; it stands in the audit log."
        }
        value={filled.justification}
        onChange={(event) => fill.setJustification(event.currentTarget.value)}
        maxLength={4_000}
        autosize
        minRows={2}
        error={tried ? lacking.why : null}
      />
      {demands.mfa ? <Text size="sm">The role's settings ask for your second factor here.</Text> : null}
    </>
  );
}

function AssignBar({ assignment: { filled, busy, now } }: Pick<Props, "assignment">) {
  const { who, role, endsAt } = filled;
  const roleName = useRoles().find(({ id }) => id === role)?.name;
  const until = endsAt ? timeWords(endsAt, now) : "somebody ends it";
  return (
    <div className="action-bar">
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed" flex="1 1 16rem">
          {who === undefined || roleName === undefined
            ? "Nothing happens before you press the button."
            : `${who.displayName} may ask for ${roleName} until ${until}.`}
        </Text>
        <Group gap="sm">
          <Button component={Link} to={BACK} variant="default">
            Back
          </Button>
          <Button type="submit" loading={busy}>
            Make eligible
          </Button>
        </Group>
      </Group>
    </div>
  );
}
