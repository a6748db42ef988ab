/** The form behind the rules of one role at one place. */
import { Alert, Select, Stack } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useNavigate } from "react-router";
import { bare } from "../../../api/isolated.ts";
import { useAcknowledging } from "../../../parts/acknowledge.tsx";
import { DraftNote } from "../../../parts/draft-note.tsx";
import { ReplaySheet } from "../../../parts/replay-sheet.tsx";
import { byPermission, nothingSetWords, SETTINGS, saveFor } from "../../../words/ruling.ts";
import { TouchedByPut } from "../parts/touched.tsx";
import { inheritedFrom } from "../rules/rule-values.ts";
import { RulesBar } from "../rules/rules-bar.tsx";
import { RulesForm } from "../rules/rules-form.tsx";
import { useRulesDraft } from "../rules/use-rules-draft.ts";
import type { SettingsSources } from "./settings-sources.ts";

interface Props {
  readonly role: string;
  readonly scope: string;
  readonly placeLabel: string;
  readonly sources: SettingsSources;
}

const BY_PERMISSION = "";
const BACK = "/manage/role-settings";

export function EditSettingsForm({ role, scope, placeLabel, sources }: Props) {
  const { inForce, begin, tag, filledBy, tiers } = sources;
  const navigate = useNavigate();
  const stored = { version: tag, value: begin };
  const draft = useRulesDraft(`role-settings:${role}:${scope}`, stored, () => {
    notifications.show({ message: SETTINGS.saved, color: "green" });
    navigate(BACK);
  });
  const { tier, override } = draft.value;
  const known = useAcknowledging();
  const filling = tiers.find(({ name }) => name === (tier ?? filledBy));
  const inherited = inheritedFrom(filling?.fields ?? [], override);
  const isNew = inForce.documentName === null;
  const spec = { role: inForce.spec.role, scope: inForce.spec.scope, tier, ...override };
  const name = inForce.documentName ?? documentName(String(inForce.spec.role), placeLabel);
  const save = () => draft.save({ kind: "RoleSettings", name, spec, acknowledge: known.ids });
  return (
    <Stack gap="lg">
      <DraftNote draft={draft.edit} what={SETTINGS.these} />
      {isNew ? <NothingSetYet above={inForce.above} tier={filledBy} /> : null}
      <Select
        label={SETTINGS.tier}
        description={SETTINGS.tierHelp}
        data={[
          ...(begin.tier === null ? [{ value: BY_PERMISSION, label: byPermission(filledBy) }] : []),
          ...tiers.map(({ name }) => ({ value: name, label: name })),
        ]}
        value={tier ?? BY_PERMISSION}
        onChange={(chosen) =>
          draft.change({ tier: chosen === null || chosen === BY_PERMISSION ? null : chosen })
        }
        allowDeselect={false}
        maw={360}
      />
      <RulesForm
        inherited={inherited}
        override={override}
        onChange={(next) => draft.change({ override: next })}
        copied={
          inForce.above === null ? null : { override: begin.override, from: inForce.above.documentName }
        }
        faults={draft.faults}
      />
      <RulesBar
        back={BACK}
        error={draft.replay.error}
        faults={draft.faults}
        busy={draft.replay.isPending}
        look={() => draft.look({ roleDefinitionId: role, scope, spec: { ...spec, role, scope } })}
      />
      {draft.replay.data === undefined ? null : (
        <ReplaySheet
          replay={draft.replay.data}
          verb={saveFor(placeLabel.split(" / ").at(-1) ?? "")}
          busy={draft.put.isPending}
          error={draft.put.error}
          close={draft.replay.reset}
          save={save}
        >
          <TouchedByPut
            kind="RoleSettings"
            name={name}
            spec={spec}
            busy={draft.put.isPending}
            acknowledging={known}
          />
        </ReplaySheet>
      )}
    </Stack>
  );
}

interface NothingProps {
  readonly above: SettingsSources["inForce"]["above"];
  readonly tier: string;
}

function NothingSetYet({ above, tier }: NothingProps) {
  return (
    <Alert color="night" title={SETTINGS.nothingHere}>
      {nothingSetWords(above, tier)}
    </Alert>
  );
}

/** One for each role and place, in the letters that documents are named with. */
function documentName(role: string, placeLabel: string): string {
  const name = bare(`${role} on ${placeLabel}`).toLowerCase().replaceAll(" / ", " ");
  return /^[\p{L}\p{N}](?:[\p{L}\p{N}_.()@ -]{0,126}[\p{L}\p{N}_)])?$/u.test(name)
    ? name
    : `role settings ${Date.now()}`;
}
