/** No such page, or one that broke. */
import { Button, Stack, Text } from "@mantine/core";
import { Link, useRouteError } from "react-router";
import { Page } from "../parts/page.tsx";
import { NothingHere } from "../parts/states.tsx";

export function UnknownPage() {
  return (
    <Page title="Nothing here">
      <Stack align="flex-start">
        <NothingHere />
        <Button component={Link} to="/" variant="default">
          Go home
        </Button>
      </Stack>
    </Page>
  );
}

export function FaultPage() {
  const fault = useRouteError();
  return (
    <Page title="This page broke">
      <Stack align="flex-start">
        <Text>Nothing was changed. Load it again; if it stays, tell whoever runs Curfew.</Text>
        <Text size="sm" c="dimmed">
          {fault instanceof Error ? fault.message : "unknown fault"}
        </Text>
        <Button onClick={() => location.reload()}>Load again</Button>
      </Stack>
    </Page>
  );
}
