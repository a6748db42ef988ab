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
  MINUTE_MS,
  parseDuration,
  parseInstant,
  type Window,
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

/** By what was sent, so no object, which has a `constructor`. */
const POINTLESS: ReadonlyMap<string, readonly ("duration" | "endDateTime")[]> = new Map([
  ["noexpiration", ["duration", "endDateTime"]],
  ["afterduration", ["endDateTime"]],
  ["afterdatetime", ["duration"]],
]);

function endOf(expiration: ScheduleInfo["expiration"]): Outcome<Schedule["end"]> {
  const type = expiration?.type?.toLowerCase() ?? "notspecified";
  const durationMs = expiration?.duration == null ? null : parseDuration(expiration.duration);
  const at = expiration?.endDateTime == null ? null : parseInstant(expiration.endDateTime);
  // INVARIANT I18: of two ends one would be left aside, and it may be the earlier one.
  const pointless = POINTLESS.get(type)?.find((field) => expiration?.[field] != null);
  if (pointless !== undefined || (type === "notspecified" && durationMs !== null && at !== null))
    return reject(
      "invalid_input",
      `\`${pointless ?? "duration"}\` does not go with this expiration; give one end`,
      {
        path: `/scheduleInfo/expiration/${pointless ?? "duration"}`,
      },
    );
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

/** For an ask: a duration, null for the settings' default, or an end. What never ends becomes longer than anything permitted. */
export function lengthAsked({ end }: Schedule): { durationMs: number | null; endsAt?: Instant } {
  switch (end.kind) {
    case "default":
      return { durationMs: null };
    case "never":
      return { durationMs: FOR_EVER_MS };
    case "after":
      return { durationMs: end.durationMs };
    case "at":
      return { durationMs: null, endsAt: end.at };
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

/** What came of an ask: in its own words where it says the same, as it was stored where it does not. */
export function storedInfo(
  { schedule, scheduleInfo }: { readonly schedule: Schedule; readonly scheduleInfo: JsonObject | null },
  made: Window,
): JsonObject {
  const { startsAt, endsAt } = made;
  const { end } = schedule;
  const asSaid = end.kind === "after" ? addMs(startsAt, end.durationMs) : end.kind === "at" ? end.at : null;
  const isAsSaid = end.kind !== "default" && isNear(asSaid, endsAt);
  const stored = scheduleInfoJson(startsAt, { endsAt });
  return isAsSaid ? { ...stored, expiration: scheduleInfo?.expiration ?? null } : stored;
}

/** An ask's clock and that of what it makes differ by what a call may take. */
function isNear(said: Instant | null, made: Instant | null): boolean {
  return said === null || made === null ? said === made : Math.abs(said - made) <= MINUTE_MS;
}

function expirationJson(end: { durationMs: number } | { endsAt: Instant | null }): JsonObject {
  if ("durationMs" in end) return { type: "AfterDuration", duration: formatDuration(end.durationMs) };
  if (end.endsAt === null) return { type: "NoExpiration" };
  return { type: "AfterDateTime", endDateTime: formatInstant(end.endsAt) };
}
