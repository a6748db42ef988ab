/** What somebody wants of Privileged Identity Management, read from whichever surface's body. */
import { z } from "zod";
import type { RoleDefinitionId } from "../domain/ids.ts";
import type { PrincipalRef } from "../domain/principal.ts";
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import type { Scope } from "../domain/scope.ts";
import type { JsonObject } from "../domain/target-binding.ts";
import { line } from "../use-cases/values.ts";
import type { KeptRequest, Of, RequestType } from "./pim-request.ts";
import { REQUEST_TYPES } from "./pim-request.ts";
import type { Schedule } from "./schedule-info.ts";

export interface PimAsk {
  readonly of: Of;
  readonly requestType: RequestType;
  readonly scope: Scope;
  readonly roleDefinitionId: RoleDefinitionId;
  readonly principal: PrincipalRef;
  readonly schedule: Schedule;
  /** As it was written, to be given back. */
  readonly scheduleInfo: JsonObject | null;
  readonly justification: string | null;
  readonly ticket: KeptRequest["ticket"];
  /** The schedule that it is about, where the caller names one. */
  readonly target: string | null;
  /** The eligibility by which it is asked for, where the caller names one. */
  readonly linked: string | null;
}

/** Types that make something anew, and so are about nothing that is there. */
const ANEW: Readonly<Record<Of, readonly RequestType[]>> = {
  assignment: ["SelfActivate", "SelfRenew", "AdminAssign", "AdminRenew"],
  eligibility: ["AdminAssign"],
};

/** INVARIANT I18: what names one thing of several is of use to the type of request, or it is refused. */
export function soundAsk(ask: PimAsk): Outcome<PimAsk> {
  const { of, requestType, target, linked } = ask;
  if (target !== null && ANEW[of].includes(requestType))
    return reject("invalid_input", `${requestType} makes a schedule of its own; leave the target out`, {
      path: "/targetScheduleId",
    });
  if (linked !== null && requestType !== "SelfActivate" && requestType !== "SelfRenew")
    return reject("invalid_input", `${requestType} goes by no eligibility; leave it out`, {
      path: "/linkedRoleEligibilityScheduleId",
    });
  return accept(ask);
}

/** Compared without regard to case: Azure writes `SelfActivate`, Graph `selfActivate`. */
export function requestTypeOf(text: string): RequestType | null {
  return REQUEST_TYPES.find((type) => type.toLowerCase() === text.toLowerCase()) ?? null;
}

export const ticketInfoSchema = z.looseObject({
  ticketNumber: line(64).nullish(),
  ticketSystem: line(64).nullish(),
});

/** A ticket without a number is none, and so nothing that a system could be named of. */
export function ticketOf(
  info: z.output<typeof ticketInfoSchema> | null | undefined,
): Outcome<KeptRequest["ticket"]> {
  const number = info?.ticketNumber?.trim() ?? "";
  const system = info?.ticketSystem?.trim() ?? "";
  if (number !== "") return accept({ system, number });
  return system === ""
    ? accept(null)
    : reject("invalid_input", "a ticket has a number; give it, or leave its system out", {
        path: "/ticketInfo/ticketNumber",
      });
}

/** A schedule and its instance have one id here: naming two of them, a caller means two things. */
export function oneTarget(given: readonly (string | null | undefined)[]): Outcome<string | null> {
  const [first, second] = given.filter((one) => one != null && one !== "");
  if (second === undefined || lastSegment(first) === lastSegment(second)) return accept(first ?? null);
  return reject("invalid_input", "the schedule and the instance are not of one thing; name one of them", {
    path: "/targetScheduleInstanceId",
  });
}

/** Clients name a schedule by its GUID or by its whole resource id. */
export function lastSegment(target: string | null | undefined): string | null {
  return target == null || target === "" ? null : (target.split("/").at(-1)?.toLowerCase() ?? null);
}
