/** Asking a target how it is: it may take its time, and is asked once for each card. */
import { Alert, Badge, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useApi, useApiCall } from "../../../api/api.ts";
import { useMe } from "../../../app/session.tsx";
import { sentence } from "../../../parts/states.tsx";
import { Time } from "../../../parts/time.tsx";
import { health as words } from "../../../words/target.ts";
import { HealthFindings } from "./health-findings.tsx";
import type { Health } from "./target.ts";

interface HealthQuery {
  readonly data: Health | undefined;
  readonly error: Error | null;
  readonly isFetching: boolean;
  /** Epoch milliseconds. */
  readonly dataUpdatedAt: number;
  readonly refetch: () => unknown;
}

export function useHealth(name: string): HealthQuery {
  return useApi("checkTarget", { path: { name } });
}

export function HealthLine({ health }: { readonly health: HealthQuery }) {
  const { data, error, isFetching, dataUpdatedAt, refetch } = health;
  return (
    <Stack gap={4} align="flex-start" aria-live="polite" w={{ base: "auto", sm: 290 }}>
      {data !== undefined ? (
        <Badge color={data.ok ? "green" : "red"} size="lg">
          {data.ok ? words.healthy : data.reachable ? words.attention : words.unreachable}
        </Badge>
      ) : error !== null ? (
        <Badge color="red" size="lg">
          {words.notAsked}
        </Badge>
      ) : (
        <Skeleton h={26} w={120}>
          {words.asking}
        </Skeleton>
      )}
      <Group gap="xs" mih={24}>
        {data === undefined ? (
          <Skeleton h={18} w={180} />
        ) : (
          <Text size="sm" c="dimmed">
            {data.version === null ? "" : words.version(data.version)}
            {words.asked}
            <Time at={new Date(dataUpdatedAt).toISOString()} as="ago" />
          </Text>
        )}
        <Button size="compact-xs" variant="subtle" loading={isFetching} onClick={() => refetch()}>
          {words.again}
        </Button>
      </Group>
    </Stack>
  );
}

/** For an administrator who put it right: nothing that failed waits any longer. */
export function TryAgain({ name }: { readonly name: string }) {
  const { rights } = useMe();
  const { mutate, data, error, isPending } = useApiCall("checkTargetAgain");
  if (!rights.includes("administrator")) return null;
  return (
    <Group gap="xs" aria-live="polite">
      <Button
        size="compact-xs"
        variant="default"
        loading={isPending}
        onClick={() => mutate({ path: { name } })}
      >
        {words.retry}
      </Button>
      {data === undefined ? null : (
        <Text size="sm">{data.retried === 0 ? words.nothingFailed : words.retried(data.retried)}</Text>
      )}
      {error === null ? null : (
        <Text size="sm" c="red">
          {sentence(error.message)}
        </Text>
      )}
    </Group>
  );
}

export function Findings({ health: { data, error } }: { readonly health: HealthQuery }) {
  if (error !== null)
    return (
      <Alert color="red" title={words.failed}>
        {sentence(error.message)}
      </Alert>
    );
  if (data === undefined) return <Skeleton h={{ base: 42, sm: 21 }} w={{ base: "100%", sm: "60%" }} />;
  return <HealthFindings health={data} />;
}
