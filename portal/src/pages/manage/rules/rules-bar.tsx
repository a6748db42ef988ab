/** What a form of rules ends in: nothing is saved before it was tried on what was. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { Problem } from "../../../parts/states.tsx";
import { BAR } from "../../../words/rule.ts";
import { BACK } from "../../../words/shared.ts";

interface Props {
  readonly back: string;
  readonly error: Error | null;
  readonly faults: ReadonlyMap<string, string>;
  readonly busy: boolean;
  readonly look: () => void;
}

export function RulesBar({ back, error, faults, busy, look }: Props) {
  return (
    <div className="action-bar">
      <Stack gap="sm">
        {error === null ? null : <Problem error={error} />}
        {error === null && faults.size > 0 ? (
          <Text role="alert" size="sm" c="var(--mantine-color-error)">
            {BAR.notRight(faults.size)}
          </Text>
        ) : null}
        <Group justify="space-between" gap="sm">
          <Text size="sm" c="dimmed" flex="1 1 16rem">
            {BAR.first}
          </Text>
          <Group gap="sm">
            <Button component={Link} to={back} variant="default">
              {BACK}
            </Button>
            <Button onClick={look} loading={busy}>
              {BAR.try}
            </Button>
          </Group>
        </Group>
      </Stack>
    </div>
  );
}
