/** Something to know before going on that cannot be undone, or that is so for good. Said in words, not in red. */
import { Group, Paper, Stack, Text } from "@mantine/core";
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

interface Props {
  readonly title: string;
  readonly children: ReactNode;
}

export function Caution({ title, children }: Props) {
  return (
    <Paper withBorder p="md" style={{ borderColor: "var(--mantine-color-orange-7)" }}>
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <TriangleAlert
          size={20}
          color="var(--mantine-color-orange-7)"
          aria-hidden="true"
          style={{ flex: "none" }}
        />
        <Stack gap="sm" flex={1} miw={0}>
          <Text fw={600}>{title}</Text>
          {children}
        </Stack>
      </Group>
    </Paper>
  );
}
