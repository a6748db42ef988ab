/** Sends one decision on exactly what was seen, then goes on to the next request. */
import { notifications } from "@mantine/notifications";
import { useNavigate } from "react-router";
import { call, type Input, useApiCall } from "../../api/api.ts";
import { doneSentence } from "../../words/decision.ts";
import type { AccessRequest } from "../../words/request.ts";

export interface DecisionProps {
  readonly request: AccessRequest;
  readonly close: () => void;
}

type Body = Input<"decideAccessRequest">["body"];

export function useDecide(request: AccessRequest, close: () => void) {
  const navigate = useNavigate();
  const sending = useApiCall("decideAccessRequest");
  // The page may know of the decision before the answer is here, and close the sheet: going on must not hang on it.
  const decide = async (body: Body): Promise<void> => {
    const input = { path: { id: request.id }, headers: { "if-match": `"${request.version}"` }, body };
    const after = await sending.mutateAsync(input).catch(() => null);
    if (after === null) return;
    notifications.show({
      message: doneSentence(after),
      color: after.state === "denied" ? "gray" : "green",
    });
    close();
    navigate(await nextAddress(request.id), { replace: true });
  };
  return { decide, busy: sending.isPending, error: sending.error };
}

/** The next one that waits, or the empty queue. */
async function nextAddress(decided: string): Promise<string> {
  const { items } = await call("listAccessRequests", { query: { view: "toDecide", limit: 2 } });
  const next = items.find(({ id }) => id !== decided);
  return next === undefined ? "/approvals" : `/approvals/${next.id}`;
}
