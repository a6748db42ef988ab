/** "What would this have changed?": the last thirty days on the terms as they are typed, before they are saved. */
import { Button } from "@mantine/core";
import { useApiCall } from "../../api/api.ts";
import { ReplaySheet } from "../manage/rules/replay-sheet.tsx";

interface Props {
  readonly applicationId: string;
  /** The whole policy, as it would be saved. */
  readonly policy: Record<string, unknown>;
  /** Null where what is typed can be sent. */
  readonly lacks: (() => void) | null;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly save: () => void;
  readonly saved: boolean;
}

export function JitReplay({ applicationId, policy, lacks, busy, error, save, saved }: Props) {
  const replay = useApiCall("replayRoleSettings");
  const look = () => replay.mutate({ body: { applicationId, spec: policy } });
  return (
    <>
      <Button variant="default" loading={replay.isPending} onClick={lacks ?? look}>
        What would this have changed?
      </Button>
      {replay.data === undefined || saved ? null : (
        <ReplaySheet
          replay={replay.data}
          verb="Save terms"
          busy={busy}
          error={error}
          close={replay.reset}
          save={save}
        >
          {null}
        </ReplaySheet>
      )}
    </>
  );
}
