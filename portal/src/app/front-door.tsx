/** Nobody is signed in. */
import { Button, Center, Paper, Stack, Text, Title } from "@mantine/core";
import { Logo } from "../parts/logo.tsx";
import { DOOR } from "../words/shell.ts";
import { signInAddress } from "./sign-in.ts";

export function FrontDoor() {
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl" maw={440} w="100%">
        <Stack gap="md">
          <Logo />
          <Title order={1} size="h2">
            {DOOR.title}
          </Title>
          <Text>{DOOR.text}</Text>
          <Button component="a" href={signInAddress()} size="md">
            {DOOR.signIn}
          </Button>
        </Stack>
      </Paper>
    </Center>
  );
}
