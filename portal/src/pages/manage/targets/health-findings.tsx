/** What was found in a system, and what somebody should do about it. */
import { Alert, List, Text } from "@mantine/core";
import type { Health } from "./target.ts";
import { findingsOf } from "./target-words.ts";

export function HealthFindings({ health }: { readonly health: Health }) {
  const findings = findingsOf(health);
  if (findings.length === 0) return <Text size="sm">Curfew may do there what it needs, and no more.</Text>;
  return (
    <Alert
      color={health.ok ? "yellow" : "red"}
      title={health.ok ? "It works; this could be better" : "It cannot work like this"}
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
