/** A new offer has a name before anything else: its address, and what documents call it. Nothing is stored yet. */
import { Text, TextInput } from "@mantine/core";
import { useNavigate } from "react-router";
import { useDraft } from "../../parts/draft.ts";
import { ConfirmSheet } from "../../parts/sheet.tsx";
import { namedSo, namedTaken, OFFERS, PROPERTIES } from "../../words/offer.ts";

interface Props {
  readonly close: () => void;
  readonly taken: readonly string[];
}

const MAX_NAME = 60;

export function NewOfferSheet({ close, taken }: Props) {
  const navigate = useNavigate();
  const { value: displayName, change: setDisplayName, drop } = useDraft("new-offer", () => "");
  const name = slugOf(displayName);
  const isTaken = taken.some((one) => one.toLowerCase() === name);
  return (
    <ConfirmSheet
      title={OFFERS.make}
      opened
      close={close}
      verb={OFFERS.goOn}
      busy={false}
      error={null}
      disabled={name === "" || isTaken}
      confirm={() => {
        drop();
        navigate(`/offers/${name}?${new URLSearchParams({ new: displayName.trim() })}`);
      }}
    >
      <TextInput
        label={PROPERTIES.name}
        description={OFFERS.nameLater}
        value={displayName}
        onChange={(event) => setDisplayName(event.currentTarget.value)}
        maxLength={MAX_NAME}
        data-autofocus
      />
      <Text size="sm" c="dimmed">
        {name === "" ? OFFERS.nothingYet : isTaken ? namedTaken(name) : namedSo(name)}
      </Text>
    </ConfirmSheet>
  );
}

function slugOf(displayName: string): string {
  return displayName
    .toLowerCase()
    .normalize("NFD")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}
