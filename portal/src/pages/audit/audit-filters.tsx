/** The fields of the filter; each stands in the address as soon as it is chosen. */
import { Button, Group, Select, TextInput } from "@mantine/core";
import { X } from "lucide-react";
import { useApi } from "../../api/api.ts";
import { useMe } from "../../app/session.tsx";
import { type FoundPrincipal, PrincipalPicker } from "../../parts/principal-picker.tsx";
import { FILTER } from "../../words/audit.ts";
import { EVENT_CHOICES } from "../../words/event.ts";
import { BUILT_IN_ROLES } from "../../words/role.ts";
import { FIELDS, type Filter } from "./filter.ts";

interface Props {
  readonly filter: Filter;
  readonly change: (changed: Partial<Filter>) => void;
}

const FIELD_WIDTH = { base: "calc(50% - 0.375rem)", md: 200 };

export function AuditFilters({ filter, change }: Props) {
  const roles = useRoles();
  const applications = useApi("listApplications", {});
  const filtered = FIELDS.some((field) => filter[field] !== null);
  return (
    <Group component="search" gap="sm" mb="md" align="flex-end" aria-label={FILTER.label}>
      <PersonField filter={filter} change={change} />
      <Select
        label={FILTER.role}
        placeholder={FILTER.any}
        w={FIELD_WIDTH}
        data={roles}
        value={filter.role}
        onChange={(role) => change({ role })}
        searchable
        clearable
      />
      <Select
        label={FILTER.application}
        placeholder={FILTER.any}
        w={FIELD_WIDTH}
        data={(applications.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={filter.application}
        onChange={(application) => change({ application })}
        nothingFoundMessage={FILTER.noApplication}
        searchable
        clearable
      />
      <Select
        label={FILTER.happened}
        placeholder={FILTER.anything}
        w={FIELD_WIDTH}
        data={EVENT_CHOICES}
        value={filter.type}
        onChange={(type) => change({ type })}
        searchable
        clearable
      />
      {(["from", "to"] as const).map((end) => (
        <TextInput
          key={end}
          type="date"
          label={FILTER[end]}
          w={{ base: "calc(50% - 0.375rem)", md: 160 }}
          value={filter[end] ?? ""}
          onChange={(event) => change({ [end]: event.currentTarget.value || null })}
        />
      ))}
      {filter.request === null ? null : (
        <Button
          variant="light"
          rightSection={<X size={14} aria-hidden="true" />}
          onClick={() => change({ request: null })}
        >
          {FILTER.oneRequest}
        </Button>
      )}
      {filtered ? (
        <Button
          variant="subtle"
          onClick={() => change(Object.fromEntries(FIELDS.map((field) => [field, null])))}
        >
          {FILTER.clear}
        </Button>
      ) : null}
    </Group>
  );
}

/** The address has an id; its name is read, unless it was just chosen. */
function PersonField({ filter: { person }, change }: Props) {
  const { principal } = useMe();
  const known = useApi(
    "readPrincipal",
    { path: { objectId: person ?? principal.objectId } },
    { enabled: person !== null },
  );
  const chosen = person === null || known.data === undefined ? [] : [asFound(known.data)];
  return (
    <PrincipalPicker
      label={FILTER.person}
      placeholder={person === null ? FILTER.anybody : ""}
      w={FIELD_WIDTH}
      value={chosen}
      onChange={(people) => change({ person: people.at(-1)?.objectId ?? null })}
      clearable
    />
  );
}

function asFound({
  principal,
  email,
}: {
  principal: Omit<FoundPrincipal, "email" | "kind"> & { kind: string };
  email: string | null;
}): FoundPrincipal {
  return { ...principal, kind: principal.kind as FoundPrincipal["kind"], email };
}

function useRoles() {
  const settings = useApi("listRoleSettings", { query: { limit: 200 } });
  const named = (settings.data?.items ?? []).map((one) => [one.roleDefinitionId, one.roleName] as const);
  const all = new Map([
    ...BUILT_IN_ROLES.map(({ id, name }) => [id as string, name as string] as const),
    ...named,
  ]);
  return [...all].map(([value, label]) => ({ value, label }));
}
