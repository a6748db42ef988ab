/** Which roles, and where: every place one is eligible at, found by name; several roles of one place at once. */
import { Button, Checkbox, Group, Input, Paper, Stack, Text, TextInput } from "@mantine/core";
import { Search } from "lucide-react";
import { useState } from "react";
import { morePlaces, ROLE_AND_PLACE } from "../../words/asking.ts";
import type { Form } from "./form.ts";
import { GroundWords } from "./ground-words.tsx";
import { InsideField } from "./inside-field.tsx";
import { insideOf, type Place, type PlaceRole, searchPlaces } from "./places.ts";
import type { Change } from "./use-request-form.ts";

interface Props {
  readonly places: readonly Place[];
  readonly form: Form;
  /** The chosen one; null while none is, and for an address where one is eligible for nothing. */
  readonly place: Place | null;
  readonly change: Change;
  readonly faults: { readonly roles: string | null; readonly inside: string | null };
}

const SHOWN = 30;
const SEARCHABLE = 4;
// Another role has other limits.
const NO_ROLE = { scope: "", inside: "", roleDefinitionIds: [], durationMs: undefined } as const;

export function RoleChoice({ places, form, place, change, faults }: Props) {
  const [typed, setTyped] = useState("");
  const found = searchPlaces(places, typed);
  // The chosen one stays the same element, so that the focus stays where it is.
  const shown = place === null ? found.slice(0, SHOWN) : [place];
  const choose = (at: Place, { id }: PlaceRole, wanted: boolean) => {
    const kept = place === null ? [] : form.roleDefinitionIds.filter((one) => one !== id);
    const roleDefinitionIds = wanted ? [...kept, id] : kept;
    const inside = place === null ? (insideOf(at, typed.trim()) ?? "") : form.inside;
    const none = roleDefinitionIds.length === 0;
    change(none ? NO_ROLE : { ...NO_ROLE, roleDefinitionIds, scope: at.scope, inside });
  };
  return (
    <Input.Wrapper label={ROLE_AND_PLACE.label} labelElement="div" error={faults.roles} size="md">
      <Stack gap="sm" mt={6}>
        {place === null && places.length >= SEARCHABLE ? (
          <TextInput
            aria-label={ROLE_AND_PLACE.find}
            placeholder={ROLE_AND_PLACE.findHelp}
            leftSection={<Search size={16} aria-hidden="true" />}
            value={typed}
            maxLength={1_024}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        ) : null}
        {shown.map((at, position) => (
          <PlaceCard
            key={at.scope}
            place={at}
            id={position === 0 ? "roles" : undefined}
            chosen={place === null ? [] : form.roleDefinitionIds}
            choose={(role, wanted) => choose(at, role, wanted)}
          />
        ))}
        {place === null ? <Shown found={found.length} /> : null}
        {place === null ? null : (
          <Group gap="xs">
            <InsideField place={place} form={form} change={change} fault={faults.inside} />
            {places.length > 1 ? (
              <Button variant="light" size="compact-sm" onClick={() => change(NO_ROLE)}>
                {ROLE_AND_PLACE.another}
              </Button>
            ) : null}
          </Group>
        )}
      </Stack>
    </Input.Wrapper>
  );
}

function Shown({ found }: { readonly found: number }) {
  if (found > 0 && found <= SHOWN) return null;
  return (
    <Text size="sm" c="dimmed" role="status">
      {found === 0 ? ROLE_AND_PLACE.none : morePlaces(found - SHOWN)}
    </Text>
  );
}

function PlaceCard({
  place,
  id,
  chosen,
  choose,
}: {
  readonly place: Place;
  readonly id: string | undefined;
  readonly chosen: readonly string[];
  readonly choose: (role: PlaceRole, wanted: boolean) => void;
}) {
  return (
    <Paper
      withBorder
      p="sm"
      component="fieldset"
      m={0}
      miw={0}
      aria-label={`${place.scopeName}, ${place.ownerName}`}
    >
      <Group gap="xs" mb="xs">
        <Text fw={600}>{place.scopeName}</Text>
        <Text size="sm" c="dimmed">
          {place.ownerName}
        </Text>
      </Group>
      <Stack gap="sm">
        {place.roles.map((role, position) => (
          <Checkbox
            key={role.id}
            id={position === 0 ? id : undefined}
            label={role.name}
            description={<GroundWords role={role} place={place} />}
            checked={chosen.includes(role.id)}
            onChange={(event) => choose(role, event.currentTarget.checked)}
          />
        ))}
      </Stack>
    </Paper>
  );
}
