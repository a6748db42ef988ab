/** The pages of those who administer their tenant; everybody else is told whom to ask, and nothing is read. */
import { Anchor, Stack, Text } from "@mantine/core";
import { Outlet } from "react-router";
import { useMe } from "../../app/session.tsx";
import { signInAddress } from "../../app/sign-in.ts";
import { Page } from "../../parts/page.tsx";

export function ManageFrame() {
  const { places, principal, email } = useMe();
  if (places.includes("manage")) return <Outlet />;
  return (
    <Page title="For administrators" width={720}>
      <Stack align="flex-start" gap="sm">
        <Text>
          Only administrators of {principal.tenantName} manage roles, people and targets here, and{" "}
          {email ?? principal.displayName} is none. Ask one of them, or sign in as one.
        </Text>
        <Anchor href={signInAddress({ other: true })}>Switch account</Anchor>
      </Stack>
    </Page>
  );
}
