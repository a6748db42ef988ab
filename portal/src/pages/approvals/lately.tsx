/** The last thirty days of whoever gets it, on one line: when they had something, and what they were refused. */
import { useNow } from "../../parts/now.ts";
import * as words from "../../words/deciding.ts";
import classes from "./decide.module.css";
import type { RequestContext } from "./plan.ts";

const DAYS_30_MS = 30 * 86_400_000;

export function LatelyStrip({ lately }: Pick<RequestContext, "lately">) {
  const now = useNow();
  const from = now - DAYS_30_MS;
  const place = (at: number) => `${(100 * Math.min(Math.max(at - from, 0), DAYS_30_MS)) / DAYS_30_MS}%`;
  const width = (ms: number) => `${(100 * ms) / DAYS_30_MS}%`;
  return (
    <div aria-hidden="true">
      <div className={classes.days}>
        {lately.flatMap((one) => {
          const title = words.latelyPoint(one, now);
          const here = one.here ? classes.here : "";
          const left = place(Date.parse(one.at));
          if (one.live.length === 0)
            return (
              <span
                key={one.requestId}
                title={title}
                className={`${classes.mark} ${here} ${one.outcome === "denied" ? classes.denied : ""}`}
                style={{ left }}
              />
            );
          return one.live.map((span) => {
            const begun = Math.max(Date.parse(span.startsAt), from);
            return (
              <span
                key={`${one.requestId} ${span.startsAt}`}
                title={title}
                className={`${classes.live} ${here}`}
                style={{
                  left: `min(${place(begun)}, 100% - 4px)`,
                  width: width(Date.parse(span.endsAt) - begun),
                }}
              />
            );
          });
        })}
      </div>
      <div className={classes.ends}>
        <span>{words.AGO_30}</span>
        <span>{words.TODAY}</span>
      </div>
    </div>
  );
}
