/** The rules of one tier: built in, changed by the tenant, or the tenant's own. */
import { Stack, TagsInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useNavigate, useParams } from "react-router";
import { type Answer, type ItemOf, type Tagged, useApi, useApiTagged } from "../../../api/api.ts";
import { useAcknowledging } from "../../../parts/acknowledge.tsx";
import { DraftNote } from "../../../parts/draft-note.tsx";
import { Page } from "../../../parts/page.tsx";
import { ReplaySheet } from "../../../parts/replay-sheet.tsx";
import { Loading, Problem } from "../../../parts/states.tsx";
import { saveTier, TIERS, tierSaved, tierTitle } from "../../../words/ruling.ts";
import { TouchedByPut } from "../parts/touched.tsx";
import { inheritedFrom, type Override } from "../rules/rule-values.ts";
import { RulesBar } from "../rules/rules-bar.tsx";
import { RulesForm } from "../rules/rules-form.tsx";
import { useRulesDraft } from "../rules/use-rules-draft.ts";

type Tier = ItemOf<"listTiers">;
type Own = Tagged<Answer<"readConfiguration">>;

const BACK = "/manage/tiers";

export function EditTierPage() {
  const { name = "" } = useParams();
  return <OneTier key={name} name={name} />;
}

function OneTier({ name }: { readonly name: string }) {
  const tiers = useApi("listTiers", { query: { limit: 200 } });
  const tier = tiers.data?.items.find((one) => one.name.toLowerCase() === name.toLowerCase());
  const documentName = tier?.documentName ?? null;
  const own = useApiTagged(
    "readConfiguration",
    { path: { kind: "Tier", name: documentName ?? "" } },
    { enabled: documentName !== null },
  );
  const standard = tiers.data?.items.find((one) => one.name === "standard");
  const isRead = standard !== undefined && (documentName === null || own.data !== undefined);
  const read = isRead
    ? { name: tier?.name ?? name, template: (tier ?? standard).template, own: own.data ?? null }
    : null;
  const error = tiers.error ?? own.error;
  return (
    <Page
      title={tierTitle(tier?.name ?? name)}
      lead={leadOf(tier)}
      up={{ to: "/manage/tiers", label: TIERS.title }}
      width={960}
    >
      {read !== null ? (
        <EditTier {...read} />
      ) : error !== null ? (
        <Problem error={error} again={() => tiers.refetch()} />
      ) : (
        <Loading rows={6} />
      )}
    </Page>
  );
}

function leadOf(tier: Tier | undefined): string {
  if (tier === undefined) return TIERS.notThere;
  return tier.builtIn ? TIERS.leadBuiltIn : TIERS.leadOwn;
}

interface Props {
  readonly name: string;
  readonly template: Tier["template"];
  readonly own: Own | null;
}

function EditTier({ name, template, own }: Props) {
  const { rolesPermitting: permitting = [], ...override } = own?.answer.spec ?? {};
  const navigate = useNavigate();
  const stored = {
    version: own?.etag ?? null,
    value: { override: override as Override, rolesPermitting: permitting as string[] },
  };
  const draft = useRulesDraft(`tier:${name}`, stored, () => {
    notifications.show({ message: tierSaved(name), color: "green" });
    navigate(BACK);
  });
  const known = useAcknowledging();
  const { rolesPermitting } = draft.value;
  const spec = { ...draft.value.override, rolesPermitting };
  const save = () => draft.save({ kind: "Tier", name, spec, acknowledge: known.ids });
  return (
    <Stack gap="lg">
      <DraftNote draft={draft.edit} what={TIERS.this} />
      <TagsInput
        label={TIERS.permitting}
        description={TIERS.permittingHelp}
        value={rolesPermitting}
        onChange={(next) => draft.change({ rolesPermitting: next })}
        maxTags={100}
        error={draft.faults.get("rolesPermitting")}
      />
      <RulesForm
        inherited={inheritedFrom(template, draft.value.override)}
        override={draft.value.override}
        onChange={(next) => draft.change({ override: next })}
        faults={draft.faults}
      />
      <RulesBar
        back={BACK}
        error={draft.replay.error}
        faults={draft.faults}
        busy={draft.replay.isPending}
        look={() => draft.look({ tier: name, spec })}
      />
      {draft.replay.data === undefined ? null : (
        <ReplaySheet
          replay={draft.replay.data}
          verb={saveTier(name)}
          busy={draft.put.isPending}
          error={draft.put.error}
          close={draft.replay.reset}
          save={save}
        >
          <TouchedByPut
            kind="Tier"
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
