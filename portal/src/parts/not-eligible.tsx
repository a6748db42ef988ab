/** Who can make somebody eligible who is for nothing, and what to write to them. */
import { Button, Code, CopyButton, Stack } from "@mantine/core";
import { useMe } from "../app/session.tsx";
import { Empty } from "./states.tsx";

export function NotEligible() {
  const { principal, email } = useMe();
  const text = `Please make me eligible in Curfew: ${principal.displayName}${email === null ? "" : ` (${email})`}. Role: … Place: … Because: …`;
  return (
    <Empty
      action={
        <Stack gap="xs" w="100%">
          <Code block style={{ whiteSpace: "pre-wrap" }}>
            {text}
          </Code>
          <CopyButton value={text}>
            {({ copied, copy }) => (
              <Button size="xs" variant="light" onClick={copy} w="fit-content">
                {copied ? "Copied" : "Copy this text"}
              </Button>
            )}
          </CopyButton>
        </Stack>
      }
    >
      You are eligible for nothing yet. An administrator of {principal.tenantName} can change that; send them:
    </Empty>
  );
}
