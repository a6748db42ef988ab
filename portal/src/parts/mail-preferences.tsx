/** What is heard by mail, and when: of one person, or of everybody who has said nothing else. Sent when somebody saves it. */
import { Button, Checkbox, Group, Paper, Radio, Select, Stack, Switch, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type Answer, useApiCall } from "../api/api.ts";
import { faultAt, faultsOf } from "../api/faults.ts";
import { MAIL, MAIL_KINDS, PERIODS } from "../words/preferences.ts";
import { useEdit } from "./draft.ts";
import { DraftNote } from "./draft-note.tsx";
import { Problem, sentence } from "./states.tsx";

type View = Answer<"readMyNotificationPreferences">;
type Preferences = View["inForce"];

interface Props {
  readonly view: View;
  readonly operation: "setMyNotificationPreferences" | "setNotificationPreferences";
  /** What it is called to take back all that was said. */
  readonly reset: string;
}

const TIME_ZONES = [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone")])];
const NIGHT = { from: "22:00", to: "07:00" } as const;
const FIELDS = ["/quietHours", "/timeZone"];

export function MailPreferences({ view, operation, reset }: Props) {
  const draft = useEdit<Preferences>(operation, { version: JSON.stringify(view.said), value: view.inForce });
  const save = useApiCall(operation, () => {
    draft.settle();
    notifications.show({ message: MAIL.saved, color: "green" });
  });
  const now = draft.value;
  const change = (changed: Partial<Preferences>) => draft.change((before) => ({ ...before, ...changed }));
  const faults = faultsOf(save.error);
  const at = (field: string) => {
    const said = faultAt(faults, field);
    return said === null ? null : sentence(said);
  };
  const isElsewhere = FIELDS.every((field) => faultAt(faults, field) === null);
  return (
    <Paper withBorder p="md">
      <Stack gap="lg">
        <DraftNote draft={draft} />
        <Stack gap="xs">
          <QuietHours
            value={now.quietHours}
            onChange={(quietHours) => change({ quietHours })}
            error={at("/quietHours")}
          />
          <Select
            label={MAIL.timeZone}
            description={MAIL.timeZoneHelp}
            data={TIME_ZONES.includes(now.timeZone) ? TIME_ZONES : [now.timeZone, ...TIME_ZONES]}
            value={now.timeZone}
            onChange={(timeZone) => change({ timeZone: timeZone ?? now.timeZone })}
            error={at("/timeZone")}
            searchable
            allowDeselect={false}
            limit={50}
            maw={360}
          />
        </Stack>
        <Radio.Group
          label={MAIL.automatic}
          value={now.automatic}
          onChange={(automatic) => change({ automatic: automatic as Preferences["automatic"] })}
        >
          <Stack gap="xs" mt="xs">
            {PERIODS.map(({ value, label }) => (
              <Radio key={value} value={value} label={label} />
            ))}
          </Stack>
        </Radio.Group>
        <Stack gap="xs">
          <Switch
            label={MAIL.reminders}
            checked={now.reminders}
            onChange={({ currentTarget }) => change({ reminders: currentTarget.checked })}
          />
          <Switch
            label={MAIL.escalation}
            checked={now.escalation}
            onChange={({ currentTarget }) => change({ escalation: currentTarget.checked })}
          />
        </Stack>
        <Checkbox.Group
          label={MAIL.what}
          description={MAIL.always}
          value={MAIL_KINDS.map(({ value }) => value).filter((kind) => !now.off.includes(kind))}
          onChange={(on) =>
            change({ off: MAIL_KINDS.map(({ value }) => value).filter((kind) => !on.includes(kind)) })
          }
        >
          <Stack gap="xs" mt="xs">
            {MAIL_KINDS.map(({ value, label }) => (
              <Checkbox key={value} value={value} label={label} />
            ))}
          </Stack>
        </Checkbox.Group>
        {save.error !== null && isElsewhere ? <Problem error={save.error} /> : null}
        <Group gap="sm">
          <Button
            disabled={!draft.dirty}
            loading={save.isPending}
            onClick={() => save.mutate({ body: saidBy(view, now) })}
          >
            {MAIL.save}
          </Button>
          {Object.keys(view.said).length === 0 ? null : (
            <Button variant="default" loading={save.isPending} onClick={() => save.mutate({ body: {} })}>
              {reset}
            </Button>
          )}
        </Group>
      </Stack>
    </Paper>
  );
}

/** What was said before, and what is now otherwise than it would be unsaid: the rest goes on following the organisation. */
function saidBy({ said, otherwise }: View, now: Preferences): Partial<Preferences> {
  const isSaid = (field: keyof Preferences) =>
    field in said || JSON.stringify(now[field]) !== JSON.stringify(otherwise[field]);
  return Object.fromEntries(Object.entries(now).filter(([field]) => isSaid(field as keyof Preferences)));
}

interface QuietProps {
  readonly value: Preferences["quietHours"];
  readonly onChange: (value: Preferences["quietHours"]) => void;
  readonly error: string | null;
}

function QuietHours({ value, onChange, error }: QuietProps) {
  return (
    <Stack gap="xs">
      <Switch
        label={MAIL.quiet}
        description={MAIL.quietHelp}
        checked={value !== null}
        onChange={({ currentTarget }) => onChange(currentTarget.checked ? NIGHT : null)}
      />
      {value === null ? null : (
        <Group align="flex-start">
          {(["from", "to"] as const).map((end) => (
            <TextInput
              key={end}
              type="time"
              label={MAIL[end]}
              value={value[end]}
              onChange={({ currentTarget }) => onChange({ ...value, [end]: currentTarget.value })}
              error={value[end] === "" ? MAIL.timeLacks : error}
            />
          ))}
        </Group>
      )}
    </Stack>
  );
}
