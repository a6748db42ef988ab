/** No such page, or one that broke. */
import { Button, Stack, Text } from "@mantine/core";
import { Link, useRouteError } from "react-router";
import { Page } from "../parts/page.tsx";
import { NothingHere } from "../parts/states.tsx";
import { BROKEN, NO_PAGE } from "../words/page.ts";

export function UnknownPage() {
  return (
    <Page title={NO_PAGE.title}>
      <Stack align="flex-start">
        <NothingHere />
        <Button component={Link} to="/" variant="default">
          {NO_PAGE.home}
        </Button>
      </Stack>
    </Page>
  );
}

export function FaultPage() {
  const fault = useRouteError();
  return (
    <Page title={BROKEN.title}>
      <Stack align="flex-start">
        <Text>{BROKEN.text}</Text>
        <Text size="sm" c="dimmed">
          {fault instanceof Error ? fault.message : BROKEN.unknown}
        </Text>
        <Button onClick={() => location.reload()}>{BROKEN.again}</Button>
      </Stack>
    </Page>
  );
}
