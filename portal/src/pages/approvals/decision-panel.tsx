/** What one decides: for how long, why, and one button that says what happens; deny beside it. */
import { Alert, Button, Checkbox, Chip, Group, Input, Paper, Stack, Text, TextInput } from "@mantine/core";
import { useId, useRef, useState } from "react";
import { Link } from "react-router";
import { LocalTimeField } from "../../parts/local-time-field.tsx";
import { useNow } from "../../parts/now.ts";
import { ReasonField } from "../../parts/reason-field.tsx";
import { Problem } from "../../parts/states.tsx";
import * as words from "../../words/deciding.ts";
import { durationMs, durationWords, isoDuration } from "../../words/duration.ts";
import type { AccessRequest } from "../../words/request.ts";
import { instantOf } from "../../words/time.ts";
import classes from "./decide.module.css";
import {
  type Draft,
  durationFault,
  lastsMsOf,
  missingApprovals,
  narrowedTerms,
  offeredMs,
  type RequestContext,
  spanOf,
  startOf,
} from "./plan.ts";
import { useDecide } from "./use-decide.ts";

interface Deciding {
  readonly request: AccessRequest;
  readonly context: RequestContext;
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
  /** What was typed is not wanted any more. */
  readonly drop: () => void;
}

export function DecisionPanel(deciding: Deciding) {
  const { request, context } = deciding;
  if (request.state !== "pending")
    return (
      <Button component={Link} to="/approvals" variant="default">
        {words.BACK}
      </Button>
    );
  if (!context.canDecide)
    return (
      <Alert color="gray" title={words.CANNOT}>
        {context.cannotDecide?.message}
      </Alert>
    );
  return <Panel {...deciding} />;
}

function Panel({ request, context, draft, change, drop }: Deciding) {
  const why = useRef<HTMLTextAreaElement>(null);
  const [asked, askWhy] = useState(false);
  const { decide, busy, error } = useDecide(request, drop);
  const askedMs = durationMs(request.terms.duration);
  const minimumMs = context.minimumDuration === null ? 0 : durationMs(context.minimumDuration);
  const fault = durationFault(lastsMsOf(draft, askedMs), { askedMs, minimumMs });
  const reason = draft.reason.trim();
  const send = (decision: "approve" | "deny") => {
    if (reason === "" && (decision === "deny" || context.justificationRequired)) {
      askWhy(true);
      why.current?.focus();
      return;
    }
    const terms = decision === "deny" ? undefined : narrowedTerms(request, draft, isoDuration);
    void decide({ decision, ...(reason === "" ? {} : { justification: reason }), ...(terms && { terms }) });
  };
  return (
    <Paper withBorder p="md" component="section" aria-label={words.YOUR_DECISION}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (fault === null && draft.roles.length > 0 && !busy) send("approve");
        }}
      >
        <Stack gap="sm">
          <HowLong {...{ draft, change, askedMs, minimumMs, fault }} />
          <WhichRoles {...{ request, draft, change }} />
          <LaterStart {...{ request, draft, change }} />
          <Stack gap={6}>
            <ReasonField
              ref={why}
              label={words.REASON}
              description={words.whyHelp(request)}
              error={asked && reason === "" ? words.WHY_MISSING : null}
              value={draft.reason}
              change={(reason) => change({ reason })}
              onKeyDown={(event) => {
                if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
                  event.currentTarget.form?.requestSubmit();
              }}
              maxRows={6}
            />
            <Group gap={6}>
              {words.reasons(request).map((text) => (
                <Button
                  key={text}
                  size="compact-xs"
                  variant="default"
                  fw={400}
                  onClick={() => change({ reason: text })}
                >
                  {text}
                </Button>
              ))}
            </Group>
          </Stack>
          {error === null ? null : <Problem error={error} />}
          <div className={classes.buttons}>
            <Button
              variant="default"
              c="var(--mantine-color-error)"
              disabled={busy}
              onClick={() => send("deny")}
            >
              {words.DENY}
            </Button>
            <Button
              type="submit"
              px="xs"
              loading={busy}
              disabled={fault !== null || draft.roles.length === 0}
            >
              <ApproveWords {...{ request, context, draft }} />
            </Button>
          </div>
          {missingApprovals(request) > 1 ? (
            <Text size="sm" c="dimmed">
              {words.OTHERS_TOO}
            </Text>
          ) : null}
        </Stack>
      </form>
    </Paper>
  );
}

/** Alone, for it says the time and is said anew every second. */
function ApproveWords({ request, context, draft }: Pick<Deciding, "request" | "context" | "draft">) {
  const now = useNow();
  const askedMs = durationMs(request.terms.duration);
  const lastsMs = lastsMsOf(draft, askedMs) ?? askedMs;
  const offers = instantOf(draft.notBefore) !== null;
  const startAt = startOf(request, draft);
  const fewer = draft.roles.length < request.terms.roleDefinitionIds.length;
  const names = request.roles.filter(({ id }) => draft.roles.includes(id)).map(({ name }) => name);
  return words.approveWords({
    ...spanOf(request, context.extending, { lastsMs, startAt }, now),
    lastsMs,
    now,
    offers,
    extends: context.extending !== null,
    others: missingApprovals(request) > 1,
    roleNames: fewer ? names : null,
  });
}

type Field = Pick<Deciding, "draft" | "change">;

interface HowLongProps extends Field {
  readonly askedMs: number;
  readonly minimumMs: number;
  readonly fault: ReturnType<typeof durationFault>;
}

function HowLong({ draft, change, askedMs, minimumMs, fault }: HowLongProps) {
  // Of one name, they are one stop on the way of the keyboard.
  const name = useId();
  const choose = (value: string) =>
    change({ lasts: value === "asked" || value === "other" ? value : Number(value) });
  const said =
    fault === null
      ? null
      : fault === "none"
        ? words.FAULTS.none
        : words.FAULTS[fault](fault === "tooLong" ? askedMs : minimumMs);
  return (
    <Input.Wrapper label={words.HOW_LONG} labelElement="div" error={said}>
      <Chip.Group value={String(draft.lasts)} onChange={choose}>
        <Group gap={6} mt={4} role="radiogroup" aria-label={words.HOW_LONG}>
          {offeredMs(askedMs, minimumMs).map((ms) => (
            <Chip key={ms} name={name} size="sm" value={ms === askedMs ? "asked" : String(ms)}>
              {ms === askedMs ? words.askedChoice(ms) : durationWords(ms)}
            </Chip>
          ))}
          <Chip name={name} size="sm" value="other">
            {words.OTHER}
          </Chip>
        </Group>
      </Chip.Group>
      {draft.lasts === "other" ? (
        <TextInput
          mt={6}
          data-autofocus
          aria-label={words.TYPED}
          placeholder="20 min, 1 h 30 min"
          value={draft.typed}
          maxLength={40}
          error={draft.typed !== "" && fault !== null}
          onChange={(event) => change({ typed: event.currentTarget.value })}
        />
      ) : null}
    </Input.Wrapper>
  );
}

function WhichRoles({ request, draft, change }: Field & Pick<Deciding, "request">) {
  const { roleDefinitionIds } = request.terms;
  const roles = request.roles.filter(({ id }) => roleDefinitionIds.includes(id));
  if (roles.length < 2) return null;
  return (
    <Checkbox.Group label={words.ROLES} value={[...draft.roles]} onChange={(ids) => change({ roles: ids })}>
      <Stack gap={6} mt={4}>
        {roles.map(({ id, name }) => (
          <Checkbox key={id} value={id} label={name} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}

/** Seldom wanted, so it is put away; an extension has begun long ago. */
function LaterStart({ request, draft, change }: Field & Pick<Deciding, "request">) {
  if (request.extendsGrantId !== null) return null;
  return (
    <details className={classes.later} open={draft.notBefore !== ""}>
      <summary>{words.LATER}</summary>
      <LocalTimeField
        step={60}
        mt={6}
        label={words.NOT_BEFORE}
        description={words.NOT_BEFORE_HELP}
        value={draft.notBefore}
        onChange={(notBefore) => change({ notBefore })}
      />
    </details>
  );
}
