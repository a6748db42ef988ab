/** How the portal looks to this person, in this browser, and what they hear by mail. */
import { Paper, Radio, Stack, useMantineColorScheme } from "@mantine/core";
import { useState } from "react";
import { chooseZone, zoneChosen } from "../../app/zone.ts";
import { useNow } from "../../parts/now.ts";
import { Page, Section } from "../../parts/page.tsx";
import { deviceTime, itIs, PAGE } from "../../words/preferences.ts";
import { timeWords, type Zone } from "../../words/time.ts";
import { MailSection } from "./mail-section.tsx";

export function PreferencesPage() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Page title={PAGE.title} lead={PAGE.lead} width={720}>
      <Section title={PAGE.appearance}>
        <Paper withBorder p="md">
          <Radio.Group
            label={PAGE.colours}
            value={colorScheme}
            onChange={(value) => setColorScheme(value as "auto" | "light" | "dark")}
          >
            <Stack gap="xs" mt="xs">
              <Radio value="auto" label={PAGE.auto} />
              <Radio value="light" label={PAGE.light} />
              <Radio value="dark" label={PAGE.dark} />
            </Stack>
          </Radio.Group>
        </Paper>
      </Section>
      <Times />
      <MailSection />
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
    <Section title={PAGE.times}>
      <Paper withBorder p="md">
        <Radio.Group
          label={PAGE.timesIn}
          description={itIs(timeWords(now, now))}
          value={zone}
          onChange={(value) => choose(value as Zone)}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="local" label={deviceTime(here)} />
            <Radio value="utc" label={PAGE.utc} />
          </Stack>
        </Radio.Group>
      </Paper>
    </Section>
  );
}
