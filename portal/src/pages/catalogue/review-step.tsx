/** Everything once more in words, tried without being done: what is wrong stands here and at its field. */
import { Alert, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useApi } from "../../api/api.ts";
import { Facts } from "../../parts/facts.tsx";
import { Loading, Problem, sentence } from "../../parts/states.tsx";
import * as words from "../../words/review.ts";
import { answersOf } from "./answers.ts";
import { type Draft, managedGroupOf, type Offer, type Spec } from "./draft.ts";
import type { Json } from "./form.ts";
import { stepOfFault, type WizardStep } from "./steps.ts";
import type { Outputs, Trial } from "./use-trial.ts";

const { REVIEW } = words;
const ALL = { query: { limit: 200 } };

interface Props {
  readonly offer: Offer;
  readonly draft: Draft;
  readonly trial: Trial;
  readonly steps: readonly WizardStep[];
  readonly goTo: (step: number) => void;
  /** What must not be shown. */
  readonly secrets: readonly string[];
}

export function ReviewStep({ offer, draft, trial, steps, goTo, secrets }: Props) {
  const subscriptions = useApi("listSubscriptions", ALL).data?.items ?? [];
  if (trial.state === "running") return <Loading rows={2} height={140} />;
  if (trial.state === "failed") return <Failed trial={trial} steps={steps} goTo={goTo} />;
  const subscription = subscriptions.find(({ id }) => id === draft.subscriptionId);
  return (
    <Stack gap="md">
      <Paper withBorder p="md">
        <Facts
          facts={[
            [REVIEW.application, draft.name],
            [
              REVIEW.offer,
              words.offerWords(offer.displayName, offer.publisher.name, String(trial.spec.version)),
            ],
            [REVIEW.subscription, subscription?.name ?? draft.subscriptionId],
            [REVIEW.resourceGroup, draft.resourceGroup],
            [REVIEW.managedResourceGroup, managedGroupOf(draft)],
            [REVIEW.owners, words.namesWords(draft.owners)],
            [REVIEW.jit, accessWords(offer, draft, trial.spec)],
          ]}
        />
      </Paper>
      <Answers steps={steps} draft={draft} />
      <FormOutputs outputs={trial.outputs} secrets={secrets} />
      {trial.note === null ? null : <Text>{sentence(trial.note)}</Text>}
    </Stack>
  );
}

function Failed({
  trial,
  steps,
  goTo,
}: Pick<Props, "steps" | "goTo"> & { readonly trial: Trial & { state: "failed" } }) {
  if (trial.faults.length === 0) return <Problem error={trial.error} />;
  return (
    <Alert role="alert" color="red" title={REVIEW.notCreated}>
      <Stack gap="sm" component="ul" p={0} m={0}>
        {trial.faults.map((fault) => {
          const at = stepOfFault(steps, fault);
          return (
            <Group key={`${fault.at} ${fault.message}`} component="li" gap="sm">
              <Text size="sm">{sentence(fault.message)}</Text>
              {at === -1 ? null : (
                <Button size="xs" variant="default" onClick={() => goTo(at)}>
                  {words.goTo(steps[at]?.label ?? "")}
                </Button>
              )}
            </Group>
          );
        })}
      </Stack>
    </Alert>
  );
}

function Answers({ steps, draft }: Pick<Props, "steps" | "draft">) {
  const answers = answersOf(
    steps.flatMap(({ form }) => form ?? []),
    draft.values,
  );
  if (answers.length === 0) return null;
  return (
    <Paper withBorder p="md" component="section" aria-label={REVIEW.answers}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {REVIEW.answers}
        </Text>
        <Facts facts={answers} />
      </Stack>
    </Paper>
  );
}

function FormOutputs({
  outputs,
  secrets,
}: {
  readonly outputs: Outputs;
  readonly secrets: readonly string[];
}) {
  const shown = Object.entries(outputs).filter(([name]) => name !== "jitAccessPolicy");
  if (shown.length === 0) return null;
  return (
    <details>
      <summary>{REVIEW.outputs}</summary>
      <Stack gap="sm" mt="sm">
        <Text size="sm" c="dimmed">
          {REVIEW.outputsHelp}
        </Text>
        <Facts facts={shown.map(([name, value]) => [name, outputWords(value as Json, secrets)])} />
      </Stack>
    </details>
  );
}

function outputWords(value: Json, secrets: readonly string[]): string {
  if (value === null) return REVIEW.nothing;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const holds = (secret: string) =>
    secret !== "" && (text.includes(secret) || text.includes(JSON.stringify(secret).slice(1, -1)));
  return secrets.some(holds) ? REVIEW.secret : text === "" ? REVIEW.empty : text;
}

/** What will be, from the document itself. */
function accessWords(offer: Offer, draft: Draft, { jit }: Spec): string {
  const chosen = {
    publisher: offer.publisher.name,
    roles: offer.roles,
    managedGroup: managedGroupOf(draft),
    name: draft.name,
  };
  if (jit.enabled === false) return words.permanentWords(chosen);
  return words.jitWords(chosen, {
    manual: jit.mode === "manual",
    maximumDuration: String(jit.maximumDuration),
    approvers: draft.jit.policy.approvers.map(({ displayName }) => displayName),
  });
}
