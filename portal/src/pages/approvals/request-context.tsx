/** What one needs to know before deciding: why, what it adds, what came of it before, how it ends, and the rules. */
import { Anchor, Group, Paper, Stack, Text } from "@mantine/core";
import { Check, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { RuleList } from "../../parts/rule-list.tsx";
import { Time } from "../../parts/time.tsx";
import * as words from "../../words/deciding.ts";
import { deciderWords } from "../../words/decision.ts";
import { durationWords } from "../../words/duration.ts";
import { type AccessRequest, decidersWords, purposeWords } from "../../words/request.ts";
import { NOT_ENFORCED } from "../../words/shared.ts";
import classes from "./decide.module.css";
import { LatelyStrip } from "./lately.tsx";
import type { Draft, RequestContext } from "./plan.ts";
import { WindowBar } from "./window-bar.tsx";

interface Props {
  readonly request: AccessRequest;
  readonly context: RequestContext;
  readonly draft: Draft;
}

export function RequestContextSections({ request, context, draft }: Props) {
  return (
    <>
      <Adds context={context} />
      {request.state === "pending" ? (
        <Part title={words.WINDOW}>
          <WindowBar request={request} context={context} draft={draft} />
          <Ends ends={context.ends} />
        </Part>
      ) : null}
      <Part title={words.LATELY}>
        <Text>
          {words.latelyWords(context.lately)}{" "}
          <span className={classes.dim}>{words.everWords(context.history, context.lately)}</span>
        </Text>
        {context.lately.length === 0 ? null : <LatelyStrip lately={context.lately} />}
      </Part>
      <RulesAndPeople request={request} rules={context.rules} />
    </>
  );
}

export function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Paper withBorder component="section" aria-label={title} className={classes.part ?? ""}>
      <Text component="h2" size="sm" fw={600} c="dimmed" m={0} mb={2}>
        {title}
      </Text>
      {children}
    </Paper>
  );
}

/** Why, in the words of whoever asks, and what goes with it on one line. */
export function Why({ request }: Pick<Props, "request">) {
  const { operation, ticket } = request;
  return (
    <Part title={words.WHY}>
      <p className={classes.why}>{request.justification ?? words.NOT_JUSTIFIED}</p>
      <Text size="sm" c="dimmed">
        {words.ASKED} <Time at={request.createdAt} as="ago" />
        {ticket === null ? null : ` · ${ticket.system} ${ticket.number}`}
        {operation === null ? null : ` · ${purposeWords(operation.purpose)}`}
        {request.decideBy === null ? null : (
          <>
            {" · "}
            {words.DECIDE} <Time at={request.decideBy} as="in" />
          </>
        )}
        {request.extendsGrantId === null ? null : (
          <>
            {" · "}
            <Anchor component={Link} to={`/access/${request.extendsGrantId}`} inherit underline="always">
              {words.EXTENDS}
            </Anchor>
          </>
        )}
      </Text>
      {operation?.plan == null ? null : <Text size="sm">{words.planWords(operation.plan)}</Text>}
    </Part>
  );
}

function Adds({ context: { adds, overlapping } }: Pick<Props, "context">) {
  return (
    <Part title={words.ADDS}>
      <Stack gap={4}>
        {adds.map(({ roleDefinitionId, roleName, sentence }) => (
          <Text key={roleDefinitionId}>
            <b>{roleName}</b>: {sentence}
          </Text>
        ))}
        <Text size="sm" c="dimmed">
          {overlapping.length === 0 ? words.HOLDS_NOTHING : words.HOLDS}
          {overlapping.map((grant, index) => (
            <span key={grant.grantId}>
              {index === 0 ? " " : ", "}
              <Anchor component={Link} to={`/access/${grant.grantId}`} underline="always" inherit>
                {grant.roleName} on {grant.scopeName}
              </Anchor>{" "}
              {grant.endsAt === null ? (
                words.WITHOUT_END
              ) : (
                <>
                  {words.UNTIL} <Time at={grant.endsAt} />
                </>
              )}
            </span>
          ))}
        </Text>
      </Stack>
    </Part>
  );
}

/** How honest the end is: who holds it, and what a break of Curfew would mean. */
function Ends({ ends }: Pick<RequestContext, "ends">) {
  if (ends.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {NOT_ENFORCED}
      </Text>
    );
  return ends.map(({ targetName, sentence, ifDown }) => (
    <Text key={targetName} size="sm" c="dimmed">
      {sentence} {words.ifDown(ifDown)}
    </Text>
  ));
}

/** One green line while all is well; open, and first of all said, when it is not. */
function RulesAndPeople({ request, rules }: Pick<Props, "request"> & Pick<RequestContext, "rules">) {
  const shown = rules.filter(
    // That people ask for themselves says nothing about this request.
    ({ rule, outcome }) =>
      outcome === "unsatisfied" || (outcome === "satisfied" && rule !== "BeneficiaryRule"),
  );
  const broken = shown.filter(({ outcome }) => outcome === "unsatisfied").length;
  const Icon = broken === 0 ? Check : TriangleAlert;
  return (
    <Paper withBorder component="section" aria-label={words.RULES} className={classes.part ?? ""}>
      {shown.length === 0 ? null : (
        <details className={classes.rules} open={broken > 0}>
          <Text component="summary" c={broken === 0 ? "var(--curfew-live)" : "var(--mantine-color-error)"}>
            <Icon size={18} aria-hidden="true" />
            {broken === 0 ? words.rulesWords(shown.length) : words.rulesBroken(broken)}
          </Text>
          <RuleList label={words.RULES} rules={shown} />
        </details>
      )}
      <Stages request={request} />
    </Paper>
  );
}

function Stages({ request }: Pick<Props, "request">) {
  return (
    <Stack gap={2} mt={4}>
      {request.stages.map((stage, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: stages have no name but their place
        <Text key={at} size="sm">
          {request.stages.length > 1 ? words.stageWords(at + 1) : ""}
          {words.decidedBy(decidersWords(stage), stage)}
        </Text>
      ))}
      {request.decisions.map((decision) => (
        <Text key={`${decision.stage} ${decision.at}`} size="sm" component="div">
          <Group gap={4}>
            <b>{deciderWords(decision)}</b>
            {decision.decision === "approve"
              ? words.approvedFor(durationWords(decision.terms.duration))
              : words.DENIED}{" "}
            <Time at={decision.at} as="ago" />
            {decision.justification === null ? "" : `: “${decision.justification}”`}
          </Group>
        </Text>
      ))}
    </Stack>
  );
}
