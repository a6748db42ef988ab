/** A change that leaves nobody to decide names what it leaves; whoever makes it says that they know, by the ids. */
import { ApiProblem, type TouchedThing } from "../../client/problem.ts";
import type { Given } from "../arguments.ts";
import { exitOf, Stop } from "../exit.ts";
import { aboutProblem } from "../problems.ts";

export function acknowledgedIn(given: Given): string[] {
  return given.list("acknowledge").flatMap((some) => some.split(",").flatMap((id) => id.trim() || []));
}

export function isLeftToNobody({ kind }: Pick<TouchedThing, "kind">): boolean {
  return kind === "request" || kind === "rule";
}

/** `known`: what was acknowledged already, which has to be said again. */
export function hintOf(left: readonly TouchedThing[], known: readonly string[]): string {
  return `--acknowledge ${shellWord([...known, ...left.map(({ id }) => id)].join(","))}`;
}

export function shellWord(text: string): string {
  return /^[\w/.,@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The refusal, with each thing on a line of its own and what to add to the command. */
export function orAcknowledge(error: unknown, known: readonly string[]): unknown {
  if (!(error instanceof ApiProblem) || error.touched.length === 0) return error;
  const lines = [
    `this leaves nobody to decide, and nothing was changed [${error.code}]`,
    ...error.touched.map(({ sentence, id }) => `${sentence} [${id}]`),
    `let somebody else decide first, or say that you know: ${hintOf(error.touched, known)}`,
  ];
  return new Stop(exitOf(error.code), lines.join("\n"), { ...aboutProblem(error), message: error.message });
}
