/** `scheduleInfo` as Azure and Graph write it: a start, and an end by duration, by instant or not at all. */
import { z } from "zod";
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import type { JsonObject } from "../domain/target-binding.ts";
import {
  addMs,
  DAY_MS,
  formatDuration,
  formatInstant,
  type Instant,
  latest,
  parseDuration,
  parseInstant,
} from "../domain/time.ts";
import { durationText, instantText } from "../use-cases/values.ts";

export const scheduleInfoSchema = z.looseObject({
  startDateTime: instantText.nullish(),
  expiration: z
    .looseObject({
      type: z.string().max(32).nullish(),
      endDateTime: instantText.nullish(),
      duration: durationText.nullish(),
    })
    .nullish(),
});
export type ScheduleInfo = z.output<typeof scheduleInfoSchema>;

/** When something is wanted. A start that has passed means now and is null; an end left open is the settings' default. */
export interface Schedule {
  readonly startAt: Instant | null;
  readonly end:
    | { readonly kind: "default" | "never" }
    | { readonly kind: "after"; readonly durationMs: number }
    | { readonly kind: "at"; readonly at: Instant };
}

export function scheduleOf(info: ScheduleInfo | null | undefined, now: Instant): Outcome<Schedule> {
  const start = info?.startDateTime == null ? null : parseInstant(info.startDateTime);
  const startAt = start !== null && start > now ? start : null;
  const end = endOf(info?.expiration ?? null);
  if (end.ok && end.value.kind === "at" && end.value.at <= latest(now, startAt ?? now)) {
    return reject("invalid_input", "the end must lie in the future and after the start", {
      path: "/scheduleInfo/expiration/endDateTime",
    });
  }
  return end.ok ? accept({ startAt, end: end.value }) : end;
}

function endOf(expiration: ScheduleInfo["expiration"]): Outcome<Schedule["end"]> {
  const type = expiration?.type?.toLowerCase() ?? "notspecified";
  const durationMs = expiration?.duration == null ? null : parseDuration(expiration.duration);
  const at = expiration?.endDateTime == null ? null : parseInstant(expiration.endDateTime);
  switch (type) {
    case "noexpiration":
      return accept({ kind: "never" });
    case "afterduration":
      return durationMs === null ? missing("duration") : accept({ kind: "after", durationMs });
    case "afterdatetime":
      return at === null ? missing("endDateTime") : accept({ kind: "at", at });
    case "notspecified":
      if (durationMs !== null) return accept({ kind: "after", durationMs });
      return accept(at === null ? { kind: "default" } : { kind: "at", at });
    default:
      return reject("invalid_input", "the type is AfterDuration, AfterDateTime or NoExpiration", {
        path: "/scheduleInfo/expiration/type",
      });
  }
}

function missing(field: string) {
  return reject("invalid_input", `this type of expiration needs \`${field}\``, {
    path: `/scheduleInfo/expiration/${field}`,
  });
}

const FOR_EVER_MS = 1_000 * 365 * DAY_MS;

/** For an ask: milliseconds, or null for the settings' default. What never ends becomes longer than anything permitted. */
export function durationAsked({ startAt, end }: Schedule, now: Instant): number | null {
  switch (end.kind) {
    case "default":
      return null;
    case "never":
      return FOR_EVER_MS;
    case "after":
      return end.durationMs;
    case "at":
      return end.at - (startAt ?? now);
  }
}

/** For an assignment: the instant at which it ends, null for never. */
export function endAsked({ startAt, end }: Schedule, now: Instant): Instant | null {
  switch (end.kind) {
    case "default":
    case "never":
      return null;
    case "after":
      return addMs(startAt ?? now, end.durationMs);
    case "at":
      return end.at;
  }
}

/** As it is given back; Azure's spelling of the types, which Graph writes with a small first letter. */
export function scheduleInfoJson(
  startsAt: Instant,
  end: { durationMs: number } | { endsAt: Instant | null },
): JsonObject {
  return { startDateTime: formatInstant(startsAt), expiration: expirationJson(end) };
}

function expirationJson(end: { durationMs: number } | { endsAt: Instant | null }): JsonObject {
  if ("durationMs" in end) return { type: "AfterDuration", duration: formatDuration(end.durationMs) };
  if (end.endsAt === null) return { type: "NoExpiration" };
  return { type: "AfterDateTime", endDateTime: formatInstant(end.endsAt) };
}
