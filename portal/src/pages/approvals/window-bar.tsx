/** When it would begin and end, as a bar: of an extension from the old end to the new one. */
import { Text } from "@mantine/core";
import { useNow } from "../../parts/now.ts";
import * as words from "../../words/deciding.ts";
import { durationMs } from "../../words/duration.ts";
import type { AccessRequest } from "../../words/request.ts";
import { minuteWords } from "../../words/time.ts";
import classes from "./decide.module.css";
import { type Draft, lastsMsOf, type RequestContext, spanOf, startOf } from "./plan.ts";

interface Props {
  readonly request: AccessRequest;
  readonly context: RequestContext;
  readonly draft: Draft;
}

export function WindowBar({ request, context: { extending }, draft }: Props) {
  const now = useNow();
  const askedMs = durationMs(request.terms.duration);
  const lastsMs = Math.min(askedMs, lastsMsOf(draft, askedMs) ?? askedMs);
  const startAt = startOf(request, draft);
  const chosen = spanOf(request, extending, { lastsMs, startAt }, now);
  const whole = spanOf(request, extending, { lastsMs: askedMs, startAt }, now);
  const oldEnd = extending?.endsAt == null ? null : Date.parse(extending.endsAt);
  const from = oldEnd === null ? chosen.startsAt : Math.min(now, oldEnd);
  const middle = oldEnd ?? chosen.startsAt;
  const sentence =
    oldEnd === null
      ? words.spanWords(chosen, now)
      : words.extensionWords({ from: oldEnd, to: chosen.endsAt, now });
  return (
    <>
      <Text>{sentence}</Text>
      <div className={classes.bar} aria-hidden="true" style={{ marginTop: "0.375rem" }}>
        <div className={classes.held} style={{ flexGrow: middle - from }} />
        <div className={classes.given} style={{ flexGrow: chosen.endsAt - middle }} />
        <div style={{ flexGrow: whole.endsAt - chosen.endsAt }} />
      </div>
      <div className={classes.ends} aria-hidden="true">
        <span>{minuteWords(from, now)}</span>
        {oldEnd === null ? null : <span>{minuteWords(oldEnd, now)}</span>}
        <span>{minuteWords(whole.endsAt, now)}</span>
      </div>
    </>
  );
}
