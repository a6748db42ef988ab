/** Several decisions with one reason. Each is a decision of its own, on exactly what was seen, and its outcome is shown. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { useApiCall } from "../../api/api.ts";
import { useDraft } from "../../parts/draft.ts";
import { ReasonField } from "../../parts/reason-field.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { sentence } from "../../parts/states.tsx";
import * as words from "../../words/deciding.ts";
import { doneSentence } from "../../words/decision.ts";
import { durationWords } from "../../words/duration.ts";
import { type AccessRequest, whatWords, whoWords } from "../../words/request.ts";
import classes from "./decide.module.css";
import { decisionInput } from "./use-decide.ts";

interface Outcome {
  readonly state: "going" | "done" | "refused";
  readonly words: string;
}

interface Props {
  readonly requests: readonly AccessRequest[];
  readonly close: () => void;
}

export function DecideMany({ requests, close }: Props) {
  const reason = useDraft("decide-many", () => "");
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const [busy, setBusy] = useState(false);
  const { mutateAsync } = useApiCall("decideAccessRequest");
  const note = (id: string, outcome: Outcome) => setOutcomes((before) => new Map(before).set(id, outcome));
  const begun = outcomes.size > 0;
  const ended = begun && !busy;
  const justification = reason.value.trim();
  const decide = async (decision: "approve" | "deny") => {
    setBusy(true);
    let refused = 0;
    for (const request of requests) {
      note(request.id, { state: "going", words: words.GOES_ON });
      try {
        const after = await mutateAsync(decisionInput(request, { decision, justification }));
        note(request.id, { state: "done", words: doneSentence(after) });
      } catch (error) {
        // One that is refused keeps none of the others from being decided.
        refused += 1;
        note(request.id, { state: "refused", words: sentence((error as Error).message) });
      }
    }
    // Those that were refused may be decided once more, with the same reason.
    if (refused === 0) reason.drop();
    setBusy(false);
  };
  const count = (state: Outcome["state"]) =>
    [...outcomes.values()].filter((one) => one.state === state).length;
  return (
    <Sheet
      title={begun ? words.DECIDED_MANY : words.decideMany(requests.length)}
      opened
      close={busy ? () => undefined : close}
      size="lg"
    >
      <Stack gap="md">
        <ol className={classes.many}>
          {requests.map((request) => (
            <One key={request.id} request={request} outcome={outcomes.get(request.id)} />
          ))}
        </ol>
        <Text role="status" fw={600}>
          {ended ? words.manySummary(count("done"), count("refused")) : null}
        </Text>
        {begun ? (
          <Group justify="flex-end">
            <Button onClick={close} loading={busy}>
              {words.CLOSE}
            </Button>
          </Group>
        ) : (
          <>
            <ReasonField
              label={words.ONE_REASON}
              description={words.ONE_REASON_HELP}
              required
              data-autofocus
              value={reason.value}
              change={reason.change}
            />
            <Group justify="flex-end" gap="sm" className="sheet-actions">
              <Button
                variant="default"
                c="var(--mantine-color-error)"
                disabled={justification === ""}
                onClick={() => void decide("deny")}
              >
                {words.denyMany(requests.length)}
              </Button>
              <Button disabled={justification === ""} onClick={() => void decide("approve")}>
                {words.approveMany(requests.length)}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Sheet>
  );
}

function One({
  request,
  outcome,
}: {
  readonly request: AccessRequest;
  readonly outcome: Outcome | undefined;
}) {
  const color = outcome?.state === "refused" ? "var(--mantine-color-error)" : "dimmed";
  return (
    <li>
      <Text size="sm">
        <Link to={`/approvals/${request.id}`} target="_blank">
          {whoWords(request.requester)}
        </Link>
        : {whatWords(request)} for {durationWords(request.terms.duration)}
      </Text>
      <Text size="sm" c={color}>
        {outcome?.words ?? request.justification ?? words.NOT_JUSTIFIED}
      </Text>
    </li>
  );
}
