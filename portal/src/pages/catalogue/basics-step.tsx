/** What every deployment needs, whatever the publisher's form asks besides. */
import { Autocomplete, Select, Stack, TextInput } from "@mantine/core";
import { useEffect } from "react";
import { useApi } from "../../api/api.ts";
import { PrincipalPicker } from "../../parts/principal-picker.tsx";
import { Problem } from "../../parts/states.tsx";
import { BASICS } from "../../words/deploying.ts";
import { said } from "../applications/policy-fields.tsx";
import { type Draft, managedGroupOf, type Offer } from "./draft.ts";

const ALL = { query: { limit: 200 } };

interface Props {
  readonly offer: Offer;
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
  readonly faults: Readonly<Record<string, string>>;
}

export function BasicsStep({ offer, draft, change, faults }: Props) {
  const subscriptions = useApi("listSubscriptions", ALL);
  const found = subscriptions.data?.items ?? [];
  const groups = found.find(({ id }) => id === draft.subscriptionId)?.resourceGroups ?? [];
  return (
    <Stack gap="md">
      <TextInput
        label={BASICS.name}
        description={BASICS.nameHelp}
        withAsterisk
        maxLength={128}
        autoComplete="off"
        spellCheck={false}
        value={draft.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
        error={said(faults.name)}
      />
      <Subscription draft={draft} change={change} faults={faults} />
      <Autocomplete
        label={BASICS.group}
        description={BASICS.groupHelp}
        withAsterisk
        maxLength={90}
        data={groups}
        value={draft.resourceGroup}
        onChange={(resourceGroup) => change({ resourceGroup })}
        error={said(faults.resourceGroup)}
      />
      <TextInput
        label={BASICS.managedGroup}
        description={BASICS.managedGroupHelp(offer.publisher.name)}
        withAsterisk
        maxLength={90}
        value={managedGroupOf(draft)}
        onChange={(event) => change({ managedResourceGroup: event.currentTarget.value })}
        error={said(faults.managedResourceGroup)}
      />
      <PrincipalPicker
        label={BASICS.owners}
        description={BASICS.ownersHelp}
        kinds={["user", "group"]}
        value={draft.owners}
        onChange={(owners) => change({ owners })}
        error={said(faults.owners)}
      />
    </Stack>
  );
}

function Subscription({ draft, change, faults }: Omit<Props, "offer">) {
  const { data, error, refetch, isPending } = useApi("listSubscriptions", ALL);
  const items = data?.items ?? [];
  const only = items.length === 1 ? items[0]?.id : undefined;
  const { subscriptionId } = draft;
  // Where there is but one, nobody need choose.
  useEffect(() => {
    if (subscriptionId === null && only !== undefined) change({ subscriptionId: only });
  }, [subscriptionId, only, change]);
  if (error !== null && data === undefined) return <Problem error={error} again={() => refetch()} />;
  return (
    <Select
      label={BASICS.subscription}
      withAsterisk
      data={items.map(({ id, name }) => ({ value: id, label: name }))}
      value={subscriptionId}
      onChange={(id) => change({ subscriptionId: id })}
      searchable={items.length > 8}
      allowDeselect={false}
      placeholder={isPending ? BASICS.loading : BASICS.chooseOne}
      error={said(faults.subscriptionId)}
    />
  );
}
