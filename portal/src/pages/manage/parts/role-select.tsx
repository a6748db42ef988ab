/** Which role, by name: those built in and the tenant's own. */
import { Select, type SelectProps } from "@mantine/core";
import { useApi } from "../../../api/api.ts";
import { bindings } from "../../../words/administration.ts";

interface Props extends Omit<SelectProps, "data" | "value" | "onChange"> {
  readonly value: string | null;
  readonly onChange: (roleDefinitionId: string | null) => void;
}

export function useRoles() {
  const found = useApi("listRoleDefinitions", { query: { limit: 200 } });
  return found.data?.items ?? [];
}

export function RoleSelect({ value, onChange, ...field }: Props) {
  const roles = useRoles();
  return (
    <Select
      {...field}
      data={roles.map(({ id, name }) => ({ value: id, label: name }))}
      value={value}
      onChange={onChange}
      searchable
      nothingFoundMessage={bindings.noRole}
    />
  );
}
