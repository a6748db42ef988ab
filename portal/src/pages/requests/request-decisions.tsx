/** The stages, who sits on each, and what they decided so far. */
import { Stack, Text } from "@mantine/core";
import { Time } from "../../parts/time.tsx";
import { decidedWords, NOBODY_DECIDES, stageLabel, stageProgress } from "../../words/holding.ts";
import { type AccessRequest, decidersWords } from "../../words/request.ts";

type Decision = AccessRequest["decisions"][number];

export function RequestDecisions({ request }: { readonly request: AccessRequest }) {
  const { stages, decisions } = request;
  if (stages.length === 0) return <Text>{NOBODY_DECIDES}</Text>;
  return (
    <Stack component="ol" gap="md" m={0} p={0} style={{ listStyle: "none" }}>
      {stages.map((stage, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a stage is its number
        <li key={index}>
          <Text fw={600}>{stageLabel(decidersWords(stage), index, stages.length)}</Text>
          <Text size="sm" c="dimmed">
            {stageProgress(stage)}
          </Text>
          {decisions
            .filter((decision) => decision.stage === index)
            .map((decision) => (
              <Given key={`${decision.at} ${decision.decision}`} decision={decision} />
            ))}
        </li>
      ))}
    </Stack>
  );
}

function Given({ decision }: { readonly decision: Decision }) {
  const { justification, at } = decision;
  return (
    <Text mt={4}>
      {decidedWords(decision)} <Time at={at} />
      {justification === null ? "." : `: “${justification}”`}
    </Text>
  );
}
