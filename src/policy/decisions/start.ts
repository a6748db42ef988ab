/** INVARIANT I3: what was approved for later is looked at again when it starts, by the settings of then and of now. */

import { aboutGrant, grantFacts } from "../../domain/about.ts";
import type { AccessRequest } from "../../domain/access-request.ts";
import type { DomainEvent } from "../../domain/event.ts";
import { endReasonOf, type Grant } from "../../domain/grant.ts";
import { begin, nextStep } from "../../domain/grant-progress.ts";
import { stampSystem } from "../../domain/stamp.ts";
import type { Instant } from "../../domain/time.ts";
import type { Books } from "../book/books.ts";
import { joined, nextGrant, type Rows, rowOf } from "./change.ts";
import { closeGrants, type Hanging } from "./end.ts";
import { causeNotToStart } from "./ground.ts";

export interface Starting {
  readonly grant: Grant;
  readonly hanging: Hanging;
  /** The request that led to it. */
  readonly request: AccessRequest | null;
}

/** Of these, each whose start has come: it begins, or ends for a cause of its own. The others are left as they are. */
export function startGrants(books: Books, found: readonly Starting[], now: Instant): Rows {
  const due = found.filter(({ grant }) => nextStep(grant, now).do === "open");
  const looked = due.map((one) => ({
    ...one,
    cause: causeNotToStart(books, one.grant, one.request, now),
  }));
  const closing = closeGrants(
    looked.flatMap(({ cause, ...one }) => (cause === null ? [] : [{ ...one, cause }])),
    now,
  );
  const closed = new Set(closing.grants.map(({ grant }) => grant.id));
  const begun = looked
    .filter(({ grant, cause }) => cause === null && !closed.has(grant.id))
    .map(({ grant }) => nextGrant(begin(grant)));
  const events = begun.map((grant) =>
    progressEvent(grant, grant.entitlements.length > 0 ? "grant.opening" : "grant.live"),
  );
  return joined(closing, { requests: [], grants: begun.map((grant) => rowOf(grant, now)), events });
}

export function progressEvent(
  grant: Grant,
  type: "grant.opening" | "grant.live" | "grant.ended",
): DomainEvent {
  return stampSystem(type, aboutGrant(grant), { ...grantFacts(grant), cause: endReasonOf(grant) });
}
