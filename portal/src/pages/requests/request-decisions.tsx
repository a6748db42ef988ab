/** The stages, who sits on each, and what they decided so far. */
import { Stack, Text } from "@mantine/core";
import { Time } from "../../parts/time.tsx";
import { type AccessRequest, decidersWords, firstName } from "../../words/request.ts";

type Decision = AccessRequest["decisions"][number];

export function RequestDecisions({ request }: { readonly request: AccessRequest }) {
  const { stages, decisions } = request;
  if (stages.length === 0)
    return <Text>Nobody has to: the rules approve it at once, and the approvers are told.</Text>;
  return (
    <Stack component="ol" gap="md" m={0} p={0} style={{ listStyle: "none" }}>
      {stages.map((stage, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a stage is its number
        <li key={index}>
          <Text fw={600}>
            {stages.length > 1 ? `Stage ${index + 1}: ` : ""}
            {decidersWords(stage)}
          </Text>
          <Text size="sm" c="dimmed">
            {stage.required === 1 ? "One of them is enough" : `${stage.required} of them must approve`},{" "}
            {stage.approved === 0 ? "nobody has approved" : `${stage.approved} approved`}.
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
  const { by, justification, at } = decision;
  const who = "displayName" in by ? firstName(by.displayName) : `${by.tenantName}, an approver,`;
  return (
    <Text mt={4}>
      {who} {decision.decision === "approve" ? "approved" : "denied"} <Time at={at} />
      {justification === null ? "." : `: “${justification}”`}
    </Text>
  );
}
