/** What the offer is called, and which versions of it run. */
import { Paper, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { Facts } from "../../parts/facts.tsx";
import { Section } from "../../parts/page.tsx";
import type { Application } from "../../words/application.ts";
import { deploymentsWords, OFFER, PROPERTIES, versionWords } from "../../words/offer.ts";
import type { DraftFields } from "./draft-fields.ts";
import { LogoField } from "./logo-field.tsx";
import { PublishedChanges } from "./published-changes.tsx";

interface Props extends DraftFields {
  readonly name: string;
  /** Null before it is published. */
  readonly offerId: string | null;
  readonly version: number | undefined;
  readonly applications: readonly Application[];
}

const MAX_NAME = 128;
const MAX_DESCRIPTION = 2_048;
const MAX_SUPPORT = 320;

export function PropertiesTab({ draft, change, errorOf, name, offerId, version, applications }: Props) {
  return (
    <>
      <Paper withBorder p="md" mb="xl">
        <Stack maw={560}>
          <TextInput
            label={PROPERTIES.name}
            description={PROPERTIES.nameHelp}
            value={draft.displayName}
            onChange={(event) => change({ displayName: event.currentTarget.value })}
            error={errorOf("displayName")}
            maxLength={MAX_NAME}
          />
          <Textarea
            label={OFFER.description}
            description={OFFER.descriptionHelp}
            value={draft.description}
            onChange={(event) => change({ description: event.currentTarget.value })}
            error={errorOf("description")}
            maxLength={MAX_DESCRIPTION}
            autosize
            minRows={3}
            maxRows={12}
          />
          <TextInput
            label={OFFER.support}
            description={OFFER.supportHelp}
            value={draft.support}
            onChange={(event) => change({ support: event.currentTarget.value })}
            error={errorOf("support")}
            maxLength={MAX_SUPPORT}
            autoComplete="off"
            spellCheck={false}
          />
          <LogoField logo={draft.logo} change={(logo) => change({ logo })} error={errorOf("logo")} />
          <Text size="sm" c="dimmed">
            {PROPERTIES.calledSo} <b>{name}</b>.
          </Text>
        </Stack>
      </Paper>
      <Section title={PROPERTIES.versions}>
        {offerId === null ? (
          <Text c="dimmed">{PROPERTIES.noVersion}</Text>
        ) : (
          <Paper withBorder p="md" mih={58}>
            <Facts facts={version === undefined ? [] : versionFacts(version, applications)} />
          </Paper>
        )}
      </Section>
      {offerId === null ? null : (
        <Section title={PROPERTIES.changes}>
          <PublishedChanges offerId={offerId} />
        </Section>
      )}
    </>
  );
}

/** The newest, and those that customers still run, newest first. */
function versionFacts(newest: number, applications: readonly Application[]) {
  const running = new Set(applications.map(({ offerVersion }) => offerVersion));
  return [...running.add(newest)]
    .sort((a, b) => b - a)
    .map((version) => {
      const runs = applications.filter(({ offerVersion }) => offerVersion === version);
      const words = versionWords(runs.length === 0 ? null : deploymentsWords(runs), version === newest);
      return [`Version ${version}`, words] as const;
    });
}
