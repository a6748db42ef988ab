/** "What would this have changed?": the last thirty days on the terms as they are typed, before they are saved. */
import { Button } from "@mantine/core";
import { useApiCall } from "../../api/api.ts";
import { ReplaySheet } from "../../parts/replay-sheet.tsx";
import { replayed } from "../../words/administration.ts";
import { FORM } from "../../words/jit-terms.ts";

interface Props {
  readonly applicationId: string;
  /** The whole policy, as it would be saved; null while it cannot be sent. */
  readonly policy: () => Record<string, unknown> | null;
  /** Says at the fields what they lack. */
  readonly lacks: () => void;
  readonly save: { readonly isPending: boolean; readonly isSuccess: boolean; readonly error: Error | null };
  readonly confirm: () => void;
}

export function JitReplay({ applicationId, policy, lacks, save, confirm }: Props) {
  const replay = useApiCall("replayRoleSettings");
  const look = () => {
    const spec = policy();
    if (spec === null) lacks();
    else replay.mutate({ body: { applicationId, spec } });
  };
  return (
    <>
      <Button variant="default" loading={replay.isPending} onClick={look}>
        {replayed.title}
      </Button>
      {replay.data === undefined ? null : (
        <ReplaySheet
          replay={replay.data}
          verb={FORM.save}
          busy={save.isPending}
          error={save.error}
          close={replay.reset}
          save={confirm}
        >
          {null}
        </ReplaySheet>
      )}
    </>
  );
}
