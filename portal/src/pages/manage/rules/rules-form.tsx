/** The rules of one role at one place, or of one tier: each of them here or inherited. */
import { Paper, Stack } from "@mantine/core";
import { Section } from "../../../parts/page.tsx";
import { ROW } from "../../../words/rule.ts";
import { RULE_GROUPS } from "./rule-fields.ts";
import { RuleRow } from "./rule-row.tsx";
import type { Inherited, Override } from "./rule-values.ts";

interface Props {
  readonly inherited: ReadonlyMap<string, Inherited>;
  readonly override: Override;
  /** Undefined for readers. */
  readonly onChange?: (override: Override) => void;
  /** What a new document was begun with, and what that is called. */
  readonly copied?: { readonly override: Override; readonly from: string } | null;
  /** By field. */
  readonly faults?: ReadonlyMap<string, string>;
}

export function RulesForm({ inherited, override, onChange, copied, faults }: Props) {
  const set = (field: string) => (value: unknown) => {
    const { [field]: _, ...rest } = override;
    onChange?.(value === undefined ? rest : { ...rest, [field]: value });
  };
  return RULE_GROUPS.map(({ title, fields }) => (
    <Section key={title} title={title}>
      <Paper withBorder px="md">
        <Stack gap={0}>
          {fields.map((rule) => {
            const value = override[rule.field];
            const same =
              copied != null && JSON.stringify(value) === JSON.stringify(copied.override[rule.field]);
            return (
              <RuleRow
                key={rule.field}
                rule={rule}
                inherited={inherited.get(rule.field)}
                value={value}
                copiedFrom={same ? ROW.copied(copied.from) : null}
                error={faults?.get(rule.field) ?? null}
                {...(onChange === undefined ? {} : { onChange: set(rule.field) })}
              />
            );
          })}
        </Stack>
      </Paper>
    </Section>
  ));
}
