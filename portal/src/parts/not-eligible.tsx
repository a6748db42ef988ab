/** Who can make somebody eligible who is for nothing, and what to write to them. */
import { Code, Stack } from "@mantine/core";
import { useMe } from "../app/session.tsx";
import { COPIED, COPY_TEXT, eligibleForNothing, makeMeEligible } from "../words/shared.ts";
import { CopyButton } from "./copy.tsx";
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
          <CopyButton
            text={text}
            says={{ copy: COPY_TEXT, copied: COPIED }}
            variant="light"
            w="fit-content"
          />
        </Stack>
      }
    >
      {eligibleForNothing(principal.tenantName)}
    </Empty>
  );
}
