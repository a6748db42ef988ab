/** What one needs to know before deciding: why, what it adds, what came of it before, and how it ends. */
import { Anchor, List, Paper, SimpleGrid, Stack, Text, ThemeIcon } from "@mantine/core";
import { Check, Minus, X } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Answer } from "../../api/api.ts";
import { Facts } from "../../parts/facts.tsx";
import { Time } from "../../parts/time.tsx";
import { deciderWords } from "../../words/decision.ts";
import { durationWords } from "../../words/duration.ts";
import { capital } from "../../words/grant.ts";
import { type AccessRequest, decidersWords, purposeWords } from "../../words/request.ts";

export type RequestContext = Answer<"readRequestContext">;

interface Props {
  readonly request: AccessRequest;
  readonly context: RequestContext;
}

export function RequestContextSections({ request, context }: Props) {
  return (
    <>
      <Part title="Why">
        <Why request={request} />
      </Part>
      <Part title="What it adds">
        <Stack gap="xs">
          {context.adds.map(({ roleDefinitionId, roleName, sentence }) => (
            <Text key={roleDefinitionId}>
              <b>{roleName}</b>: {sentence}
            </Text>
          ))}
        </Stack>
      </Part>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        <Part title="Before">
          <Text>{context.history.sentence}</Text>
        </Part>
        <Part title="At the same time">
          <Overlapping grants={context.overlapping} />
        </Part>
      </SimpleGrid>
      {request.stages.length === 0 ? null : (
        <Part title="Who decides">
          <Stages request={request} />
        </Part>
      )}
      <Conditions rules={context.rules} />
      {request.state === "pending" ? (
        <Part title="When it ends">
          <Ends context={context} />
        </Part>
      ) : null}
    </>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Text component="h2" size="sm" fw={600} c="dimmed" m={0} mb={6}>
        {title}
      </Text>
      {children}
    </Paper>
  );
}

function Why({ request }: { readonly request: AccessRequest }) {
  const { operation, ticket } = request;
  return (
    <Stack gap="sm">
      <Text size="lg">{request.justification ?? "No justification was given."}</Text>
      <Facts
        facts={[
          ["Purpose", operation === null ? null : purposeWords(operation.purpose)],
          ["Plan", operation?.plan ?? null],
          ["Ticket", ticket === null ? null : `${ticket.system} ${ticket.number}`],
          ["Asked", <Time key="asked" at={request.createdAt} as="ago" />],
        ]}
      />
    </Stack>
  );
}

function Overlapping({ grants }: { readonly grants: RequestContext["overlapping"] }) {
  if (grants.length === 0) return <Text>Nothing else is held there.</Text>;
  return (
    <List spacing={4}>
      {grants.map((grant) => (
        <List.Item key={grant.grantId}>
          <Anchor component={Link} to={`/access/${grant.grantId}`}>
            {grant.roleName} on {grant.scopeName}
          </Anchor>{" "}
          {grant.endsAt === null ? (
            "without an end"
          ) : (
            <>
              until <Time at={grant.endsAt} />
            </>
          )}
        </List.Item>
      ))}
    </List>
  );
}

function Stages({ request }: { readonly request: AccessRequest }) {
  return (
    <Stack gap="xs">
      {request.stages.map((stage, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: stages have no name but their place
        <Text key={at}>
          {request.stages.length > 1 ? `Stage ${at + 1}: ` : ""}
          {decidersWords(stage)}. {stage.approved} of {stage.required} have approved.
        </Text>
      ))}
      {request.decisions.map((decision) => (
        <Text key={`${decision.stage} ${decision.at}`} size="sm">
          <b>{deciderWords(decision)}</b> {decision.decision === "approve" ? "approved" : "denied"}{" "}
          <Time at={decision.at} as="ago" />
          {decision.decision === "approve" ? ` for ${durationWords(decision.terms.duration)}` : ""}
          {decision.justification === null ? "" : `: “${decision.justification}”`}
        </Text>
      ))}
    </Stack>
  );
}

const OUTCOMES = {
  satisfied: { icon: Check, color: "green", words: "holds" },
  unsatisfied: { icon: X, color: "red", words: "does not hold" },
  notApplicable: { icon: Minus, color: "gray", words: "does not apply" },
} as const;

/** Rules that do not apply say nothing about this request, nor does that people ask for themselves. */
function Conditions({ rules }: { readonly rules: RequestContext["rules"] }) {
  const shown = rules.filter(
    ({ rule, outcome }) =>
      outcome === "unsatisfied" || (outcome === "satisfied" && rule !== "BeneficiaryRule"),
  );
  if (shown.length === 0) return null;
  return (
    <Part title="The rules, as things stand now">
      <List spacing={6} center listStyleType="none" m={0} p={0}>
        {shown.map(({ rule, outcome, message }) => {
          const { icon: Icon, color, words } = OUTCOMES[outcome];
          return (
            <List.Item
              key={rule}
              icon={
                <ThemeIcon size={22} radius="xl" variant="light" color={color} role="img" aria-label={words}>
                  <Icon size={14} aria-hidden="true" />
                </ThemeIcon>
              }
            >
              {capital(message)}
            </List.Item>
          );
        })}
      </List>
    </Part>
  );
}

/** How honest the end is: who holds it, and what a break of Curfew would mean. */
function Ends({ context }: Pick<Props, "context">) {
  const { window, ends } = context;
  return (
    <Stack gap="xs">
      {window.endsAt === null ? null : (
        <Text>
          Approved now, it ends <Time at={window.endsAt} />.
        </Text>
      )}
      {ends.length === 0 ? (
        <Text>No target enforces this; whoever asks Curfew hears no from the end on.</Text>
      ) : (
        ends.map(({ targetName, sentence, ifDown }) => (
          <Text key={targetName}>
            {sentence}{" "}
            <Text component="span" c="dimmed">
              If Curfew is down: {ifDown}
            </Text>
          </Text>
        ))
      )}
    </Stack>
  );
}
