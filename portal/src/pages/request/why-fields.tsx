/** What it is for: purpose, plan, justification and ticket. */
import { Chip, Group, Input, SimpleGrid, Stack, Textarea, TextInput } from "@mantine/core";
import { ReasonField } from "../../parts/reason-field.tsx";
import { optional, WHY } from "../../words/asking.ts";
import { purposeWords } from "../../words/request.ts";
import type { Field, Form, Purpose } from "./form.ts";
import type { Limits } from "./places.ts";
import type { Change } from "./use-request-form.ts";

const PURPOSES = [
  "troubleshooting",
  "maintenance",
  "update",
  "investigation",
  "other",
] as const satisfies readonly Purpose[];

interface Props {
  readonly form: Form;
  readonly limits: Limits | null;
  readonly change: Change;
  readonly faultOf: (field: Field) => string | null;
}

export function WhyFields({ form, limits, change, faultOf }: Props) {
  const named = (label: string, needed: boolean | undefined) => (needed === true ? label : optional(label));
  return (
    <Stack gap="md">
      <PurposeChips purpose={form.purpose} change={change} />
      {form.purpose === null ? null : (
        <Textarea
          label={optional(WHY.plan)}
          description={WHY.planHelp}
          value={form.plan}
          maxLength={8_000}
          autosize
          minRows={2}
          onChange={(event) => change({ plan: event.currentTarget.value })}
        />
      )}
      <ReasonField
        id="justification"
        label={named(WHY.justification, limits?.justificationRequired)}
        description={WHY.justificationHelp}
        value={form.justification}
        error={faultOf("justification")}
        change={(justification) => change({ justification })}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <TextInput
          id="ticket-system"
          label={named(WHY.ticketSystem, limits?.ticketRequired)}
          placeholder="jira"
          value={form.ticketSystem}
          error={faultOf("ticket-system")}
          maxLength={64}
          onChange={(event) => change({ ticketSystem: event.currentTarget.value })}
        />
        <TextInput
          id="ticket-number"
          label={named(WHY.ticketNumber, limits?.ticketRequired)}
          placeholder="OPS-4711"
          value={form.ticketNumber}
          error={faultOf("ticket-number")}
          maxLength={64}
          onChange={(event) => change({ ticketNumber: event.currentTarget.value })}
        />
      </SimpleGrid>
    </Stack>
  );
}

function PurposeChips({ purpose, change }: { readonly purpose: Purpose | null; readonly change: Change }) {
  return (
    <Input.Wrapper label={optional(WHY.purpose)} labelElement="div">
      <Chip.Group value={purpose ?? ""} onChange={(chosen) => change({ purpose: chosen as Purpose })}>
        <Group gap="xs" mt={6} role="radiogroup" aria-label={WHY.purpose}>
          {PURPOSES.map((one) => (
            <Chip
              key={one}
              value={one}
              // Chosen once more, it is not chosen any more.
              onClick={() => (purpose === one ? change({ purpose: null, plan: "" }) : undefined)}
            >
              {purposeWords(one)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </Input.Wrapper>
  );
}
