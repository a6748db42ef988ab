/** One role, and who may ask for it. */
import { ActionIcon, Badge, Group, Paper, Select, Stack, Text } from "@mantine/core";
import { Trash2 } from "lucide-react";
import { type FoundPrincipal, PrincipalPicker } from "../../parts/principal-picker.tsx";
import type { Authorization } from "./draft.ts";

interface Props {
  readonly number: number;
  readonly authorization: Authorization;
  readonly roles: readonly string[];
  /** Roles of other rows: a role stands once. */
  readonly taken: readonly string[];
  readonly wider: readonly FoundPrincipal[];
  readonly put: (part: Partial<Authorization>) => void;
  readonly remove: () => void;
}

export function AuthorizationRow({ number, authorization, roles, taken, wider, put, remove }: Props) {
  const { role, principals } = authorization;
  const offered = [...new Set([...(role === null ? [] : [role]), ...roles])].filter(
    (one) => !taken.includes(one),
  );
  return (
    <Paper withBorder p="md" role="group" aria-label={`Authorization ${number}`}>
      <Stack gap="sm">
        <Group align="flex-start" gap="sm">
          <Select
            label="Role"
            placeholder="Choose a role"
            data={offered}
            value={role}
            onChange={(chosen) => put({ role: chosen })}
            searchable
            nothingFoundMessage="No role is called that."
            flex="1 1 12rem"
          />
          <PrincipalPicker
            label="Who may ask for it"
            placeholder={principals.length === 0 ? "People, groups, workloads" : undefined}
            value={principals}
            onChange={(chosen) => put({ principals: chosen })}
            flex="2 1 18rem"
          />
          <ActionIcon
            variant="subtle"
            size="lg"
            mt={{ base: 0, sm: 26 }}
            onClick={remove}
            aria-label={`Remove authorization ${number}`}
          >
            <Trash2 size={18} aria-hidden="true" />
          </ActionIcon>
        </Group>
        {wider.length === 0 ? null : (
          <Group gap="xs">
            <Badge color="orange">Wider</Badge>
            <Text size="sm">
              {role} for {wider.map(({ displayName }) => displayName).join(", ")} takes effect when a consumer
              accepts it.
            </Text>
          </Group>
        )}
      </Stack>
    </Paper>
  );
}
