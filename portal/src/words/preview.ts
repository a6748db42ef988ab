/** What would happen, in sentences: when it ends, what holds the end, who decides, and what sending it does. */
import type { Answer } from "../api/api.ts";
import { lower } from "./grant.ts";
import { listWords } from "./list.ts";
import { peopleWords } from "./request.ts";
import { NOT_ENFORCED } from "./shared.ts";
import { timeWords, utcWords } from "./time.ts";

type Preview = Answer<"previewAccessRequest">;

interface Asked {
  readonly emergency: boolean;
  readonly later: boolean;
}

export function isDecidedByNobody({ limits }: Preview, { emergency }: Asked): boolean {
  return emergency || limits.approval === "automatic";
}

/** "Activate now", "Schedule" or "Send request": the button says what it does. */
export function sendWords(preview: Preview | null, asked: Asked): string {
  if (preview === null || !isDecidedByNobody(preview, asked)) return "Send request";
  return asked.later ? "Schedule" : "Activate now";
}

/** What starts now ends later with every second that passes before it is sent. */
export function windowOf({ window }: Preview, asked: Asked, durationMs: number, now: number) {
  const startsAt = asked.later ? Date.parse(window.startsAt) : now;
  return { startsAt, endsAt: startsAt + durationMs };
}

export function endWords(preview: Preview, asked: Asked, durationMs: number, now: number): string {
  const { startsAt, endsAt } = windowOf(preview, asked, durationMs, now);
  const end = `${timeWords(endsAt, now)} (${utcWords(endsAt)})`;
  const alone = isDecidedByNobody(preview, asked);
  if (asked.later) {
    const late = alone ? "" : " Approved after its start, it starts then and lasts as long.";
    return `Starts ${timeWords(startsAt, now)}, ends ${end}.${late}`;
  }
  return alone ? `Ends ${end}.` : `Approved now, it would end ${end}. Its time starts with the approval.`;
}

/** How far the end can be relied on, for each system that would hold it. */
export function holdWords({ ends }: Preview): string[] {
  if (ends.length === 0) return [NOT_ENFORCED];
  return ends.map(({ sentence, ifDown }) => `${sentence} Were Curfew down then: ${lower(ifDown)}`);
}

export function decideWords(preview: Preview, asked: Asked): string {
  const { ownerName, stages } = preview;
  if (asked.emergency) return "Nobody has to. Every approver hears of it at once.";
  if (isDecidedByNobody(preview, asked)) return `Nobody has to; ${ownerName}'s approvers are told.`;
  const each = stages.map(({ approvers, required }) =>
    required > 1 ? `${peopleWords(approvers)}: ${required} of them` : peopleWords(approvers),
  );
  return `${each.join(", then ")}.`;
}

export function askedWords({ roles, scopeName }: Preview): string {
  return `${listWords(roles, "and")} on ${scopeName}`;
}
