/** Skipping approval where the rules allow it, with what follows from it. */
import { Switch } from "@mantine/core";
import { EMERGENCY, emergencyHelp } from "../../words/asking.ts";
import type { Form } from "./form.ts";
import { maximumMs } from "./limits.ts";
import type { Limits } from "./places.ts";
import type { Change } from "./use-request-form.ts";

interface Props {
  readonly form: Form;
  readonly limits: Limits;
  readonly durationMs: number | null;
  readonly change: Change;
  readonly fault: string | null;
}

export function EmergencySwitch({ form, limits, durationMs, change, fault }: Props) {
  const mostMs = maximumMs(limits, true);
  const toggle = (emergency: boolean) =>
    change(
      emergency && durationMs !== null
        ? { emergency, durationMs: Math.min(durationMs, mostMs) }
        : { emergency },
    );
  return (
    <Switch
      id="emergency"
      label={EMERGENCY}
      description={emergencyHelp(mostMs)}
      checked={form.emergency}
      error={fault}
      color="red"
      onChange={(event) => toggle(event.currentTarget.checked)}
    />
  );
}
