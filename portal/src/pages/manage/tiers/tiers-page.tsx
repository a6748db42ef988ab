/** The templates that fill what role settings leave open. */
import { Badge, Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useNavigate } from "react-router";
import { type ItemOf, useApiPages } from "../../../api/api.ts";
import { useDraft } from "../../../parts/draft.ts";
import { Page } from "../../../parts/page.tsx";
import { type Column, Rows } from "../../../parts/rows.tsx";
import { ConfirmSheet } from "../../../parts/sheet.tsx";
import { durationWords } from "../../../words/duration.ts";
import { type Approval, approvalWords } from "../../../words/rule.ts";
import { TIERS } from "../../../words/ruling.ts";

type Tier = ItemOf<"listTiers">;

const tierAddress = (name: string) => `/manage/tiers/${encodeURIComponent(name)}`;

export function TiersPage() {
  const [naming, setNaming] = useState(false);
  const { items, query } = useApiPages("listTiers", { query: { limit: 100 } });
  return (
    <Page
      title={TIERS.title}
      lead={TIERS.lead}
      actions={<Button onClick={() => setNaming(true)}>{TIERS.make}</Button>}
    >
      <Rows
        label={TIERS.title}
        items={items}
        columns={COLUMNS}
        keyOf={({ name }) => name}
        to={({ name }) => tierAddress(name)}
        query={query}
        empty={TIERS.none}
      />
      {naming ? <NameSheet close={() => setNaming(false)} /> : null}
    </Page>
  );
}

const COLUMNS: readonly Column<Tier>[] = [
  { label: TIERS.tier, cell: ({ name }) => name },
  { label: TIERS.maximum, cell: (tier) => durationWords(String(ruleOf(tier, "maximumDuration"))) },
  {
    label: TIERS.approval,
    width: "2fr",
    cell: (tier) => approvalWords(ruleOf(tier, "approval") as Approval),
  },
  { label: TIERS.whose, cell: (tier) => <Whose tier={tier} /> },
];

function Whose({ tier: { builtIn, documentName } }: { readonly tier: Tier }) {
  if (!builtIn) return <Badge>{TIERS.yours}</Badge>;
  return documentName === null ? TIERS.builtIn : <Badge>{TIERS.changed}</Badge>;
}

function ruleOf({ fields }: Tier, name: string): unknown {
  return fields.find(({ field }) => field === name)?.value;
}

function NameSheet({ close }: { readonly close: () => void }) {
  const { value: name, change: setName, drop } = useDraft("new-tier", () => "");
  const navigate = useNavigate();
  return (
    <ConfirmSheet
      title={TIERS.newTitle}
      opened
      close={close}
      verb={TIERS.setRules}
      busy={false}
      error={null}
      disabled={name.trim() === ""}
      confirm={() => {
        drop();
        navigate(tierAddress(name.trim()));
      }}
    >
      <TextInput
        label={TIERS.name}
        description={TIERS.nameHelp}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={128}
        data-autofocus
      />
    </ConfirmSheet>
  );
}
