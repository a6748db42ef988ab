/** How the portal looks to this person, in this browser. */
import { Paper, Radio, Stack, useMantineColorScheme } from "@mantine/core";
import { useState } from "react";
import { chooseZone, zoneChosen } from "../../app/zone.ts";
import { useNow } from "../../parts/now.ts";
import { Page, Section } from "../../parts/page.tsx";
import { timeWords, type Zone } from "../../words/time.ts";

export function PreferencesPage() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Page title="Preferences" lead="Kept in this browser only." width={720}>
      <Section title="Appearance">
        <Paper withBorder p="md">
          <Radio.Group
            label="Colours"
            value={colorScheme}
            onChange={(value) => setColorScheme(value as "auto" | "light" | "dark")}
          >
            <Stack gap="xs" mt="xs">
              <Radio value="auto" label="As this device has it" />
              <Radio value="light" label="Light" />
              <Radio value="dark" label="Dark" />
            </Stack>
          </Radio.Group>
        </Paper>
      </Section>
      <Times />
    </Page>
  );
}

function Times() {
  const now = useNow();
  const [zone, setZone] = useState(zoneChosen);
  const choose = (value: Zone) => {
    chooseZone(value);
    setZone(value);
  };
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <Section title="Times">
      <Paper withBorder p="md">
        <Radio.Group
          label="Show times in"
          description={`It is ${timeWords(now, now)}.`}
          value={zone}
          onChange={(value) => choose(value as Zone)}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="local" label={`This device's time (${here.replaceAll("_", " ")})`} />
            <Radio value="utc" label="UTC" />
          </Stack>
        </Radio.Group>
      </Paper>
    </Section>
  );
}
