/** The rules of an ask, each with whether it is met; what does not apply is left out. */
import { Group, Stack, Text, VisuallyHidden } from "@mantine/core";
import { Check, CircleAlert } from "lucide-react";
import { sentence } from "../words/sentence.ts";
import { RULES } from "../words/shared.ts";

interface Rule {
  readonly rule: string;
  readonly outcome: "satisfied" | "unsatisfied" | "notApplicable";
  readonly message: string;
}

export function RuleList({ label, rules }: { readonly label: string; readonly rules: readonly Rule[] }) {
  const applying = rules.filter(({ outcome }) => outcome !== "notApplicable");
  return (
    <Stack component="ul" gap={6} m={0} p={0} aria-label={label} style={{ listStyle: "none" }}>
      {applying.map(({ rule, outcome, message }) => {
        const met = outcome === "satisfied";
        const Icon = met ? Check : CircleAlert;
        return (
          <Group key={rule} component="li" gap="xs" wrap="nowrap" align="flex-start">
            <Icon size={16} aria-hidden="true" style={{ flex: "none", marginTop: 3 }} />
            <Text size="sm" fw={met ? 400 : 600}>
              <VisuallyHidden>{met ? RULES.met : RULES.notMet} </VisuallyHidden>
              {sentence(message)}
            </Text>
          </Group>
        );
      })}
    </Stack>
  );
}
