/** The one choice that is made for good: just-in-time access, or permanent access that is accepted by name. */
import { Button, Collapse, Group, Paper, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { PlacedFault } from "../../api/faults.ts";
import { Caution } from "../../parts/caution.tsx";
import { longDurationWords, roleWords } from "../../words/application.ts";
import { accessWords } from "../../words/catalogue.ts";
import { readDuration } from "../../words/duration.ts";
import { listWords } from "../../words/list.ts";
import { type PolicyDraft, type PolicyFaults, placedFaults } from "../applications/policy-draft.ts";
import { PolicyFields, said } from "../applications/policy-fields.tsx";
import { type Draft, type JitChoice, managedGroupOf, type Offer } from "./draft.ts";

interface Props {
  readonly offer: Offer;
  readonly draft: Draft;
  readonly change: (jit: JitChoice) => void;
  readonly faults: Readonly<Record<string, string>>;
  /** What the server found, below `/jit`. */
  readonly placed: readonly PlacedFault[];
}

export function JitStep({ offer, draft, change, faults, placed }: Props) {
  const { jit } = draft;
  const publisher = offer.publisher.name;
  const acknowledge = (
    <Acknowledge
      name={draft.name}
      value={jit.acknowledged}
      onChange={(acknowledged) => change({ ...jit, acknowledged })}
      error={said(faults.acknowledged ?? faultOf(placed, "/acknowledgePermanentAccess"))}
    />
  );
  if (!offer.jitOffered)
    return (
      <Caution title="Permanent access">
        <Text>
          {publisher} does not offer JIT for this application. Deploying gives it permanent {roleWords(offer)}
          .
        </Text>
        {acknowledge}
      </Caution>
    );
  return (
    <Stack gap="md">
      <Radio.Group
        label="Just-in-time access"
        description="Chosen now, for as long as the application exists."
        value={jit.enabled ? "yes" : "no"}
        onChange={(value) => change({ ...jit, enabled: value === "yes" })}
        error={said(faultOf(placed, "/enabled"))}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="yes" label="Yes" description={accessWords(offer)} />
          <Radio value="no" label="No" description={`${publisher} holds ${roleWords(offer)} permanently.`} />
        </Stack>
      </Radio.Group>
      {jit.enabled ? (
        <Customize
          policy={jit.policy}
          change={(part) => change({ ...jit, policy: { ...jit.policy, ...part } })}
          faults={{ ...placedFaults(placed), ...faults, ...minimumAsMaximum(placed) }}
          owners={ownersWords(draft)}
        />
      ) : (
        <Caution title="Permanent access">
          <Text>
            If you choose No, {publisher} gets {roleWords(offer)} on everything in {managedGroupOf(draft)} now
            and for as long as this application exists. Nobody will be asked and nothing will end it. You
            cannot switch JIT on later; you would have to delete and deploy again. Type <b>{draft.name}</b> to
            choose permanent access.
          </Text>
          {acknowledge}
        </Caution>
      )}
    </Stack>
  );
}

interface CustomizeProps {
  readonly policy: PolicyDraft;
  readonly change: (part: Partial<PolicyDraft>) => void;
  readonly faults: PolicyFaults;
  readonly owners: string;
}

function Customize({ policy, change, faults, owners }: CustomizeProps) {
  const [opened, { toggle }] = useDisclosure(false);
  // A fault must be seen.
  const shown = opened || Object.values(faults).some((fault) => fault != null);
  return (
    <Paper withBorder p="md">
      <Stack gap="md">
        <Group justify="space-between" gap="sm">
          <Text fw={600}>{policyWords(policy)}</Text>
          <Button
            variant="default"
            size="xs"
            onClick={toggle}
            aria-expanded={shown}
            aria-controls="jit-terms"
          >
            {shown ? "Fold" : "Customize"}
          </Button>
        </Group>
        <Collapse expanded={shown} id="jit-terms">
          <PolicyFields draft={policy} change={change} faults={faults} owners={owners} />
        </Collapse>
      </Stack>
    </Paper>
  );
}

/** "Automatic approval · up to 8 hours · no approvers" */
function policyWords({ mode, maximumDuration, approvers }: PolicyDraft): string {
  const ms = readDuration(maximumDuration);
  return [
    mode === "manual" ? "Manual approval" : "Automatic approval",
    ms === null || ms === 0 ? "no maximum yet" : `up to ${longDurationWords(ms)}`,
    approvers.length === 0
      ? "no approvers"
      : listWords(
          approvers.map(({ displayName }) => displayName),
          "and",
        ),
  ].join(" · ");
}

interface AcknowledgeProps {
  readonly name: string;
  readonly value: string;
  readonly onChange: (typed: string) => void;
  readonly error: string | null;
}

function Acknowledge({ name, value, onChange, error }: AcknowledgeProps) {
  return (
    <TextInput
      label={`Type ${name} to choose permanent access`}
      maw={420}
      maxLength={128}
      autoComplete="off"
      spellCheck={false}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={error}
    />
  );
}

function ownersWords({ owners }: Draft): string {
  const names = owners.map(({ displayName }) => displayName);
  return names.length === 0 ? "the owners" : `the owners (${listWords(names, "and")})`;
}

function faultOf(placed: readonly PlacedFault[], at: string): string | undefined {
  return placed.find((one) => one.at === at)?.message;
}

/** The minimum is not asked here: what is wrong between the two is the maximum. */
function minimumAsMaximum(placed: readonly PlacedFault[]): PolicyFaults {
  const maximumDuration = faultOf(placed, "/minimumDuration");
  return maximumDuration === undefined ? {} : { maximumDuration };
}
