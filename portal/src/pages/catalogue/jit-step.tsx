/** The one choice that is made for good: just-in-time access, or permanent access that is accepted by name. */
import { Button, Collapse, Group, Paper, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { PlacedFault } from "../../api/faults.ts";
import { Caution } from "../../parts/caution.tsx";
import { accessWords } from "../../words/catalogue.ts";
import { decliningWords, holdsWords, JIT, notOfferedWords, policyWords } from "../../words/deploying.ts";
import { readDuration } from "../../words/duration.ts";
import { ownersWords } from "../../words/jit-terms.ts";
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
  const [declining, accepted] = decliningWords(publisher, offer, managedGroupOf(draft));
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
      <Caution title={JIT.permanent}>
        <Text>{notOfferedWords(publisher, offer)}</Text>
        {acknowledge}
      </Caution>
    );
  return (
    <Stack gap="md">
      <Radio.Group
        label={JIT.title}
        description={JIT.help}
        value={jit.enabled ? "yes" : "no"}
        onChange={(value) => change({ ...jit, enabled: value === "yes" })}
        error={said(faultOf(placed, "/enabled"))}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="yes" label={JIT.yes} description={accessWords(offer)} />
          <Radio value="no" label={JIT.no} description={holdsWords(publisher, offer)} />
        </Stack>
      </Radio.Group>
      {jit.enabled ? (
        <Customize
          policy={jit.policy}
          change={(part) => change({ ...jit, policy: { ...jit.policy, ...part } })}
          faults={{ ...placedFaults(placed), ...faults, ...minimumAsMaximum(placed) }}
          owners={ownersWords({ own: draft })}
        />
      ) : (
        <Caution title={JIT.permanent}>
          <Text>
            {declining} <b>{draft.name}</b> {accepted}
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
          <Text fw={600}>{shortWords(policy)}</Text>
          <Button
            variant="default"
            size="xs"
            onClick={toggle}
            aria-expanded={shown}
            aria-controls="jit-terms"
          >
            {shown ? JIT.fold : JIT.customize}
          </Button>
        </Group>
        <Collapse expanded={shown} id="jit-terms">
          <PolicyFields draft={policy} change={change} faults={faults} owners={owners} />
        </Collapse>
      </Stack>
    </Paper>
  );
}

function shortWords({ mode, maximumDuration, approvers }: PolicyDraft): string {
  const names = approvers.map(({ displayName }) => displayName);
  return policyWords(mode === "manual", readDuration(maximumDuration), names);
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
      label={JIT.accept(name)}
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

function faultOf(placed: readonly PlacedFault[], at: string): string | undefined {
  return placed.find((one) => one.at === at)?.message;
}

/** The minimum is not asked here: what is wrong between the two is the maximum. */
function minimumAsMaximum(placed: readonly PlacedFault[]): PolicyFaults {
  const maximumDuration = faultOf(placed, "/minimumDuration");
  return maximumDuration === undefined ? {} : { maximumDuration };
}
