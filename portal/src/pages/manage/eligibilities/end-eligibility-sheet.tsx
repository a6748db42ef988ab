/** Nobody may ask on this ground any more, and what is live on it ends. */
import { Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useApiCall } from "../../../api/api.ts";
import { useDraft } from "../../../parts/draft.ts";
import { ReasonField } from "../../../parts/reason-field.tsx";
import { ConfirmSheet } from "../../../parts/sheet.tsx";
import { END, endedWords, endTitle } from "../../../words/eligibility.ts";
import { TouchedByRemoval } from "../parts/touched.tsx";
import type { Eligibility } from "./eligibility-words.tsx";

interface Props {
  readonly eligibility: Eligibility;
  readonly close: () => void;
}

export function EndEligibilitySheet({ eligibility, close }: Props) {
  const { id, documentName } = eligibility;
  const {
    value: justification,
    change: setJustification,
    drop,
  } = useDraft(`end-eligibility:${id}`, () => "");
  const end = useApiCall("endEligibility", drop);
  const confirm = () => {
    const said = justification.trim();
    end.mutate(
      { path: { id }, body: said === "" ? {} : { justification: said } },
      {
        onSuccess: () => {
          notifications.show({ message: endedWords(eligibility), color: "green" });
          close();
        },
      },
    );
  };
  return (
    <ConfirmSheet
      title={endTitle(eligibility)}
      opened
      close={close}
      verb={END.verb}
      color="red"
      busy={end.isPending}
      error={end.error}
      confirm={confirm}
    >
      <Text>{endedWords(eligibility)}</Text>
      {documentName === null ? null : (
        <TouchedByRemoval kind="Eligibility" name={documentName} busy={end.isPending} />
      )}
      <ReasonField
        label={END.why}
        description={END.whyHelp}
        value={justification}
        change={setJustification}
      />
    </ConfirmSheet>
  );
}
