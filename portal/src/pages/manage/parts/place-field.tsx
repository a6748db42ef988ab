/** Where: picked among the places that are known, or typed. */
import { Autocomplete } from "@mantine/core";
import { useState } from "react";
import { usePlaces } from "./places.ts";

interface Props {
  readonly label: string;
  /** A scope; null while none is chosen. */
  readonly value: string | null;
  readonly onChange: (scope: string | null) => void;
  readonly error?: string | null;
}

export function PlaceField({ label, value, onChange, error }: Props) {
  const { places, resolve } = usePlaces();
  const [typed, setTyped] = useState<string | null>(null);
  const named = places.find(({ scope }) => scope === value)?.label ?? value ?? "";
  // As it was typed, as long as that is what is chosen.
  const shown = typed !== null && resolve(typed) === value ? typed : named;
  return (
    <Autocomplete
      label={label}
      description="A place that is known, or typed: subscription / resource group, or a whole path."
      placeholder="contoso-production / web"
      data={places.map((place) => place.label)}
      value={shown}
      onChange={(text) => {
        setTyped(text);
        onChange(resolve(text));
      }}
      error={error}
      maxLength={1_024}
      limit={50}
    />
  );
}
