/** Before any page: what is not open to its reader says so, by the rule that the menu is made from, and reads nothing. */
import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { Link, Outlet, useLocation } from "react-router";
import { Page } from "../parts/page.tsx";
import { closedTitle, GO_HOME, PLACE_WORDS, SWITCH_ACCOUNT, signedInWords } from "../words/places.ts";
import { closedAt, type Place } from "./navigation.ts";
import { useMe } from "./session.tsx";
import { signInAddress } from "./sign-in.ts";

export function Gate() {
  const me = useMe();
  const { pathname } = useLocation();
  const closed = closedAt(pathname, me);
  return closed === null ? <Outlet /> : <Closed {...closed} />;
}

function Closed({ place, label }: { readonly place: Place; readonly label: string }) {
  const { principal, email } = useMe();
  return (
    <Page title={closedTitle(label)} width={720}>
      <Stack align="flex-start" gap="sm">
        <Text>{PLACE_WORDS[place](principal.tenantName)}</Text>
        <Text>{signedInWords(email ?? principal.displayName)}</Text>
        <Group gap="md">
          <Button component={Link} to="/" variant="default">
            {GO_HOME}
          </Button>
          <Anchor href={signInAddress({ other: true })}>{SWITCH_ACCOUNT}</Anchor>
        </Group>
      </Stack>
    </Page>
  );
}
