/** Every rule that role settings and tiers are made of, in the order in which people think of them. */
import { SETTING_NAMES, SETTINGS, type Unit, wordOf } from "../../../../../src/domain/role-settings.ts";

export interface RuleField {
  /** As a document names it. */
  readonly field: string;
  readonly label: string;
  readonly help: string;
  readonly unit: Unit;
}

export interface RuleGroup {
  readonly title: string;
  readonly fields: readonly RuleField[];
}

const GROUPS = [...new Set(SETTING_NAMES.map((name) => SETTINGS[name].group))];

export const RULE_GROUPS: readonly RuleGroup[] = GROUPS.map((title) => ({
  title,
  fields: SETTING_NAMES.filter((name) => SETTINGS[name].group === title).map((name) => {
    const { label, help, unit } = SETTINGS[name];
    return { field: wordOf(name), label, help, unit };
  }),
}));

export const RULE_FIELDS: readonly RuleField[] = RULE_GROUPS.flatMap(({ fields }) => fields);
