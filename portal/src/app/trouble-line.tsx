/** One line at the top while Curfew does not answer. It comes and goes by itself, and nothing else moves away. */
import { Box, Group, Paper, Text } from "@mantine/core";
import { CloudOff, WifiOff } from "lucide-react";
import { useTrouble } from "../api/health.ts";
import { useNow } from "../parts/now.ts";
import { troubleLine } from "../words/health.ts";

export function TroubleLine() {
  const trouble = useTrouble();
  const now = useNow();
  const Icon = trouble?.kind === "offline" ? WifiOff : CloudOff;
  return (
    <Box
      role="status"
      pos="sticky"
      top="calc(var(--app-shell-header-offset) + 0.5rem)"
      style={{ zIndex: 50 }}
    >
      {trouble === null ? null : (
        <Paper withBorder mb="md" px="sm" py={6} style={{ borderColor: "var(--mantine-color-orange-7)" }}>
          <Group gap="xs" wrap="nowrap">
            <Icon size={16} aria-hidden="true" style={{ flex: "none" }} />
            <Text size="sm">{troubleLine(trouble.kind, trouble.since, now)}</Text>
          </Group>
        </Paper>
      )}
    </Box>
  );
}
