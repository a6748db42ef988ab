/** What became of earlier asks for the same: the first thing an approver wants to know. */
import { unreachable } from "./rejection.ts";
import type { RequestOutcome } from "./request-outcome.ts";

export interface RequestHistory {
  readonly earlier: number;
  readonly endedOnTime: number;
  readonly endedEarly: number;
  readonly denied: number;
  readonly sentence: string;
}

/** `outcomes`: of earlier requests, at most as many as were looked at. */
export function historyOf(outcomes: readonly RequestOutcome[], lookedAtMost: number): RequestHistory {
  const words = outcomes.map(wordOf);
  const count = (word: string) => words.filter((one) => one === word).length;
  return {
    earlier: outcomes.length,
    endedOnTime: count("ended on time"),
    endedEarly: count("ended early"),
    denied: count("denied"),
    sentence: sentenceOf(words, outcomes.length >= lookedAtMost),
  };
}

const WORDS = [
  "ended on time",
  "ended early",
  "never live",
  "denied",
  "never decided",
  "still open",
] as const;

function wordOf(outcome: RequestOutcome): (typeof WORDS)[number] {
  switch (outcome.name) {
    case "closing":
    case "ended":
      if (outcome.cause === "never_live") return "never live";
      return outcome.cause === "expired" ? "ended on time" : "ended early";
    case "denied":
      return "denied";
    case "canceled":
    case "timedOut":
      return "never decided";
    case "pending":
    case "scheduled":
    case "opening":
    case "live":
      return "still open";
    default:
      return unreachable(outcome);
  }
}

function sentenceOf(words: readonly string[], more: boolean): string {
  if (words.length === 0) return "first request";
  const earlier = `${more ? "at least " : ""}${words.length} earlier`;
  const found = WORDS.filter((word) => words.includes(word));
  const [only] = found;
  if (found.length === 1) return words.length === 1 ? `${earlier}, ${only}` : `${earlier}, all ${only}`;
  const counted = found.map((word) => `${words.filter((one) => one === word).length} ${word}`);
  return `${earlier}: ${counted.join(", ")}`;
}
