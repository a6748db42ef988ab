/** Nobody is signed in. */
import { Button, Center, Paper, Stack, Text, Title } from "@mantine/core";
import { Logo } from "../parts/logo.tsx";
import { signInAddress } from "./sign-in.ts";

export function FrontDoor() {
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl" maw={440} w="100%">
        <Stack gap="md">
          <Logo />
          <Title order={1} size="h2">
            Access that ends on time
          </Title>
          <Text>
            Ask for a role for as long as you need it. People decide where the rules say so. It ends by
            itself.
          </Text>
          <Button component="a" href={signInAddress()} size="md">
            Sign in
          </Button>
        </Stack>
      </Paper>
    </Center>
  );
}
