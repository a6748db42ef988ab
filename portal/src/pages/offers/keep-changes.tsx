/** Nobody loses what they wrote by a click on something else. */
import { Text } from "@mantine/core";
import { useCallback } from "react";
import { useBeforeUnload, useBlocker } from "react-router";
import { ConfirmSheet } from "../../parts/sheet.tsx";

interface Props {
  readonly dirty: boolean;
  /** Addresses at and below this one keep the draft. */
  readonly here: string;
}

export function KeepChanges({ dirty, here }: Props) {
  const blocker = useBlocker(
    ({ nextLocation: { pathname } }) => dirty && pathname !== here && !pathname.startsWith(`${here}/`),
  );
  useBeforeUnload(
    useCallback(
      (event) => {
        if (dirty) event.preventDefault();
      },
      [dirty],
    ),
  );
  return (
    <ConfirmSheet
      title="Leave without publishing?"
      opened={blocker.state === "blocked"}
      close={() => blocker.reset?.()}
      verb="Discard and leave"
      color="red"
      busy={false}
      error={null}
      confirm={() => blocker.proceed?.()}
    >
      <Text>What you changed here is not published, and is gone when you leave.</Text>
    </ConfirmSheet>
  );
}
