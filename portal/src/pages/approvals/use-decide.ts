/** Sends one decision on exactly what was seen, then goes on to the next request. */
import { notifications } from "@mantine/notifications";
import { call, type Input, useApiCall } from "../../api/api.ts";
import { useGoOn } from "../../parts/use-go-on.ts";
import { doneSentence } from "../../words/decision.ts";
import type { AccessRequest } from "../../words/request.ts";

const QUEUE = "/approvals";

type DecisionBody = Input<"decideAccessRequest">["body"];

/** What is sent: the decision, bound to the version that was seen. */
export function decisionInput(request: AccessRequest, body: DecisionBody): Input<"decideAccessRequest"> {
  return { path: { id: request.id }, headers: { "if-match": `"${request.version}"` }, body };
}

export function useDecide(request: AccessRequest, done: () => void) {
  const goOn = useGoOn();
  const sending = useApiCall("decideAccessRequest");
  // The page may know of the decision before the answer is here: going on must not hang on it.
  const decide = async (body: DecisionBody): Promise<void> => {
    const after = await sending.mutateAsync(decisionInput(request, body)).catch(() => null);
    if (after === null) return;
    done();
    notifications.show({
      // Pressed twice it is one decision, and is told once.
      id: `decided:${request.id}:${after.version}`,
      message: doneSentence(after),
      color: after.state === "denied" ? "gray" : "green",
    });
    goOn(await nextAddress(request.id).catch(() => QUEUE), { replace: true });
  };
  return { decide, busy: sending.isPending, error: sending.error };
}

/** The most urgent one that waits, or the empty queue. */
async function nextAddress(decided: string): Promise<string> {
  const { items } = await call("listAccessRequests", { query: { view: "toDecide", limit: 2 } });
  const next = items.find(({ id }) => id !== decided);
  return next === undefined ? QUEUE : `${QUEUE}/${next.id}`;
}
