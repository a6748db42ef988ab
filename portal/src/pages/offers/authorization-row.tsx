/** One role, and who may ask for it. */
import { ActionIcon, Badge, Group, Paper, Select, Stack, Text } from "@mantine/core";
import { Trash2 } from "lucide-react";
import { type FoundPrincipal, PrincipalPicker } from "../../parts/principal-picker.tsx";
import {
  authorizationNamed,
  removeAuthorization,
  widerWords,
  AUTHORIZATIONS as words,
} from "../../words/offer.ts";
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
    <Paper withBorder p="md" role="group" aria-label={authorizationNamed(number)}>
      <Stack gap="sm">
        <Group align="flex-start" gap="sm">
          <Select
            label={words.role}
            placeholder={words.chooseRole}
            data={offered}
            value={role}
            onChange={(chosen) => put({ role: chosen })}
            searchable
            nothingFoundMessage={words.noRole}
            flex="1 1 12rem"
          />
          <PrincipalPicker
            label={words.who}
            placeholder={principals.length === 0 ? words.whoHelp : undefined}
            value={principals}
            onChange={(chosen) => put({ principals: chosen })}
            flex="2 1 18rem"
          />
          <ActionIcon
            variant="subtle"
            size="lg"
            mt={{ base: 0, sm: 26 }}
            onClick={remove}
            aria-label={removeAuthorization(number)}
          >
            <Trash2 size={18} aria-hidden="true" />
          </ActionIcon>
        </Group>
        {wider.length === 0 ? null : (
          <Group gap="xs">
            <Badge color="orange">{words.wider}</Badge>
            <Text size="sm">
              {widerWords(
                role,
                wider.map(({ displayName }) => displayName),
              )}
            </Text>
          </Group>
        )}
      </Stack>
    </Paper>
  );
}
