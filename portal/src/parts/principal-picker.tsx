/** Finding people, groups and workloads of one's own tenant by name. */
import { MultiSelect, type MultiSelectProps } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { type ItemOf, useApi } from "../api/api.ts";
import { PICKER, pickedWords } from "../words/shared.ts";

/** `name`, by which documents name it, is known of those that were found here. */
export type FoundPrincipal = Omit<ItemOf<"listPrincipals">, "name"> & { readonly name?: string };
type Kind = "user" | "group" | "servicePrincipal";

interface Props
  extends Omit<MultiSelectProps, "data" | "value" | "onChange" | "onSearchChange" | "searchValue"> {
  /** Undefined: every kind. */
  readonly kind?: Kind;
  /** Of those found, only these kinds may be picked. */
  readonly kinds?: readonly Kind[];
  readonly value: readonly FoundPrincipal[];
  readonly onChange: (chosen: FoundPrincipal[]) => void;
}

const TYPING_MS = 200;
const SHOWN = 20;

export function PrincipalPicker({ kind, kinds, value, onChange, ...field }: Props) {
  const [typed, setTyped] = useState("");
  const [opened, setOpened] = useState(false);
  const [query] = useDebouncedValue(typed.trim(), TYPING_MS);
  const found = useApi(
    "listPrincipals",
    {
      query: { limit: SHOWN, ...(query === "" ? {} : { q: query }), ...(kind === undefined ? {} : { kind }) },
    },
    { keepPrevious: true },
  );
  const offered = (found.data?.items ?? []).filter((one) => kinds === undefined || kinds.includes(one.kind));
  const known = new Map([...value, ...offered].map((one) => [one.objectId, one]));
  return (
    <MultiSelect
      {...field}
      data={[...known.values()].map((one) => ({
        value: one.objectId,
        label: pickedWords(one.displayName, one.kind),
      }))}
      value={value.map(({ objectId }) => objectId)}
      onChange={(ids) => {
        onChange(ids.flatMap((id) => known.get(id) ?? []));
        // Typing opens it again for the next one; open, it would lie over what comes below.
        setOpened(false);
      }}
      dropdownOpened={opened}
      onDropdownOpen={() => setOpened(true)}
      onDropdownClose={() => setOpened(false)}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      // The server has searched already.
      filter={({ options }) => options}
      nothingFoundMessage={found.isFetching ? PICKER.looking : PICKER.nobody}
      hidePickedOptions
    />
  );
}
