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
  const shown = typed ?? places.find(({ scope }) => scope === value)?.label ?? value ?? "";
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
