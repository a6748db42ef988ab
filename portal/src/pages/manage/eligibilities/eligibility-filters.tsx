/** Whose, and for which role: kept in the address. */
import { Group } from "@mantine/core";
import { useApi } from "../../../api/api.ts";
import { type FoundPrincipal, PrincipalPicker } from "../../../parts/principal-picker.tsx";
import { useAddress } from "../../../parts/use-address.ts";
import { LIST } from "../../../words/eligibility.ts";
import { RoleSelect } from "../parts/role-select.tsx";

export function EligibilityFilters() {
  const { query: address, change } = useAddress();
  const who = usePicked(address.get("principal"));
  return (
    <Group gap="sm" mb="md" align="flex-end" grow preventGrowOverflow={false}>
      <PrincipalPicker
        label={LIST.person}
        placeholder={who.length === 0 ? LIST.everybody : ""}
        value={who}
        // The newest choice stands: one at a time.
        onChange={(chosen) => change({ principal: chosen.at(-1)?.objectId ?? null })}
        clearable
        miw={240}
      />
      <RoleSelect
        label={LIST.role}
        placeholder={LIST.everyRole}
        value={address.get("role")}
        onChange={(role) => change({ role })}
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
