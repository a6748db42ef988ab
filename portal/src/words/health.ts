/** What is said while Curfew does not answer. */
import { timeWords } from "./time.ts";

type TroubleKind = "offline" | "silent" | "overloaded";

export const TROUBLE_TITLES: Readonly<Record<TroubleKind, string>> = {
  offline: "You are offline",
  silent: "Curfew does not answer",
  overloaded: "Curfew is too busy to answer",
};

/** One line, above what was true before. */
export function troubleLine(kind: TroubleKind, since: number, now: number): string {
  const what = {
    offline: "You have been offline",
    silent: "Curfew has not answered",
    overloaded: "Curfew has been too busy to answer",
  };
  return `${what[kind]} since ${timeWords(since, now)}. This page shows what was true before, and goes on by itself.`;
}

/** Of one thing that was asked for or sent. */
export const UNREACHABLE =
  "Curfew does not answer. Nothing that you wrote is lost; send it again when it does.";

export const STILL_ENDS =
  "Access that you hold still ends on time: the target systems see to that. This page goes on by itself.";
