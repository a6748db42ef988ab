/** One ask from the first choice to the answer: what is written, what would happen, and the sending of it. */
import { useEffect, useRef, useState } from "react";
import { ApiProblem, serverNow, useApiCall } from "../../api/api.ts";
import { durationMs, isoDuration } from "../../words/duration.ts";
import { type Check, checksOf, faultOf, firstFieldOf } from "./checks.ts";
import { bodyOf, type Field, needsOf } from "./form.ts";
import { strictestLimits } from "./limits.ts";
import { useAnswered } from "./use-answered.ts";
import { usePreview } from "./use-preview.ts";
import { type Begun, useRequestForm } from "./use-request-form.ts";

export type Asking = ReturnType<typeof useAsking>;

export function useAsking(begun: Begun) {
  const { places } = begun;
  const written = useRequestForm(begun);
  const { form } = written;
  const place = places.find(({ scope }) => scope === form.scope) ?? null;
  const body = bodyOf(form, place);
  const { preview, error, latest } = usePreview(body, form.roleDefinitionIds.length > 0);
  const needs = needsOf(form);
  const checks = checksOf(form, needs, preview, serverNow());
  const limits = preview?.limits ?? strictestLimits(place, form.roleDefinitionIds);
  const defaultMs = limits === null ? null : durationMs(limits.defaultDuration);
  const askedMs = form.durationMs === undefined ? defaultMs : form.durationMs;
  const { tried, refuse } = useTries();
  const answered = useAnswered();
  const submit = useApiCall("submitAccessRequest", written.startAfresh);

  const looking = useRef(false);
  const send = async () => {
    if (body === null) return refuse(checks);
    // A second press while the rules are looked at once more is the first one's.
    if (looking.current) return;
    looking.current = true;
    const found = await latest(body).catch(() => null);
    looking.current = false;
    // Unless chosen, it is the default that was shown.
    const duration = body.duration ?? (askedMs === null ? undefined : isoDuration(askedMs));
    const input = { body: { ...body, ...(duration === undefined ? {} : { duration }) } };
    // What the server said already it need not refuse, and note, once more.
    if (found !== null && !found.allowed && !submit.sentBefore(input))
      return refuse(checksOf(form, needs, found, serverNow()));
    submit.mutate(input, {
      onSuccess: answered,
      onError: (problem) => {
        if (problem instanceof ApiProblem && problem.rules.length > 0) refuse([...checks]);
      },
    });
  };
  return {
    ...written,
    place,
    preview,
    error,
    checks,
    limits,
    askedMs,
    tried,
    send,
    busy: submit.isPending,
    refused: submit.error,
    faultOf: (field: Field) => faultOf(checks, tried, field),
  };
}

/** Nothing is red before somebody tried to send it; then the first thing that fails has the focus. */
function useTries() {
  const [tried, setTried] = useState<readonly Check[] | null>(null);
  useEffect(() => {
    if (tried !== null) document.getElementById(firstFieldOf(tried) ?? "in-the-way")?.focus();
  }, [tried]);
  return { tried: tried !== null, refuse: setTried };
}
