/** Taking something away for good: who loses what by it is told first. */
import { Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useApiCall } from "../../../api/api.ts";
import { useAcknowledging } from "../../../parts/acknowledge.tsx";
import { ConfirmSheet } from "../../../parts/sheet.tsx";
import { type Made, people, REMOVING, removed, removeTitle } from "../../../words/administration.ts";
import { TouchedByRemoval } from "./touched.tsx";

interface Props {
  readonly kind: Made;
  readonly name: string;
  /** What people call it. */
  readonly label: string;
  readonly close: () => void;
  readonly done?: () => void;
}

export function RemoveSheet({ kind, name, label, close, done }: Props) {
  const remove = useApiCall("deleteConfiguration");
  const known = useAcknowledging();
  const confirm = () => {
    const query = known.ids.length === 0 ? {} : { query: { acknowledge: known.ids.join(",") } };
    remove.mutate(
      { path: { kind, name }, ...query },
      {
        onSuccess: () => {
          notifications.show({ message: removed(label), color: "green" });
          close();
          done?.();
        },
      },
    );
  };
  return (
    <ConfirmSheet
      title={removeTitle(label)}
      size="lg"
      opened
      close={close}
      verb={people.remove}
      color="red"
      busy={remove.isPending}
      error={remove.error}
      confirm={confirm}
    >
      <Text size="sm">{REMOVING[kind]}</Text>
      <TouchedByRemoval kind={kind} name={name} busy={remove.isPending} acknowledging={known} />
    </ConfirmSheet>
  );
}
