/** What a list shows while it has nothing to show, and what a page says when something went wrong. */
import { Alert, Anchor, Button, Group, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { AlertCircle } from "lucide-react";
import type { ReactNode } from "react";
import { ApiProblem } from "../api/api.ts";
import { isUnknown } from "../api/passing.ts";
import { useMe } from "../app/session.tsx";
import { signInAddress } from "../app/sign-in.ts";
import { sentence } from "../words/sentence.ts";
import { LOADING, nothingHere, PROBLEM } from "../words/shared.ts";

export { sentence } from "../words/sentence.ts";

export function Empty({ children, action }: { readonly children: ReactNode; readonly action?: ReactNode }) {
  return (
    <Paper withBorder p="lg" bg="transparent">
      <Stack align="flex-start" gap="sm">
        <Text c="dimmed">{children}</Text>
        {action}
      </Stack>
    </Paper>
  );
}

export function Loading({ rows = 3, height = 72 }: { readonly rows?: number; readonly height?: number }) {
  return (
    <Stack gap="sm" role="status" aria-busy="true" aria-label={LOADING}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <Skeleton key={row} h={height} />
      ))}
    </Stack>
  );
}

interface Asked {
  readonly error: Error | null;
  readonly isPending: boolean;
  readonly refetch: () => unknown;
}

/** What was asked for: `loading` until it is here, why it failed, `empty` (null when it is not), or the children. */
export function Answered({
  query: { error, isPending, refetch },
  loading,
  empty,
  children,
}: {
  readonly query: Asked;
  readonly loading: ReactNode;
  readonly empty: ReactNode;
  readonly children: ReactNode;
}) {
  if (error !== null) return <Problem error={error} again={() => refetch()} />;
  return isPending ? loading : (empty ?? children);
}

/** The server's own sentence, and a way on: to try again only where that can help. */
export function Problem({ error, again }: { readonly error: Error; readonly again?: () => void }) {
  if (error instanceof ApiProblem && isNowhere(error)) return <NothingHere />;
  // The server's own sentence is for programs.
  const signedOut = error instanceof ApiProblem && error.code === "unauthenticated";
  const needsMore = error instanceof ApiProblem && error.code === "step_up_needed";
  return (
    <Alert
      role="alert"
      color="red"
      icon={<AlertCircle size={20} aria-hidden="true" />}
      title={needsMore ? PROBLEM.needsMore : PROBLEM.title}
    >
      <Stack align="flex-start" gap="xs">
        <Text size="sm">{signedOut ? PROBLEM.signedOut : sentence(error.message)}</Text>
        {error instanceof ApiProblem && error.path !== null ? (
          <Text size="xs" c="dimmed">
            {PROBLEM.at} <code>{error.path}</code>
          </Text>
        ) : null}
        {error instanceof ApiProblem && isTheirs(error) ? (
          <Text size="xs" c="dimmed">
            {PROBLEM.request} <code>{error.requestId}</code>
          </Text>
        ) : null}
        {needsMore ? (
          <Button component="a" href={signInAddress({ mfa: true })} size="xs">
            {PROBLEM.confirm}
          </Button>
        ) : again === undefined || !isUnknown(error) ? null : (
          <Button variant="default" size="xs" onClick={again}>
            {PROBLEM.again}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** What is not the reader's to mend; the sentence of a fault names the call itself. */
function isTheirs({ status, requestId, message }: ApiProblem): boolean {
  return status >= 500 && requestId !== null && !message.includes(requestId);
}

/** What an address names is not there, or is no name of anything. */
function isNowhere({ code, message }: ApiProblem): boolean {
  return code === "not_found" || (code === "invalid_input" && message.startsWith("params"));
}

/** Another tenant's things and things that never were look the same (I12). */
export function NothingHere() {
  const { principal, email } = useMe();
  return (
    <Stack align="flex-start" gap="xs">
      <Title order={2} size="h4">
        {nothingHere(email ?? principal.displayName)}
      </Title>
      <Group gap="xs">
        <Anchor href={signInAddress({ other: true })}>{PROBLEM.switchAccount}</Anchor>
      </Group>
    </Stack>
  );
}
