/** Everything once more in words, tried without being done: what is wrong stands here and at its field. */
import { Alert, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useApi } from "../../api/api.ts";
import { Facts } from "../../parts/facts.tsx";
import { Loading, Problem, sentence } from "../../parts/states.tsx";
import { longDurationWords, roleWords } from "../../words/application.ts";
import { listWords } from "../../words/list.ts";
import { type Draft, managedGroupOf, type Offer, type Spec } from "./draft.ts";
import type { Json } from "./form.ts";
import { stepOfFault, type WizardStep } from "./steps.ts";
import type { Outputs, Trial } from "./use-trial.ts";

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
            ["Application", draft.name],
            ["Offer", `${offer.displayName} of ${offer.publisher.name}, version ${trial.spec.version}`],
            ["Subscription", subscription?.name ?? draft.subscriptionId],
            ["Resource group", draft.resourceGroup],
            ["Managed resource group", managedGroupOf(draft)],
            [
              "Owners",
              draft.owners.length === 0
                ? "Nobody"
                : listWords(
                    draft.owners.map(({ displayName }) => displayName),
                    "and",
                  ),
            ],
            ["Just-in-time access", accessWords(offer, draft, trial.spec)],
          ]}
        />
      </Paper>
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
    <Alert role="alert" color="red" title="Nothing was created yet">
      <Stack gap="sm" component="ul" p={0} m={0}>
        {trial.faults.map((fault) => {
          const at = stepOfFault(steps, fault);
          return (
            <Group key={`${fault.at} ${fault.message}`} component="li" gap="sm">
              <Text size="sm">{sentence(fault.message)}</Text>
              {at === -1 ? null : (
                <Button size="xs" variant="default" onClick={() => goTo(at)}>
                  Go to {steps[at]?.label}
                </Button>
              )}
            </Group>
          );
        })}
      </Stack>
    </Alert>
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
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          What the publisher's form comes to. Curfew keeps the application and who gets in; it creates no
          resources.
        </Text>
        <Facts facts={shown.map(([name, value]) => [name, outputWords(value as Json, secrets)])} />
      </Stack>
    </Paper>
  );
}

function outputWords(value: Json, secrets: readonly string[]): string {
  if (value === null) return "Nothing";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return secrets.some((secret) => text.includes(secret)) ? "Kept secret" : text === "" ? "Empty" : text;
}

/** What will be, from the document itself. */
function accessWords(offer: Offer, draft: Draft, { jit }: Spec): string {
  const publisher = offer.publisher.name;
  if (jit.enabled === false)
    return `No. ${publisher} gets ${roleWords(offer)} on everything in ${managedGroupOf(draft)} for as long as ${draft.name} exists.`;
  const approvers = draft.jit.policy.approvers.map(({ displayName }) => displayName);
  const named = approvers.length === 0 ? "the owners" : listWords(approvers, "and");
  const decided =
    jit.mode === "manual"
      ? `decided by ${named}`
      : `approved at once; ${named} ${approvers.length === 1 ? "is" : "are"} told`;
  return `Yes. ${publisher} may always look, and asks for ${roleWords(offer)} for up to ${longDurationWords(String(jit.maximumDuration))}, ${decided}.`;
}
