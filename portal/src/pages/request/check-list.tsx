/** Every rule: satisfied, still needed, or failing with what settles it. Red only once somebody tried. */
import { Anchor, Box, Button, Group, Stack, Text, VisuallyHidden } from "@mantine/core";
import { CircleAlert, CircleCheck, CircleDashed } from "lucide-react";
import { Link } from "react-router";
import { signInAddress } from "../../app/sign-in.ts";
import { RULE_STATES, RULES } from "../../words/asking.ts";
import { PROBLEM } from "../../words/shared.ts";
import type { Check, Fix } from "./checks.ts";
import classes from "./request.module.css";
import type { Asking } from "./use-asking.ts";

export function CheckList({ asking }: { readonly asking: Asking }) {
  return (
    <Stack gap={8} component="ul" m={0} p={0} className={classes.checks ?? ""} aria-label={RULES.title}>
      {asking.checks.map((check, position) => (
        <CheckRow
          key={check.key}
          check={check}
          id={position === 0 && check.field === null && check.state !== "met" ? "in-the-way" : undefined}
          asking={asking}
        />
      ))}
    </Stack>
  );
}

function CheckRow({
  check,
  id,
  asking,
}: {
  readonly check: Check;
  readonly id: string | undefined;
  readonly asking: Asking;
}) {
  const failing = asking.tried && check.state !== "met";
  return (
    <Group
      component="li"
      id={id}
      tabIndex={id === undefined ? undefined : -1}
      gap={8}
      wrap="nowrap"
      align="flex-start"
      c={failing ? "var(--mantine-color-error)" : undefined}
    >
      <Mark check={check} failing={failing} />
      <Box miw={0}>
        <Text size="sm" className={classes.words ?? ""}>
          <b>{check.label}.</b> {check.text}
        </Text>
        {check.fix === null ? null : <FixButton fix={check.fix} change={asking.change} />}
      </Box>
    </Group>
  );
}

function Mark({ check, failing }: { readonly check: Check; readonly failing: boolean }) {
  const shared = { size: 18, "aria-hidden": true, className: classes.mark } as const;
  if (check.state === "met") {
    return (
      <>
        <CircleCheck {...shared} color="var(--curfew-live)" />
        <VisuallyHidden>{RULE_STATES.met}</VisuallyHidden>
      </>
    );
  }
  return (
    <>
      {failing ? <CircleAlert {...shared} /> : <CircleDashed {...shared} />}
      <VisuallyHidden>{RULE_STATES[check.state]}</VisuallyHidden>
    </>
  );
}

function FixButton({ fix, change }: { readonly fix: Fix; readonly change: Asking["change"] }) {
  switch (fix.kind) {
    case "change":
      return (
        <Button size="compact-sm" variant="light" mt={4} onClick={() => change(fix.changes)}>
          {fix.label}
        </Button>
      );
    case "go":
      return (
        <Anchor component={Link} to={fix.to} size="sm">
          {fix.label}
        </Anchor>
      );
    case "secondFactor":
      // Sign-in comes back to this address; what was written waits as the draft.
      return (
        <Button component="a" href={signInAddress({ mfa: true })} size="compact-sm" variant="light" mt={4}>
          {PROBLEM.confirm}
        </Button>
      );
  }
}
