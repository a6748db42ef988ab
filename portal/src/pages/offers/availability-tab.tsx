/** Who finds the offer in their catalogue. */
import { Paper, Radio, Stack, TagsInput } from "@mantine/core";
import { AVAILABILITY as words } from "../../words/offer.ts";
import type { Draft } from "./draft.ts";
import type { DraftFields } from "./draft-fields.ts";

const MOST_TENANTS = 1_000;

export function AvailabilityTab({ draft, change, errorOf }: DraftFields) {
  return (
    <Paper withBorder p="md">
      <Stack maw={560}>
        <Radio.Group
          label={words.label}
          description={words.help}
          value={draft.to}
          onChange={(to) => change({ to: to as Draft["to"] })}
        >
          <Stack gap="sm" mt="sm">
            <Radio value="nobody" label={words.nobody[0]} description={words.nobody[1]} />
            <Radio value="tenants" label={words.named[0]} description={words.named[1]} />
            <Radio value="everybody" label={words.everybody[0]} description={words.everybody[1]} />
          </Stack>
        </Radio.Group>
        {draft.to === "tenants" ? (
          <TagsInput
            label={words.tenants}
            description={words.tenantsHelp}
            value={[...draft.tenants]}
            onChange={(tenants) => change({ tenants })}
            error={errorOf("tenants")}
            maxTags={MOST_TENANTS}
            acceptValueOnBlur
            clearable
            clearButtonProps={{ "aria-label": words.removeAll }}
          />
        ) : null}
      </Stack>
    </Paper>
  );
}
