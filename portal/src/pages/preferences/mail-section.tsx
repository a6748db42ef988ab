/** What one hears by mail, and when: sent when somebody saves it; what was never said is as the organisation has it. */
import { Autocomplete, Button, Checkbox, Group, Paper, Radio, Stack, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import { type Answer, useApi, useApiCall } from "../../api/api.ts";
import { Section } from "../../parts/page.tsx";
import { Loading, Problem } from "../../parts/states.tsx";
import { MAIL, MAIL_KINDS, PERIODS } from "../../words/preferences.ts";

type View = Answer<"readMyNotificationPreferences">;
type Preferences = View["inForce"];

const TIME_ZONES = [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone")])];
const NIGHT = { from: "22:00", to: "07:00" } as const;

export function MailSection() {
  const { data, error, refetch } = useApi("readMyNotificationPreferences", {});
  return (
    <Section title={MAIL.title}>
      {error !== null && data === undefined ? (
        <Problem error={error} again={() => refetch()} />
      ) : data === undefined ? (
        <Loading rows={3} height={48} />
      ) : (
        // Saved elsewhere, or here: what is shown begins anew with what is stored.
        <MailForm key={JSON.stringify(data.inForce)} view={data} />
      )}
    </Section>
  );
}

function MailForm({ view }: { readonly view: View }) {
  const [now, setNow] = useState<Preferences>(view.inForce);
  const save = useApiCall("setMyNotificationPreferences");
  const change = (changed: Partial<Preferences>) => setNow({ ...now, ...changed });
  const isChanged = JSON.stringify(now) !== JSON.stringify(view.inForce);
  const isOwn = Object.keys(view.said).length > 0;
  return (
    <Paper withBorder p="md">
      <Stack gap="md">
        <QuietHours value={now.quietHours} onChange={(quietHours) => change({ quietHours })} />
        <Autocomplete
          label={MAIL.timeZone}
          data={TIME_ZONES}
          limit={50}
          value={now.timeZone}
          onChange={(timeZone) => change({ timeZone })}
          maxLength={64}
        />
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
        {save.error === null ? null : <Problem error={save.error} />}
        <Group>
          <Button disabled={!isChanged} loading={save.isPending} onClick={() => save.mutate({ body: now })}>
            {MAIL.save}
          </Button>
          <Button
            variant="default"
            disabled={!isOwn}
            loading={save.isPending}
            onClick={() => save.mutate({ body: {} })}
          >
            {MAIL.reset}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}

interface QuietProps {
  readonly value: Preferences["quietHours"];
  readonly onChange: (value: Preferences["quietHours"]) => void;
}

function QuietHours({ value, onChange }: QuietProps) {
  return (
    <Stack gap="xs">
      <Switch
        label={MAIL.quiet}
        description={MAIL.quietHelp}
        checked={value !== null}
        onChange={({ currentTarget }) => onChange(currentTarget.checked ? NIGHT : null)}
      />
      {value === null ? null : (
        <Group>
          {(["from", "to"] as const).map((end) => (
            <TextInput
              key={end}
              type="time"
              label={MAIL[end]}
              value={value[end]}
              onChange={({ currentTarget }) => onChange({ ...value, [end]: currentTarget.value })}
            />
          ))}
        </Group>
      )}
    </Stack>
  );
}
