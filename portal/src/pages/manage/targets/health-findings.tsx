/** What was found in a system, and what somebody should do about it. */
import { Alert, List, Text } from "@mantine/core";
import { sentence } from "../../../parts/states.tsx";
import { health as words } from "../../../words/target.ts";
import type { Health } from "./target.ts";

export function HealthFindings({ health }: { readonly health: Health }) {
  const findings = findingsOf(health);
  if (findings.length === 0) return <Text size="sm">{words.well}</Text>;
  return (
    <Alert
      color={health.ok ? "yellow" : "red"}
      title={health.ok ? words.better : words.broken}
      aria-live="polite"
    >
      <List size="sm">
        {findings.map((one) => (
          <List.Item key={one}>{one}</List.Item>
        ))}
      </List>
    </Alert>
  );
}

/** Everything that somebody should do something about. */
function findingsOf({ excess, missing, findings }: Health): string[] {
  return [
    ...missing.map(words.needs),
    ...excess.map(words.excess),
    ...findings.map(({ detail }) => sentence(detail)),
  ];
}
