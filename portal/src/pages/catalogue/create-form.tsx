/** Deploying an offer, step by step; nothing is created before the last one. */
import { Box, Button, Group, Paper, Stack, Stepper, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type FormEvent, type ReactNode, useCallback, useEffect, useRef } from "react";
import { useNavigate } from "react-router";
import { useApiCall } from "../../api/api.ts";
import { DraftNote } from "../../parts/draft-note.tsx";
import { useFaultFocus } from "../../parts/fault-focus.ts";
import { Problem } from "../../parts/states.tsx";
import { deployedWords, WIZARD } from "../../words/deploying.ts";
import { BACK } from "../../words/shared.ts";
import { BasicsStep } from "./basics-step.tsx";
import type { Draft, Offer, Spec } from "./draft.ts";
import { holdsJit } from "./form.ts";
import { FormFields } from "./form-field.tsx";
import { SECRET_KINDS, valuesOfKind, withValue } from "./form-values.ts";
import { JitStep } from "./jit-step.tsx";
import { ReviewStep } from "./review-step.tsx";
import { REVIEW, type WizardStep } from "./steps.ts";
import type { OfferForm } from "./use-trial.ts";
import { useWizard, type Wizard } from "./use-wizard.ts";

interface Props {
  readonly offer: Offer;
  readonly form: OfferForm;
}

export function CreateForm({ offer, form }: Props) {
  const wizard = useWizard(offer, form);
  const { steps, at, step, draft, goTo, trial, kept } = wizard;
  const deploy = useDeploy(offer, kept.drop);
  const faults = useFaultFocus();
  const reviewing = step.key === REVIEW;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!reviewing) {
      goTo(at + 1);
      faults.look();
    } else if (trial.state === "passed") deploy.start(draft.name.trim(), trial.spec);
  };
  return (
    <form ref={faults.form} onSubmit={submit} noValidate aria-label={WIZARD.create(offer.displayName)}>
      <Stack gap="lg">
        <DraftNote draft={kept} what={WIZARD.thisOffer} />
        <Progress steps={steps} at={at} goTo={goTo} />
        <StepFrame step={step} position={WIZARD.position(at + 1, steps.length)}>
          {reviewing ? (
            <ReviewStep
              offer={offer}
              draft={draft}
              trial={trial}
              steps={steps}
              goTo={goTo}
              secrets={valuesOfKind(form.steps ?? [], draft.values, SECRET_KINDS)
                .flat()
                .map(String)}
            />
          ) : (
            <Fields offer={offer} wizard={wizard} />
          )}
          {deploy.error === null ? null : <Problem error={deploy.error} />}
        </StepFrame>
      </Stack>
      <Box className="action-bar">
        <Group gap="sm" justify="flex-end">
          {at === 0 ? null : (
            <Button variant="default" onClick={() => goTo(at - 1)}>
              {BACK}
            </Button>
          )}
          <Button type="submit" loading={deploy.busy} disabled={reviewing && trial.state !== "passed"}>
            {reviewing ? WIZARD.create(draft.name) : WIZARD.next}
          </Button>
        </Group>
      </Box>
    </form>
  );
}

function Fields({ offer, wizard }: { readonly offer: Offer; readonly wizard: Wizard }) {
  const { step, draft, edit, faults } = wizard;
  const change = useCallback((part: Partial<Draft>) => edit((before) => ({ ...before, ...part })), [edit]);
  const jit = (
    <JitStep
      key="jit"
      offer={offer}
      draft={draft}
      change={(chosen) => change({ jit: chosen })}
      faults={faults}
      placed={wizard.jitFaults}
    />
  );
  const filling = {
    values: draft.values,
    faults,
    confirmed: draft.confirmed,
    jit,
    set: (path: readonly string[], value: Parameters<typeof withValue>[2]) =>
      edit((before) => ({ ...before, values: withValue(before.values, path, value) })),
    confirm: (key: string, typed: string) =>
      edit((before) => ({ ...before, confirmed: { ...before.confirmed, [key]: typed } })),
  };
  const { form } = step;
  return (
    <Paper withBorder p={{ base: "md", sm: "lg" }}>
      <Stack gap="md" maw={640}>
        {step.isBasics ? <BasicsStep offer={offer} draft={draft} change={change} faults={faults} /> : null}
        {form === null ? null : <FormFields elements={form.elements} path={[form.name]} filling={filling} />}
        {step.isJit && !(form !== null && holdsJit(form)) ? jit : null}
      </Stack>
    </Paper>
  );
}

function Progress({ steps, at, goTo }: Pick<Wizard, "steps" | "at" | "goTo">) {
  return (
    // Every step is reached by keyboard and by hand; one goes as far as what was filled in is right.
    <Stepper active={at} onStepClick={goTo} size="sm" visibleFrom="sm">
      {steps.map(({ key, label }, index) => (
        <Stepper.Step key={key} label={label} aria-current={index === at ? "step" : undefined} />
      ))}
    </Stepper>
  );
}

interface FrameProps {
  readonly step: WizardStep;
  readonly position: string;
  readonly children: ReactNode;
}

/** Going to another step puts the reader at its heading. */
function StepFrame({ step, position, children }: FrameProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(step.key);
  useEffect(() => {
    if (shown.current !== step.key) heading.current?.focus();
    shown.current = step.key;
  }, [step.key]);
  return (
    <Box component="section" aria-label={step.label}>
      <Text size="sm" c="dimmed">
        {position}
      </Text>
      <Title order={2} size="h3" mb="md" ref={heading} tabIndex={-1}>
        {step.label}
      </Title>
      <Stack gap="md">{children}</Stack>
    </Box>
  );
}

function useDeploy(offer: Offer, sent: () => void) {
  const navigate = useNavigate();
  const put = useApiCall("putConfiguration", sent);
  const start = (name: string, spec: Spec) =>
    put.mutate(
      { path: { kind: "Application", name }, query: {}, body: { spec } },
      {
        onSuccess: ({ changes }) => {
          const message = deployedWords(name, offer.publisher.name, offer, spec.jit.enabled !== false);
          notifications.show({ color: "green", message });
          const id = changes[0]?.id;
          void navigate(id === undefined ? "/applications" : `/applications/${id}`);
        },
      },
    );
  return { start, busy: put.isPending, error: put.error };
}
