/** The offer as its consumers will see it, before it is published: its card, and its form to fill in. */
import { Box, Group, Input, Paper, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import { liveForm } from "../../../../src/offer-package/live-form.ts";
import { useMe } from "../../app/session.tsx";
import { Section } from "../../parts/page.tsx";
import { OFFER } from "../../words/offer.ts";
import { type FormStep, stepsOf } from "../catalogue/form.ts";
import { faultsIn } from "../catalogue/form-faults.ts";
import { FormFields } from "../catalogue/form-field.tsx";
import { firstValues, valueAt, withValue } from "../catalogue/form-values.ts";
import { OfferCard } from "../catalogue/offer-card.tsx";
import { type Draft, hasPackage } from "./draft.ts";
import { pictureOf } from "./logo-field.tsx";
import type { Validation } from "./validation.ts";

interface Props {
  readonly draft: Draft;
  readonly version: number | undefined;
  readonly validation: Validation;
}

type Scheme = keyof typeof OFFER.schemes;
type Width = keyof typeof OFFER.widths;

/** As a phone has it. */
const PHONE_PX = 358;
const CARD_PX = 420;

export function PreviewTab({ draft, version, validation: { form } }: Props) {
  const [scheme, setScheme] = useState<Scheme>("now");
  const [width, setWidth] = useState<Width>("screen");
  useScheme(scheme);
  const steps = useMemo(() => stepsOf(form), [form]);
  const most = width === "phone" ? PHONE_PX : undefined;
  return (
    <Stack>
      <Group gap="lg">
        <Pick
          label={OFFER.seenIn}
          words={OFFER.schemes}
          value={scheme}
          pick={(one) => setScheme(one as Scheme)}
        />
        <Pick label={OFFER.wide} words={OFFER.widths} value={width} pick={(one) => setWidth(one as Width)} />
      </Group>
      <Box maw={most ?? CARD_PX}>
        <Section title={OFFER.inCatalogue}>
          <Card draft={draft} version={version} />
        </Section>
      </Box>
      <Box maw={most ?? 720}>
        <Section title={OFFER.form}>
          {form === null ? (
            <Text c="dimmed">{hasPackage(draft.files) ? OFFER.unreadForm : OFFER.noForm}</Text>
          ) : (
            <TriedForm key={JSON.stringify(steps)} steps={steps} />
          )}
        </Section>
      </Box>
    </Stack>
  );
}

interface PickProps {
  readonly label: string;
  readonly words: Readonly<Record<string, string>>;
  readonly value: string;
  readonly pick: (value: string) => void;
}

function Pick({ label, words, value, pick }: PickProps) {
  const data = Object.entries(words).map(([name, word]) => ({ value: name, label: word }));
  return (
    <Input.Wrapper label={label} labelElement="div">
      <Box>
        <SegmentedControl aria-label={label} size="xs" data={data} value={value} onChange={pick} />
      </Box>
    </Input.Wrapper>
  );
}

const SCHEME = "data-mantine-color-scheme";

/** The whole page, so that everything is as it will be; as it was, once one leaves. Nothing of it is kept. */
function useScheme(scheme: Scheme): void {
  useEffect(() => {
    const root = document.documentElement;
    const before = root.getAttribute(SCHEME);
    if (scheme === "now" || before === null) return;
    root.setAttribute(SCHEME, scheme);
    return () => root.setAttribute(SCHEME, before);
  }, [scheme]);
}

function Card({ draft, version }: Pick<Props, "draft" | "version">) {
  const { principal } = useMe();
  const roles = draft.authorizations.flatMap(({ role }) => (role === null ? [] : [{ name: role }]));
  const said = (text: string) => (text.trim() === "" ? null : text.trim());
  return (
    <OfferCard
      offer={{
        displayName: draft.displayName,
        publisher: { name: principal.tenantName },
        version: version ?? null,
        jitOffered: draft.jitOffered,
        roles,
        description: said(draft.description),
        support: said(draft.support),
        logo: draft.logo === "" ? null : pictureOf(draft.logo),
      }}
      own={false}
      deployed={[]}
      to={null}
    />
  );
}

const EXAMPLE = "00000000-0000-0000-0000-000000000000";
const PLACE = {
  location: "global",
  subscription: {
    id: `/subscriptions/${EXAMPLE}`,
    subscriptionId: EXAMPLE,
    tenantId: EXAMPLE,
    displayName: "example",
  },
  resourceGroup: {
    id: `/subscriptions/${EXAMPLE}/resourceGroups/applications`,
    name: "applications",
    location: "global",
    mode: "New",
  },
};

/** Every step at once, alive as it will be: what is typed shows and hides the rest. */
function TriedForm({ steps }: { readonly steps: readonly FormStep[] }) {
  const [values, setValues] = useState(() => firstValues(steps));
  const [confirmed, setConfirmed] = useState<Readonly<Record<string, string>>>({});
  const live = useMemo(
    () => liveForm(steps, { values, ...PLACE, now: Date.now() as Parameters<typeof liveForm>[1]["now"] }),
    [steps, values],
  );
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {OFFER.tryIt}
      </Text>
      {live.map((step, index) => {
        const found = Object.entries(faultsIn(step, values, confirmed));
        // What is empty is not called wrong before anybody asked for it.
        const faults = Object.fromEntries(
          found.filter(([key]) => valueAt(values, key.split("/")) !== undefined),
        );
        const filling = {
          values,
          faults,
          confirmed,
          jit: (
            <Text key="jit" c="dimmed">
              {OFFER.jitHere}
            </Text>
          ),
          set: (path: readonly string[], value: Parameters<typeof withValue>[2]) =>
            setValues((before) => withValue(before, path, value)),
          confirm: (key: string, typed: string) => setConfirmed((before) => ({ ...before, [key]: typed })),
        };
        return (
          <Paper key={step.name} withBorder p="md">
            <Title order={3} size="h5" mb="sm">
              {index + 1}. {step.label}
            </Title>
            <Stack gap="md">
              {index === 0 ? (
                <Text size="sm" c="dimmed">
                  {OFFER.basicsFirst}
                </Text>
              ) : null}
              <FormFields elements={step.elements} path={[step.name]} filling={filling} />
            </Stack>
          </Paper>
        );
      })}
    </Stack>
  );
}
