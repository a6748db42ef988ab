/** Times that say themselves: short to read, whole when one looks closer. */
import { Text, Tooltip } from "@mantine/core";
import { durationWords } from "../words/duration.ts";
import { sentence } from "../words/sentence.ts";
import { DURATION } from "../words/shared.ts";
import { agoWords, inWords, minuteWords, timeWords, wholeTimeWords, withTimes } from "../words/time.ts";
import { useNow, useNowWords } from "./now.ts";

const WORDS = { at: timeWords, minute: minuteWords, ago: agoWords, in: inWords } as const;

export function Time({ at, as = "at" }: { readonly at: string; readonly as?: keyof typeof WORDS }) {
  const words = useNowWords((now) => WORDS[as](at, now));
  return (
    <Tooltip label={wholeTimeWords(at)}>
      <time dateTime={at} className="steady">
        {words}
      </time>
    </Tooltip>
  );
}

/** A sentence of the server's: in this reader's times. */
export function Told({ children }: { readonly children: string }) {
  return useNowWords((now) => sentence(withTimes(children, now)));
}

/** What is left. Read by a screen reader when asked, not every second. */
export function Countdown({ to, size = "lg" }: { readonly to: string; readonly size?: "sm" | "lg" }) {
  const now = useNow();
  const leftMs = Math.max(0, new Date(to).getTime() - now);
  return (
    <Text
      role="timer"
      component="span"
      size={size}
      fw={650}
      className="steady"
      c={leftMs < 60_000 ? "red" : undefined}
    >
      {leftMs === 0 ? DURATION.ended : durationWords(leftMs)}
    </Text>
  );
}
