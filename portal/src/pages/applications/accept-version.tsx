/** A newer version of the offer: what it asks for, and taking it. Nothing changes until somebody does. */
import { Button, Group, Paper, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useApi, useApiCall, useApiTagged } from "../../api/api.ts";
import { Acknowledge, leftIn, useAcknowledging } from "../../parts/acknowledge.tsx";
import { ConfirmSheet } from "../../parts/sheet.tsx";
import { type ApplicationInFull, roleWords } from "../../words/application.ts";
import { listWords } from "../../words/list.ts";

type Application = Pick<
  ApplicationInFull,
  "name" | "publisher" | "offerId" | "offerVersion" | "roles" | "jitEnabled"
>;

interface Newer {
  readonly version: number;
  readonly roles: readonly { readonly id: string; readonly name: string }[];
}

export function AcceptVersion({ application }: { readonly application: Application }) {
  const { data } = useApi("listOffers", {});
  const [opened, sheet] = useDisclosure(false);
  const newer = data?.items.find(({ id }) => id === application.offerId);
  if (newer === undefined || newer.version <= application.offerVersion) return null;
  return (
    <Paper withBorder p="md" mb="xl" component="section" aria-label="A newer version">
      <Group justify="space-between" gap="sm">
        <Text flex="1 1 18rem">{newerWords(application, newer)}</Text>
        <Button variant="default" onClick={sheet.open}>
          Accept version {newer.version}
        </Button>
      </Group>
      {opened ? <Accept application={application} newer={newer} close={sheet.close} /> : null}
    </Paper>
  );
}

interface AcceptProps {
  readonly application: Application;
  readonly newer: Newer;
  readonly close: () => void;
}

function Accept({ application, newer, close }: AcceptProps) {
  const { name, publisher } = application;
  const stored = useApiTagged("readConfiguration", { path: { kind: "Application", name } });
  const put = useApiCall("putConfiguration");
  const known = useAcknowledging();
  const confirm = () => {
    if (stored.data === undefined) return;
    const { answer, etag } = stored.data;
    put.mutate(
      {
        path: { kind: "Application", name },
        ...(etag === null ? {} : { headers: { "if-match": etag } }),
        body: { spec: { ...answer.spec, version: newer.version }, acknowledge: [...known.ids] },
      },
      {
        onSuccess: () => {
          notifications.show({ message: `${name} is on version ${newer.version} now.`, color: "green" });
          close();
        },
      },
    );
  };
  return (
    <ConfirmSheet
      title={`Accept version ${newer.version} for ${name}?`}
      opened
      close={close}
      verb="Accept"
      busy={put.isPending}
      error={stored.error ?? put.error}
      disabled={stored.data === undefined}
      confirm={confirm}
    >
      <Text>{changedWords(application, newer)}</Text>
      <Text size="sm" c="dimmed">
        Who of {publisher.name} may ask for which role comes with the version. The terms you set stay.
      </Text>
      <Acknowledge items={leftIn(put.error)} acknowledging={known} />
    </ConfirmSheet>
  );
}

function newerWords({ publisher, offerVersion }: Application, { version }: Newer): string {
  return `${publisher.name} published version ${version}. This stays on version ${offerVersion} until you accept another.`;
}

/** "Fabrikam may ask for Owner as well." */
function changedWords({ publisher, roles, offerVersion, jitEnabled }: Application, newer: Newer): string {
  const more = named(newer.roles, roles);
  const fewer = named(roles, newer.roles);
  const parts = [
    ...(more.length === 0
      ? []
      : [
          `${publisher.name} ${jitEnabled ? "may ask for" : "permanently gets"} ${listWords(more, "and")} as well`,
        ]),
    ...(fewer.length === 0 ? [] : [`${listWords(fewer, "and")} goes`]),
  ];
  return parts.length === 0
    ? `The roles stay as in version ${offerVersion}: ${roleWords(newer)}.`
    : `${parts.join("; ")}. Version ${offerVersion} has ${roleWords({ roles })}.`;
}

function named(those: Newer["roles"], without: Newer["roles"]): string[] {
  return those.filter(({ id }) => !without.some((one) => one.id === id)).map(({ name }) => name);
}
