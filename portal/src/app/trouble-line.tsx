/** One line at the top while Curfew does not answer. It comes and goes by itself, and nothing else moves away. */
import { Box, Group, Text } from "@mantine/core";
import { CloudOff, WifiOff } from "lucide-react";
import { useTrouble } from "../api/health.ts";
import { useNow } from "../parts/now.ts";
import { troubleLine } from "../words/health.ts";

export function TroubleLine() {
  const trouble = useTrouble();
  const now = useNow();
  const Icon = trouble?.kind === "offline" ? WifiOff : CloudOff;
  return (
    <Box role="status">
      {trouble === null ? null : (
        <Group gap="xs" mb="md" wrap="nowrap" className="trouble-line">
          <Icon size={16} aria-hidden="true" style={{ flex: "none" }} />
          <Text size="sm">{troubleLine(trouble.kind, trouble.since, now)}</Text>
        </Group>
      )}
    </Box>
  );
}
