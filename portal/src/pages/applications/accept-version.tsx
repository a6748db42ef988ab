/** A newer version of the offer: what it asks for, and taking it. Nothing changes until somebody does. */
import { Button, Group, Paper, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useApi, useApiCall, useApiTagged } from "../../api/api.ts";
import { Acknowledge, leftIn, useAcknowledging } from "../../parts/acknowledge.tsx";
import { ConfirmSheet } from "../../parts/sheet.tsx";
import type { ApplicationInFull } from "../../words/application.ts";
import * as words from "../../words/application.ts";

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
    <Paper withBorder p="md" mb="xl" component="section" aria-label={words.NEWER.section}>
      <Group justify="space-between" gap="sm">
        <Text flex="1 1 18rem">{words.newerWords(application, newer)}</Text>
        <Button variant="default" onClick={sheet.open}>
          {words.acceptVersion(newer)}
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
  const { name } = application;
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
          notifications.show({ message: words.acceptedWords(application, newer), color: "green" });
          close();
        },
      },
    );
  };
  return (
    <ConfirmSheet
      title={words.acceptTitle(application, newer)}
      opened
      close={close}
      verb={words.NEWER.accept}
      busy={put.isPending}
      error={stored.error ?? put.error}
      disabled={stored.data === undefined}
      confirm={confirm}
    >
      <Text>{words.versionChanges(application, newer)}</Text>
      <Text size="sm" c="dimmed">
        {words.versionBrings(application)}
      </Text>
      <Acknowledge items={leftIn(put.error)} acknowledging={known} />
    </ConfirmSheet>
  );
}
