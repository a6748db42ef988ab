/** Deny, approve for less, approve: always in sight, each with what follows before it is done. */
import { Alert, Button, Group } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import type { AccessRequest } from "../../words/request.ts";
import { ApproveForLessSheet } from "./approve-for-less-sheet.tsx";
import { ApproveSheet, DenySheet } from "./decision-sheets.tsx";
import type { RequestContext } from "./request-context.tsx";

interface Props {
  readonly request: AccessRequest;
  readonly context: RequestContext;
}

/** On a phone all three stand side by side, unshortened. */
const PADDING = { base: "xs", sm: "md" };

const SHEETS = { deny: DenySheet, less: ApproveForLessSheet, approve: ApproveSheet } as const;

export function DecisionBar({ request, context }: Props) {
  const [open, setOpen] = useState<keyof typeof SHEETS | null>(null);
  if (request.state !== "pending") {
    return (
      <Group>
        <Button component={Link} to="/approvals" variant="default">
          Back to what waits
        </Button>
      </Group>
    );
  }
  if (!context.canDecide) {
    return (
      <Alert color="gray" title="You cannot decide this">
        {context.cannotDecide?.message}
      </Alert>
    );
  }
  const Sheet = open === null ? null : SHEETS[open];
  return (
    <div className="action-bar">
      <Group justify="flex-end" gap="xs" wrap="nowrap">
        <Button variant="default" c="var(--mantine-color-error)" px={PADDING} onClick={() => setOpen("deny")}>
          Deny…
        </Button>
        <Button variant="default" px={PADDING} onClick={() => setOpen("less")}>
          Approve for less…
        </Button>
        <Button px={PADDING} onClick={() => setOpen("approve")}>
          Approve…
        </Button>
      </Group>
      {Sheet === null ? null : <Sheet request={request} close={() => setOpen(null)} />}
    </div>
  );
}
