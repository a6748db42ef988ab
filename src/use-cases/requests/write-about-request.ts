/**
 * What those who ask and those who decide say to each other about a request that waits: comments and reminders are
 * entries of its log and nothing else, so they are told, kept and verified like all that happened to it (ADR 0033).
 */
import { aboutRequest } from "../../domain/about.ts";
import { type AccessRequest, requirePending } from "../../domain/access-request.ts";
import type { EventType } from "../../domain/event.ts";
import type { AccessRequestId } from "../../domain/ids.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { stamp } from "../../domain/stamp.ts";
import type { JsonObject } from "../../domain/target-binding.ts";
import { addMs, formatInstant, type Instant, MINUTE_MS } from "../../domain/time.ts";
import { type Answer, mayComment, mayRemind } from "../../policy/authority.ts";
import type { Books } from "../../policy/book/books.ts";
import type { Caller, Deps, StoredEntry, Tx } from "../ports.ts";
import { findVisibleRequest } from "../views/read-requests.ts";
import { partiesOf } from "../views/request-view.ts";

export const MOST_COMMENT_CHARACTERS = 1_000;
/** Of one request: what needs more is better talked about. */
export const MOST_COMMENTS = 100;
export const REMIND_EVERY_MS = 15 * MINUTE_MS;
/** The same words by the same person within it are one comment: an answer was lost, or a button pressed twice. */
const SAME_WORDS_MS = MINUTE_MS;

export interface Written {
  readonly at: Instant;
}

export interface Reminded extends Written {
  /** From when on the next reminder may be sent. */
  readonly againAt: Instant;
}

/** `text`: plain, as `values.ts` reads it. Refused: not_found, forbidden, request_not_pending, too_many_requests, invalid_input. */
export async function commentOnRequest(
  deps: Deps,
  caller: Caller,
  { requestId, text }: { readonly requestId: AccessRequestId; readonly text: string },
): Promise<Outcome<Written>> {
  const said = text.trim();
  if (said === "") return reject("invalid_input", "write something", { path: "/text" });
  const may = (books: Books, request: AccessRequest) => mayComment(books, caller, request);
  return write(deps, caller, { requestId, may }, async (tx, now) => {
    const [last] = await latest(tx, requestId, "request.commented");
    if (last !== undefined && isAgain(last, caller, said, now)) return accept({ event: null, at: last.at });
    const look = { correlationId: requestId, types: ["request.commented"], limit: MOST_COMMENTS };
    if ((await tx.log.count(look)) >= MOST_COMMENTS)
      return reject(
        "too_many_requests",
        `this request has ${MOST_COMMENTS} comments, as many as one can have; talk to each other`,
      );
    return accept({ event: { type: "request.commented", facts: { text: said } }, at: now });
  });
}

/** Tells everybody who can decide once more; refused as too_many_requests before `REMIND_EVERY_MS` have passed. */
export async function remindApprovers(
  deps: Deps,
  caller: Caller,
  requestId: AccessRequestId,
): Promise<Outcome<Reminded>> {
  const may = (_: Books, request: AccessRequest) => mayRemind(caller, request);
  const written = await write(deps, caller, { requestId, may }, async (tx, now) => {
    const againAt = await remindableFrom(tx, requestId);
    if (againAt !== null && now < againAt)
      return reject(
        "too_many_requests",
        `they were reminded a moment ago; the next reminder may be sent at ${formatInstant(againAt)}`,
      );
    return accept({ event: { type: "request.reminded", facts: {} }, at: now });
  });
  return written.ok
    ? accept({ ...written.value, againAt: addMs(written.value.at, REMIND_EVERY_MS) })
    : written;
}

/** From when on a request's approvers may be reminded again; null where nobody was reminded yet. */
export async function remindableFrom(tx: Tx, requestId: AccessRequestId): Promise<Instant | null> {
  const [last] = await latest(tx, requestId, "request.reminded");
  return last === undefined ? null : addMs(last.at, REMIND_EVERY_MS);
}

interface ToWrite {
  /** Null: it stands there already. */
  readonly event: { readonly type: EventType; readonly facts: JsonObject } | null;
  readonly at: Instant;
}

interface Asked {
  readonly requestId: AccessRequestId;
  readonly may: (books: Books, request: AccessRequest) => Answer;
}

/** Whoever may not see it hears that there is none; the row is locked, so that limits are counted one after the other. */
async function write(
  deps: Deps,
  caller: Caller,
  { requestId, may }: Asked,
  what: (tx: Tx, now: Instant) => Promise<Outcome<ToWrite>>,
): Promise<Outcome<Written>> {
  const seen = await deps.store.inTenant(caller.ref.tenantId, async (tx): Promise<Outcome<AccessRequest>> => {
    const found = await findVisibleRequest(tx, caller, requestId);
    if (!found.ok) return found;
    const allowed = may(await tx.books(partiesOf([found.value])), found.value);
    return allowed.ok ? found : allowed;
  });
  if (!seen.ok) return seen;
  return deps.store.inTenant(seen.value.tenantId, async (tx) => {
    const request = (await tx.requests.find(requestId, "lock")) ?? seen.value;
    const now = deps.clock.now();
    const pending = requirePending(request, now);
    if (!pending.ok) return pending;
    const written = await what(tx, now);
    if (!written.ok) return written;
    const { event, at } = written.value;
    if (event !== null) await tx.record([stamp(event.type, aboutRequest(request), caller, event.facts)], now);
    return accept({ at });
  });
}

function latest(tx: Tx, correlationId: AccessRequestId, type: EventType): Promise<StoredEntry[]> {
  return tx.log.entries({ correlationId, types: [type], limit: 1 });
}

function isAgain({ entry, openings, at }: StoredEntry, { ref }: Caller, said: string, now: Instant): boolean {
  const actor = entry.actor as JsonObject;
  const objectId = actor.objectId ?? openings.find(({ name }) => name === "actor")?.value;
  const { text } = entry.facts as JsonObject;
  return objectId === ref.objectId && text === said && now - at < SAME_WORDS_MS;
}
