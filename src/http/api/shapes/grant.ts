/** A grant on the wire, with how its end is held. */

import { z } from "zod";
import { UNCONFIRMED, wasKeptFromOpening } from "../../../domain/confirmation.ts";
import type { Ending } from "../../../domain/ending.ts";
import {
  END_REASONS,
  type Entitlement,
  effectiveEnd,
  endHonesty,
  endReasonOf,
  type Grant,
  livenessOf,
} from "../../../domain/grant.ts";
import { grantAt } from "../../../domain/grant-progress.ts";
import { gotOf } from "../../../domain/request-outcome.ts";
import { isBlocked } from "../../../domain/retrying.ts";
import { FAULT_KINDS } from "../../../domain/target-fault.ts";
import type { Instant } from "../../../domain/time.ts";
import { duration, guid, instant } from "../../../use-cases/values.ts";
import type { EndedBy } from "../../../use-cases/views/ended-by.ts";
import {
  fetchesIn,
  type GrantView,
  type PendingExtension,
  unconfirmedIn,
} from "../../../use-cases/views/grant-view.ts";
import type { Shown } from "../shown.ts";
import { gotJson, gotShape, principalShape } from "./access-request.ts";
import { endingShape } from "./ending.ts";

export const GRANT_STATES = ["scheduled", "provisioning", "active", "deprovisioning", "ended"] as const;

const entitlementShape = z.object({
  bindingId: guid,
  targetId: guid,
  targetKind: z.string().meta({ description: "`gone` when the target was removed" }),
  target: z
    .object({
      label: z.string().meta({ description: "what people call the kind" }),
      atTheEnd: z.string().meta({ description: "what becomes of access at its end, in a few words" }),
      sessions: z
        .enum(["cutByCurfew", "native", "none"])
        .meta({ description: "who cuts a session that is open at the end" }),
      issuesSecret: z.boolean().meta({ description: "whether its holder fetches something to get in with" }),
      canExtend: z.boolean(),
    })
    .nullable()
    .meta({ description: "null where the kind of target is not known" }),
  member: z.object({ tenantId: guid, objectId: guid }),
  required: z.boolean(),
  state: z.enum(["planned", "present", "leaving", "absent"]),
  enforcedUntil: instant.nullable().meta({ description: "the deadline read back from the target" }),
  attempts: z.number().int(),
  lastError: z.string().nullable(),
  fault: z
    .object({
      kind: z.enum(FAULT_KINDS).meta({
        description:
          "retryable: it passes by itself; permanent: not before a configuration changes; forbidden: the target refuses; conflict: another hand was at it",
      }),
      outcomeUnknown: z.boolean().meta({ description: "it may have happened, and could not be looked at" }),
      triedAgain: z.boolean().meta({ description: "by itself; otherwise once its target has changed" }),
    })
    .nullable()
    .meta({ description: "what the last attempt met" }),
  secretIssued: z.boolean(),
});

export const unconfirmedShape = z.object({
  of: z.enum(UNCONFIRMED).meta({
    description:
      "opening: it is to be there; held: it is live, and its target cannot be looked into; end: it is over and was not seen to be gone; never: it ran out before its target confirmed it",
  }),
  sentence: z.string().meta({ description: "for people; instants in it are in RFC 3339" }),
  reason: z.string().nullable().meta({ description: "what the last attempt met; null while none failed" }),
  openUntil: instant.nullable().meta({
    description: "of an end: until when the target itself may let somebody in; null where it holds no end",
  }),
});

export const livenessShape = z.enum(["live", "scheduled", "provisioning", "ended", ...END_REASONS]);

export const grantShape = z.object({
  id: guid,
  requestId: guid.nullable(),
  underGrantId: guid.nullable(),
  kind: z.enum(["activation", "standing"]),
  state: z.enum(GRANT_STATES),
  liveness: livenessShape,
  beneficiary: principalShape,
  roleDefinitionId: guid,
  roleName: z.string(),
  scope: z.string(),
  scopeName: z.string(),
  ownerName: z.string(),
  managedScope: z.string().nullable(),
  startsAt: instant,
  endsAt: instant.nullable(),
  effectiveEnd: z.object({ at: instant.nullable(), because: z.string() }),
  heldBy: z.enum(["native", "clock", "timerOnly", "never"]).meta({
    description:
      "who holds the end: the target itself, Curfew's clock where no target applies, only Curfew's timer, nobody",
  }),
  endedBecause: z.enum(END_REASONS).nullable().meta({
    description: "never_live: it ran out before every target that it requires had confirmed it",
  }),
  unconfirmed: unconfirmedShape.nullable().meta({
    description: "what a target has yet to confirm, and why; null where all is as it is said to be",
  }),
  askAgain: guid.nullable().meta({
    description: "the request whose terms can be asked for again, where a target kept this from opening",
  }),
  got: gotShape,
  extension: z
    .object({ requestId: guid, askedAt: instant, duration, decideBy: instant })
    .nullable()
    .meta({ description: "more time that was asked for and waits for a decision, from which it counts" }),
  emergency: z.boolean(),
  review: z
    .object({ outcome: z.enum(["justified", "unjustified"]), justification: z.string(), at: instant })
    .nullable(),
  why: z.string().nullable(),
  entitlements: z.array(entitlementShape),
  endedBy: z
    .object({ name: z.string(), justification: z.string().nullable() })
    .nullable()
    .optional()
    .meta({ description: "who ended it before its time; lists leave it out" }),
  ends: z
    .array(endingShape)
    .optional()
    .meta({ description: "how the end is held in each target; lists leave it out" }),
});

export function grantJson(
  view: GrantView & { readonly ends?: readonly Ending[]; readonly endedBy?: EndedBy | null },
  now: Instant,
): Shown<typeof grantShape> {
  const grant = grantAt(view.grant, now);
  const unconfirmed = unconfirmedIn(view, now);
  return {
    ...grant,
    ...view,
    unconfirmed,
    askAgain: wasKeptFromOpening(unconfirmed, grant) ? grant.requestId : null,
    state: grant.state.name,
    liveness: livenessOf(grant, now),
    effectiveEnd: endShown(grant),
    heldBy: endHonesty(grant),
    endedBecause: endReasonOf(grant),
    got: gotJson(gotOf([grant], now, fetchesIn(view.targets))),
    extension: extensionJson(view.extension ?? null),
    entitlements: grant.entitlements.map((one) => entitlementJson(one, view.targets)),
  };
}

function entitlementJson(one: Entitlement, targets: GrantView["targets"]): Shown<typeof entitlementShape> {
  const held = targets.get(one.targetId);
  return {
    ...one,
    targetKind: held?.kind ?? "gone",
    target: held?.traits ?? null,
    fault: faultJson(one),
    secretIssued: one.secretClaimedAt !== null,
  };
}

function extensionJson(waiting: PendingExtension | null): Shown<typeof grantShape>["extension"] {
  return waiting === null ? null : { ...waiting, duration: waiting.durationMs };
}

function faultJson(one: Entitlement) {
  if (one.fault == null) return null;
  const { kind, ambiguous } = one.fault;
  return { kind, outcomeUnknown: ambiguous, triedAgain: !isBlocked(one) };
}

function endShown(grant: Grant): Shown<typeof grantShape>["effectiveEnd"] {
  const at = effectiveEnd(grant);
  return { at, because: endReasonOf(grant) ?? (at === null ? "standing access has no end" : "expired") };
}
