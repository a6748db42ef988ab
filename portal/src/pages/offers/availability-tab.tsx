/** Who finds the offer in their catalogue. */
import { Paper, Radio, Stack, TagsInput } from "@mantine/core";
import type { Draft } from "./draft.ts";
import type { DraftFields } from "./draft-fields.ts";

const MOST_TENANTS = 1_000;

export function AvailabilityTab({ draft, change, errorOf }: DraftFields) {
  return (
    <Paper withBorder p="md">
      <Stack maw={560}>
        <Radio.Group
          label="Who may deploy it"
          description="Whoever runs it already keeps it, whatever you choose."
          value={draft.to}
          onChange={(to) => change({ to: to as Draft["to"] })}
        >
          <Stack gap="sm" mt="sm">
            <Radio value="nobody" label="Nobody" description="You alone see it." />
            <Radio
              value="tenants"
              label="Named tenants"
              description="It stands in the catalogue of those you name, and of nobody else."
            />
            <Radio value="everybody" label="Everyone" description="Every tenant of this installation." />
          </Stack>
        </Radio.Group>
        {draft.to === "tenants" ? (
          <TagsInput
            label="Tenants"
            description="Their names or ids, such as contoso. Enter adds one."
            value={[...draft.tenants]}
            onChange={(tenants) => change({ tenants })}
            error={errorOf("tenants")}
            maxTags={MOST_TENANTS}
            acceptValueOnBlur
            clearable
            clearButtonProps={{ "aria-label": "Remove all tenants" }}
          />
        ) : null}
      </Stack>
    </Paper>
  );
}
