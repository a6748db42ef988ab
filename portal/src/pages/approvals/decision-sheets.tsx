/** Deny, and approve as asked. */
import { Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useNow } from "../../parts/now.ts";
import { ConfirmSheet } from "../../parts/sheet.tsx";
import { durationMs } from "../../words/duration.ts";
import { type AccessRequest, firstName, rolesWords } from "../../words/request.ts";
import { timeWords, utcWords } from "../../words/time.ts";
import { type DecisionProps, useDecide } from "./use-decide.ts";

export function DenySheet({ request, close }: DecisionProps) {
  const [justification, setJustification] = useState("");
  const { decide, busy, error } = useDecide(request, close);
  return (
    <ConfirmSheet
      title="Deny this request?"
      opened
      close={close}
      verb="Deny"
      color="red"
      busy={busy}
      error={error}
      disabled={justification.trim() === ""}
      confirm={() => decide({ decision: "deny", justification: justification.trim() })}
    >
      <Text>{firstName(request.requester.displayName)} reads what you write, and gets no access.</Text>
      <Justification value={justification} change={setJustification} label="Why not" />
    </ConfirmSheet>
  );
}

export function ApproveSheet({ request, close }: DecisionProps) {
  const now = useNow();
  const [justification, setJustification] = useState("");
  const { decide, busy, error } = useDecide(request, close);
  return (
    <ConfirmSheet
      title={`Approve ${rolesWords(request)} on ${request.scopeName}?`}
      opened
      close={close}
      verb="Approve"
      busy={busy}
      error={error}
      disabled={justification.trim() === ""}
      confirm={() => decide({ decision: "approve", justification: justification.trim() })}
    >
      <Text>{endSentence(request, request.terms.startAt, durationMs(request.terms.duration), now)}</Text>
      <Justification value={justification} change={setJustification} label="Why it is right" />
    </ConfirmSheet>
  );
}

/** Every approval counts from the later of the start and the last approval. */
export function endSentence(
  request: AccessRequest,
  startAt: string | null,
  lastsMs: number,
  now: number,
): string {
  const from = Math.max(now, startAt === null ? now : Date.parse(startAt));
  const end = from + lastsMs;
  const missing = request.stages.reduce((sum, { required, approved }) => sum + required - approved, 0);
  const once = missing > 1 ? "If yours is the last approval, it ends" : "Approved now, it ends";
  const starts = from > now ? `It starts ${timeWords(from, now)} and ends` : once;
  return `${starts} ${timeWords(end, now)} (${utcWords(end)}).`;
}

export function Justification({
  value,
  change,
  label,
}: {
  readonly value: string;
  readonly change: (text: string) => void;
  readonly label: string;
}) {
  return (
    <Textarea
      label={label}
      required
      data-autofocus
      value={value}
      onChange={(event) => change(event.currentTarget.value)}
      maxLength={4_000}
      autosize
      minRows={2}
    />
  );
}
