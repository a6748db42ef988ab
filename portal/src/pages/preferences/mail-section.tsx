/** What one hears by mail, and where it goes. */
import { Stack, Text } from "@mantine/core";
import { useApi } from "../../api/api.ts";
import { useMe } from "../../app/session.tsx";
import { Caution } from "../../parts/caution.tsx";
import { MailPreferences } from "../../parts/mail-preferences.tsx";
import { Section } from "../../parts/page.tsx";
import { Loading, Problem } from "../../parts/states.tsx";
import { MAIL } from "../../words/preferences.ts";

export function MailSection() {
  const { data, error, refetch } = useApi("readMyNotificationPreferences", {});
  return (
    <Section title={MAIL.title}>
      <Stack gap="sm">
        <Where />
        {error !== null && data === undefined ? (
          <Problem error={error} again={() => refetch()} />
        ) : data === undefined ? (
          <Loading rows={1} height={860} />
        ) : (
          <MailPreferences view={data} operation="setMyNotificationPreferences" reset={MAIL.reset} />
        )}
      </Stack>
    </Section>
  );
}

function Where() {
  const { principal, email } = useMe();
  const { objectId, tenantId } = principal;
  const { data } = useApi("readPerson", { path: { objectId }, query: { tenantId } });
  const state = data?.mail?.state ?? "confirmed";
  if (email === null) return null;
  return (
    <>
      <Text c="dimmed">{MAIL.goesTo(email)}</Text>
      {state === "confirmed" ? null : (
        <Caution title={email}>
          <Text size="sm">{MAIL[state]}</Text>
        </Caution>
      )}
    </>
  );
}
