/** Every rule that role settings and tiers are made of, in the order in which people think of them. */
import { SETTINGS, type Unit } from "../../../../../src/client/settings.ts";

export interface RuleField {
  /** As a document names it. */
  readonly field: string;
  readonly label: string;
  readonly help: string;
  readonly unit: Unit;
}

interface RuleGroup {
  readonly title: string;
  readonly fields: readonly RuleField[];
}

export const RULE_FIELDS: readonly RuleField[] = SETTINGS;

const GROUPS = [...new Set(SETTINGS.map(({ group }) => group))];

export const RULE_GROUPS: readonly RuleGroup[] = GROUPS.map((title) => ({
  title,
  fields: SETTINGS.filter(({ group }) => group === title),
}));
