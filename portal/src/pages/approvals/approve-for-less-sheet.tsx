/** A counter-offer: fewer roles, a shorter time, a later start. Terms only narrow. */
import { Checkbox, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useNow } from "../../parts/now.ts";
import { ConfirmSheet } from "../../parts/sheet.tsx";
import { durationMs, durationWords, isoDuration, readDuration } from "../../words/duration.ts";
import { endSentence, Justification } from "./decision-sheets.tsx";
import { type DecisionProps, useDecide } from "./use-decide.ts";

export function ApproveForLessSheet({ request, close }: DecisionProps) {
  const now = useNow();
  const askedMs = durationMs(request.terms.duration);
  const [typed, setTyped] = useState(durationWords(Math.max(1_000, Math.round(askedMs / 2_000) * 1_000)));
  const [roles, setRoles] = useState<string[]>([...request.terms.roleDefinitionIds]);
  const [laterStart, setLaterStart] = useState("");
  const [justification, setJustification] = useState("");
  const { decide, busy, error } = useDecide(request, close);
  const lastsMs = readDuration(typed);
  const startAt = laterStart === "" ? request.terms.startAt : new Date(laterStart).toISOString();
  const fault = faultOf(lastsMs, askedMs);
  const confirm = () =>
    decide({
      decision: "approve",
      justification: justification.trim(),
      terms: {
        duration: isoDuration(lastsMs ?? askedMs),
        roleDefinitionIds: roles,
        ...(laterStart === "" ? {} : { startAt: new Date(laterStart).toISOString() }),
      },
    });
  return (
    <ConfirmSheet
      title="Approve for less"
      opened
      close={close}
      verb={laterStart === "" ? "Approve for less" : "Offer the later start"}
      busy={busy}
      error={error}
      disabled={fault !== null || roles.length === 0 || justification.trim() === ""}
      confirm={confirm}
    >
      {request.roles.length < 2 ? null : (
        <Checkbox.Group label="Roles" value={roles} onChange={setRoles}>
          <Stack gap={6} mt={4}>
            {request.roles.map(({ id, name }) => (
              <Checkbox key={id} value={id} label={name} />
            ))}
          </Stack>
        </Checkbox.Group>
      )}
      <TextInput
        label="For how long"
        description={`Asked for ${durationWords(askedMs)}`}
        error={fault}
        value={typed}
        maxLength={40}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <TextInput
        type="datetime-local"
        step={60}
        label="Not before"
        description="Leave empty for the start that was asked for. A later start needs the requester's yes."
        value={laterStart}
        onChange={(event) => setLaterStart(event.currentTarget.value)}
      />
      {lastsMs === null ? null : <Text>{endSentence(request, startAt, lastsMs, now)}</Text>}
      <Justification value={justification} change={setJustification} label="Why this much" />
    </ConfirmSheet>
  );
}

function faultOf(lastsMs: number | null, askedMs: number): string | null {
  if (lastsMs === null || lastsMs === 0) return "Such as 20 s, 30 min or 1 h 30 min";
  return lastsMs > askedMs ? `At most the ${durationWords(askedMs)} that were asked for` : null;
}
