/** How the portal looks to this person, in this browser. */
import { Radio, Stack, useMantineColorScheme } from "@mantine/core";
import { Page, Section } from "../../parts/page.tsx";

export function PreferencesPage() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Page title="Preferences" lead="Kept in this browser only." width={720}>
      <Section title="Appearance">
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
      </Section>
    </Page>
  );
}
