/** What happened, one after the other, each with who and when. */
import { Box, Paper, Text, VisuallyHidden } from "@mantine/core";
import { Check, Circle, Clock, type LucideIcon, TriangleAlert } from "lucide-react";
import { RULES } from "../words/shared.ts";
import { Time, Told } from "./time.tsx";
import classes from "./timeline.module.css";

interface TimelineEntry {
  readonly at: string;
  readonly type: string;
  readonly sentence: string;
  readonly tone: "neutral" | "good" | "bad" | "waiting";
}

const ICONS: Readonly<Record<TimelineEntry["tone"], LucideIcon>> = {
  neutral: Circle,
  good: Check,
  bad: TriangleAlert,
  waiting: Clock,
};

interface Props {
  readonly label: string;
  readonly entries: readonly TimelineEntry[];
}

export function Timeline({ label, entries }: Props) {
  return (
    <Paper withBorder p="md" component="ol" className={classes.timeline ?? ""} aria-label={label}>
      {entries.map((entry, index) => {
        const Icon = ICONS[entry.tone];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: what has happened keeps its place
          <li key={index} className={classes.entry} data-tone={entry.tone}>
            <Box className={classes.mark}>
              <Icon size={14} aria-hidden="true" />
            </Box>
            <Text>
              {entry.tone === "bad" ? <VisuallyHidden>{RULES.lookAt} </VisuallyHidden> : null}
              <Told>{entry.sentence}</Told>
            </Text>
            <Text size="sm" c="dimmed" className={classes.when}>
              <Time at={entry.at} />
            </Text>
          </li>
        );
      })}
    </Paper>
  );
}
