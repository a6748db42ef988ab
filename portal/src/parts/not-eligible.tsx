/** Who can make somebody eligible who is for nothing, and what to write to them. */
import { Button, Code, CopyButton, Stack } from "@mantine/core";
import { useMe } from "../app/session.tsx";
import { COPIED, COPY_TEXT, eligibleForNothing, makeMeEligible } from "../words/shared.ts";
import { Empty } from "./states.tsx";

export function NotEligible() {
  const { principal, email } = useMe();
  const text = makeMeEligible({ displayName: principal.displayName, email });
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
                {copied ? COPIED : COPY_TEXT}
              </Button>
            )}
          </CopyButton>
        </Stack>
      }
    >
      {eligibleForNothing(principal.tenantName)}
    </Empty>
  );
}
