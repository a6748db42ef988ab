/** What was said about a request, as its reader's own log has it, and whether the reader may say more. */
import { type AccessRequest, requirePending } from "../../domain/access-request.ts";
import type { JsonObject } from "../../domain/target-binding.ts";
import type { Instant } from "../../domain/time.ts";
import { mayComment, mayRemind } from "../../policy/authority.ts";
import type { Caller, Tx } from "../ports.ts";
import { MOST_COMMENTS, remindableFrom } from "../requests/write-about-request.ts";
import { partiesOf } from "./request-view.ts";
import { tellEntries } from "./telling/tell-entries.ts";

export interface Talk {
  readonly canComment: boolean;
  readonly canRemind: boolean;
  /** Before it a reminder is refused; null where it is not. */
  readonly remindFrom: Instant | null;
  /** Oldest first. */
  readonly said: readonly Said[];
}

export interface Said {
  readonly at: Instant;
  readonly by: string;
  /** Null: a reminder to whoever decides. */
  readonly text: string | null;
}

/** Of comments there are `MOST_COMMENTS`; of reminders as many as a day has room for beside them. */
const MOST_SAID = 2 * MOST_COMMENTS;

/** `tx`: in the reader's own tenant, for its log names the other party's people to nobody (INVARIANT I11). */
export async function talkAbout(tx: Tx, caller: Caller, request: AccessRequest, now: Instant): Promise<Talk> {
  const open = requirePending(request, now).ok;
  const entries = await tx.log.entries({
    correlationId: request.id,
    types: ["request.commented", "request.reminded"],
    limit: MOST_SAID,
  });
  const told = await tellEntries(tx, entries.toReversed());
  const againAt = await remindableFrom(tx, request.id);
  return {
    canComment: open && mayComment(await tx.books(partiesOf([request])), caller, request).ok,
    canRemind: open && mayRemind(caller, request).ok,
    remindFrom: againAt !== null && now < againAt ? againAt : null,
    said: told.map(({ at, actorName, entry }) => {
      const { text } = entry.facts as JsonObject;
      return { at, by: actorName ?? "Curfew", text: typeof text === "string" ? text : null };
    }),
  };
}
