/** Whose, and for which role: kept in the address. */
import { Group } from "@mantine/core";
import { useSearchParams } from "react-router";
import { useApi } from "../../../api/api.ts";
import { type FoundPrincipal, PrincipalPicker } from "../../../parts/principal-picker.tsx";
import { RoleSelect } from "../parts/role-select.tsx";

export function EligibilityFilters() {
  const [address, setAddress] = useSearchParams();
  const who = usePicked(address.get("principal"));
  const set = (name: string, value: string | null) =>
    setAddress(
      (now) => {
        if (value === null) now.delete(name);
        else now.set(name, value);
        return now;
      },
      { replace: true },
    );
  return (
    <Group gap="sm" mb="md" align="flex-end" grow preventGrowOverflow={false}>
      <PrincipalPicker
        label="Person or group"
        placeholder={who.length === 0 ? "Everybody" : ""}
        value={who}
        // The newest choice stands: one at a time.
        onChange={(chosen) => set("principal", chosen.at(-1)?.objectId ?? null)}
        clearable
        miw={240}
      />
      <RoleSelect
        label="Role"
        placeholder="Every role"
        value={address.get("role")}
        onChange={(role) => set("role", role)}
        clearable
        miw={200}
      />
    </Group>
  );
}

/** Whom an address names, as the picker shows them. */
export function usePicked(objectId: string | null): FoundPrincipal[] {
  const found = useApi(
    "readPrincipal",
    { path: { objectId: objectId ?? "" } },
    { enabled: objectId !== null },
  );
  if (objectId === null || found.data === undefined) return [];
  const { principal, name, email } = found.data;
  return [{ ...principal, kind: principal.kind as FoundPrincipal["kind"], name, email }];
}
