/** What a requester does with an open request: take it back, or take what was offered instead. */
import { Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useApiCall } from "../../api/api.ts";
import { useNow } from "../../parts/now.ts";
import { ConfirmSheet } from "../../parts/sheet.tsx";
import { type AccessRequest, rolesWords, termsWords } from "../../words/request.ts";

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
          notifications.show({ message: "Canceled. Nobody is asked any more." });
          close();
        },
      },
    );
  return (
    <ConfirmSheet
      title="Cancel this request?"
      opened
      close={close}
      verb="Cancel request"
      color="red"
      busy={cancel.isPending}
      error={cancel.error}
      confirm={confirm}
    >
      <Text>
        {rolesWords(request)} on {request.scopeName} is no longer asked for. The approvers are told.
      </Text>
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
          notifications.show({ message: "Accepted. The approvers decide on the new terms.", color: "green" });
          close();
        },
      },
    );
  return (
    <ConfirmSheet
      title="Other terms were offered"
      opened
      close={close}
      verb="Accept these terms"
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
