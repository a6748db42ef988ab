/** Now or later, and how long. */
import { Group, Radio, Stack } from "@mantine/core";
import { DurationField } from "../../parts/duration-field.tsx";
import { LocalTimeField } from "../../parts/local-time-field.tsx";
import { useNow } from "../../parts/now.ts";
import { WHEN, yourClock } from "../../words/asking.ts";
import { localField, zoneWords } from "../../words/time.ts";
import type { Field, Form } from "./form.ts";
import { limitMs, maximumMs } from "./limits.ts";
import type { Limits } from "./places.ts";
import type { Change } from "./use-request-form.ts";

interface Props {
  readonly form: Form;
  /** Null while no role is chosen: nobody knows how long then. */
  readonly limits: Limits | null;
  readonly durationMs: number | null;
  readonly change: Change;
  readonly faultOf: (field: Field) => string | null;
}

const HOUR_MS = 3_600_000;

export function WhenFields({ form, limits, durationMs, change, faultOf }: Props) {
  const now = useNow();
  const decided = limits?.approval === "manual" && !form.emergency;
  const choose = (choice: string) => {
    const nextHour = localField(Math.ceil((now + 1) / HOUR_MS) * HOUR_MS);
    change(choice === "later" ? { later: true, startAt: form.startAt || nextHour } : { later: false });
  };
  return (
    <Stack gap="md">
      <Radio.Group label={WHEN.start} value={form.later ? "later" : "now"} onChange={choose}>
        <Group gap="lg" mt={6}>
          <Radio value="now" label={decided ? WHEN.onceApproved : WHEN.now} />
          <Radio value="later" label={WHEN.later} />
        </Group>
      </Radio.Group>
      {form.later ? (
        <LocalTimeField
          id="start-at"
          label={WHEN.startAt}
          description={yourClock(zoneWords(now))}
          value={form.startAt}
          error={faultOf("start-at")}
          maw={300}
          onChange={(startAt) => change({ startAt })}
        />
      ) : null}
      {limits === null ? null : (
        <DurationField
          // Other roles or the emergency have another default: the field begins anew.
          key={`${form.scope} ${form.roleDefinitionIds.join(" ")} ${form.emergency}`}
          id="how-long"
          label={WHEN.howLong}
          value={durationMs}
          minimumMs={limitMs(limits).minimum}
          maximumMs={maximumMs(limits, form.emergency)}
          error={faultOf("how-long")}
          onChange={(ms) => change({ durationMs: ms })}
        />
      )}
    </Stack>
  );
}
