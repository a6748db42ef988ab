/** How long one may ask for: of several roles the strictest, until the server has said it for all of them. */
import { durationMs } from "../../words/duration.ts";
import type { Limits, Place } from "./places.ts";

export function limitMs({ minimumDuration, defaultDuration, maximumDuration }: Limits) {
  return {
    minimum: durationMs(minimumDuration),
    default: durationMs(defaultDuration),
    maximum: durationMs(maximumDuration),
  };
}

export function maximumMs(limits: Limits, emergency: boolean): number {
  return durationMs(emergency ? limits.emergencyMaximumDuration : limits.maximumDuration);
}

/** Null where nothing is chosen that one is eligible for. */
export function strictestLimits(place: Place | null, roleDefinitionIds: readonly string[]): Limits | null {
  const all = (place?.roles ?? [])
    .filter(({ id }) => roleDefinitionIds.includes(id))
    .flatMap(({ grounds }) => grounds.slice(0, 1).map(({ limits }) => limits));
  const [first, ...others] = all;
  return first === undefined ? null : others.reduce(stricter, first);
}

function stricter(a: Limits, b: Limits): Limits {
  const shorter = (key: "maximumDuration" | "defaultDuration" | "emergencyMaximumDuration") =>
    durationMs(a[key]) <= durationMs(b[key]) ? a[key] : b[key];
  return {
    maximumDuration: shorter("maximumDuration"),
    defaultDuration: shorter("defaultDuration"),
    emergencyMaximumDuration: shorter("emergencyMaximumDuration"),
    minimumDuration:
      durationMs(a.minimumDuration) >= durationMs(b.minimumDuration) ? a.minimumDuration : b.minimumDuration,
    justificationRequired: a.justificationRequired || b.justificationRequired,
    ticketRequired: a.ticketRequired || b.ticketRequired,
    mfaRequired: a.mfaRequired || b.mfaRequired,
    emergencyAllowed: a.emergencyAllowed && b.emergencyAllowed,
    approval: a.approval === "manual" || b.approval === "manual" ? "manual" : "automatic",
  };
}
