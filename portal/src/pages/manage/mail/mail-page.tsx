/** The organisation's own in its mail: what each says, what people hear unless they choose, and where none goes any more. */
import { Stack, Text } from "@mantine/core";
import { useApi } from "../../../api/api.ts";
import { Caution } from "../../../parts/caution.tsx";
import { MailPreferences } from "../../../parts/mail-preferences.tsx";
import { Page, Section } from "../../../parts/page.tsx";
import { Loading, Problem } from "../../../parts/states.tsx";
import { PAGE } from "../../../words/mail.ts";
import { MailAddresses } from "./mail-addresses.tsx";
import { MailSettings } from "./mail-settings.tsx";

export function MailPage() {
  return (
    <Page title={PAGE.title} lead={PAGE.lead} width={860}>
      <Every />
      <Defaults />
      <MailAddresses />
    </Page>
  );
}

function Every() {
  const { data, error, refetch } = useApi("readMailSettings", {});
  return (
    <>
      {data?.isOn === false ? (
        <Stack mb="xl">
          <Caution title={PAGE.off}>
            <Text size="sm">{PAGE.offText}</Text>
          </Caution>
        </Stack>
      ) : null}
      <Section title={PAGE.every}>
        {data !== undefined ? (
          <MailSettings settings={data} />
        ) : error !== null ? (
          <Problem error={error} again={() => refetch()} />
        ) : (
          <Loading rows={1} height={380} />
        )}
      </Section>
    </>
  );
}

function Defaults() {
  const { data, error, refetch } = useApi("readNotificationPreferences", {});
  return (
    <Section title={PAGE.defaults}>
      <Stack gap="sm">
        <Text c="dimmed">{PAGE.defaultsLead}</Text>
        {data !== undefined ? (
          <MailPreferences view={data} operation="setNotificationPreferences" reset={PAGE.reset} />
        ) : error !== null ? (
          <Problem error={error} again={() => refetch()} />
        ) : (
          <Loading rows={1} height={860} />
        )}
      </Stack>
    </Section>
  );
}
