/** What somebody wants of Privileged Identity Management, read from whichever surface's body. */
import { z } from "zod";
import type { RoleDefinitionId } from "../domain/ids.ts";
import type { PrincipalRef } from "../domain/principal.ts";
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
}

/** Compared without regard to case: Azure writes `SelfActivate`, Graph `selfActivate`. */
export function requestTypeOf(text: string): RequestType | null {
  return REQUEST_TYPES.find((type) => type.toLowerCase() === text.toLowerCase()) ?? null;
}

export const ticketInfoSchema = z.looseObject({
  ticketNumber: line(64).nullish(),
  ticketSystem: line(64).nullish(),
});

/** A ticket without a number is none. */
export function ticketOf(info: z.output<typeof ticketInfoSchema> | null | undefined) {
  const number = info?.ticketNumber?.trim() ?? "";
  return number === "" ? null : { system: info?.ticketSystem?.trim() ?? "", number };
}
