/** What a requester does with an open request: take it back, or take what was offered instead. */
import { Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useApiCall } from "../../api/api.ts";
import { useNow } from "../../parts/now.ts";
import { ConfirmSheet } from "../../parts/sheet.tsx";
import { cancelRequest } from "../../words/access.ts";
import { CANCELING, cancelingWords, OFFERED } from "../../words/holding.ts";
import { type AccessRequest, termsWords } from "../../words/request.ts";

interface Props {
  readonly request: AccessRequest;
  readonly close: () => void;
}

export function CancelSheet({ request, close }: Props) {
  const cancel = useApiCall("cancelAccessRequest");
  const confirm = () =>
    cancel.mutate(
      { path: { id: request.id } },
      {
        onSuccess: () => {
          notifications.show({ message: CANCELING.done });
          close();
        },
      },
    );
  return (
    <ConfirmSheet
      title={CANCELING.title}
      opened
      close={close}
      verb={cancelRequest}
      color="red"
      busy={cancel.isPending}
      error={cancel.error}
      confirm={confirm}
    >
      <Text>{cancelingWords(request)}</Text>
    </ConfirmSheet>
  );
}

export function AcceptSheet({ request, close }: Props) {
  const now = useNow();
  const accept = useApiCall("acceptAccessRequest");
  const { proposal } = request;
  const confirm = () =>
    accept.mutate(
      { path: { id: request.id } },
      {
        onSuccess: () => {
          notifications.show({ message: OFFERED.done, color: "green" });
          close();
        },
      },
    );
  return (
    <ConfirmSheet
      title={OFFERED.title}
      opened
      close={close}
      verb={OFFERED.accept}
      busy={accept.isPending}
      error={accept.error}
      disabled={proposal === null}
      confirm={confirm}
    >
      <Text>You asked for {termsWords(request.asked, now)}.</Text>
      {proposal === null ? null : (
        <Text>
          Offered: <b>{termsWords(proposal.terms, now)}</b>.
          {proposal.justification === null ? "" : ` “${proposal.justification}”`}
        </Text>
      )}
    </ConfirmSheet>
  );
}
