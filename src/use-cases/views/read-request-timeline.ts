/** A request from the ask to the end of what came of it, as its two parties may each tell it: from the reader's own log. */
import type { AccessRequest } from "../../domain/access-request.ts";
import { EVENT_TYPES, type EventType } from "../../domain/event.ts";
import { LOST_BECAUSE } from "../../domain/grant.ts";
import type { AccessRequestId } from "../../domain/ids.ts";
import { accept, type Outcome } from "../../domain/rejection.ts";
import type { JsonObject } from "../../domain/target-binding.ts";
import type { Instant } from "../../domain/time.ts";
import type { Caller, Deps, StoredEntry, Tx } from "../ports.ts";
import { findVisibleRequest } from "./read-requests.ts";
import { inOrder } from "./telling/in-order.ts";
import { type ToldEntry, tellEntries } from "./telling/tell-entries.ts";

export const TONES = ["neutral", "good", "bad", "waiting"] as const;
export type Tone = (typeof TONES)[number];

export interface TimelineItem {
  readonly at: Instant;
  readonly type: string;
  readonly sentence: string;
  readonly actorName: string | null;
  readonly tone: Tone;
}

const MOST_ITEMS = 500;

/** What is not here is not part of the story: an attempt to decide that was refused, say. */
const TONE: Partial<Record<EventType, Tone>> = {
  "request.submitted": "waiting",
  "request.approval_given": "good",
  "request.terms_proposed": "waiting",
  "request.terms_accepted": "good",
  "request.approved": "good",
  "request.denied": "bad",
  "request.canceled": "neutral",
  "request.timed_out": "bad",
  "request.stranded": "bad",
  "request.commented": "neutral",
  "request.reminded": "waiting",
  "grant.scheduled": "waiting",
  "grant.opening": "waiting",
  "grant.live": "good",
  "grant.extended": "good",
  "grant.provisioning_failed": "bad",
  "grant.closing": "neutral",
  "grant.removal_failed": "bad",
  "grant.look_failed": "bad",
  "grant.unconfirmed": "bad",
  "grant.drifted": "bad",
  "grant.ended": "neutral",
  "grant.secret_issued": "neutral",
  "grant.reviewed": "neutral",
};
const TOLD = EVENT_TYPES.filter((type) => TONE[type] !== undefined);
const AFTER_EXTENSION = TOLD.filter(
  (type) => type.startsWith("grant.") && !["grant.scheduled", "grant.opening", "grant.live"].includes(type),
);
const ENDED_BADLY = ["revoked", "never_live", ...Object.keys(LOST_BECAUSE)];

export async function readRequestTimeline(
  deps: Deps,
  caller: Caller,
  id: AccessRequestId,
): Promise<Outcome<readonly TimelineItem[]>> {
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const found = await findVisibleRequest(tx, caller, id);
    if (!found.ok) return found;
    const told = await tellEntries(tx, inOrder(await entriesOf(tx, found.value)));
    return accept(told.map(itemOf));
  });
}

/** An extension lives on in the grant that it extended. */
async function entriesOf(tx: Tx, request: AccessRequest): Promise<StoredEntry[]> {
  const look = { types: TOLD, limit: MOST_ITEMS };
  const own = await tx.log.entries({ ...look, correlationId: request.id });
  if (request.extendsGrantId === null || request.state.name !== "approved") return own;
  const onwards = { subjectId: request.extendsGrantId, types: AFTER_EXTENSION, from: request.state.at };
  return [...own, ...(await tx.log.entries({ ...look, ...onwards }))];
}

function itemOf({ at, entry, sentence, actorName }: ToldEntry): TimelineItem {
  const type = entry.type as EventType;
  return { at, type, sentence, actorName, tone: toneOf(type, entry.facts as JsonObject) };
}

function toneOf(type: EventType, { cause, outcome }: JsonObject): Tone {
  if (type === "grant.closing" || type === "grant.ended")
    return typeof cause === "string" && ENDED_BADLY.includes(cause) ? "bad" : "neutral";
  if (type === "grant.reviewed") return outcome === "justified" ? "good" : "bad";
  return TONE[type] ?? "neutral";
}
