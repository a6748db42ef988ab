/** What a decision would come to: how long is offered, and from when until when it would be. Pure. */
import type { Answer } from "../../api/api.ts";
import { durationMs, readDuration } from "../../words/duration.ts";
import type { AccessRequest } from "../../words/request.ts";
import { instantOf } from "../../words/time.ts";

export type RequestContext = Answer<"readRequestContext">;

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const QUARTER_MS = 15 * MINUTE_MS;

/** What an approver is about to decide; plain, so that it can be kept. */
export interface Draft {
  /** Milliseconds, or `asked`, or `other`: what is typed. */
  readonly lasts: number | "asked" | "other";
  readonly typed: string;
  readonly roles: readonly string[];
  /** Value of a field for a local date and time; empty: as asked. */
  readonly notBefore: string;
  readonly reason: string;
}

export function freshDraft({ terms }: Pick<AccessRequest, "terms">): Draft {
  return { lasts: "asked", typed: "", roles: terms.roleDefinitionIds, notBefore: "", reason: "" };
}

/** A quarter of an hour, about half, and what was asked, which comes last; nothing below the minimum. */
export function offeredMs(askedMs: number, minimumMs: number): readonly number[] {
  const less = [QUARTER_MS, sayable(askedMs / 2)].filter((ms) => ms < askedMs && ms >= minimumMs);
  return [...[...new Set(less)].sort((a, b) => a - b), askedMs];
}

/** Down to what people say: 12 min 30 s is 12 min. */
function sayable(ms: number): number {
  const step = ms >= 20 * MINUTE_MS ? 5 * MINUTE_MS : ms >= 2 * MINUTE_MS ? MINUTE_MS : SECOND_MS;
  return Math.max(SECOND_MS, Math.floor(ms / step) * step);
}

/** Null while what is typed is no duration. */
export function lastsMsOf({ lasts, typed }: Draft, askedMs: number): number | null {
  if (lasts === "asked") return askedMs;
  return lasts === "other" ? readDuration(typed) : lasts;
}

type DurationFault = "none" | "tooLong" | "tooShort";

export function durationFault(
  lastsMs: number | null,
  { askedMs, minimumMs }: { readonly askedMs: number; readonly minimumMs: number },
): DurationFault | null {
  if (lastsMs === null || lastsMs === 0) return "none";
  if (lastsMs > askedMs) return "tooLong";
  // What was asked for was let through, whatever the minimum is by now: the server says so.
  return lastsMs < minimumMs && lastsMs !== askedMs ? "tooShort" : null;
}

export interface Span {
  /** Epoch milliseconds. */
  readonly startsAt: number;
  readonly endsAt: number;
}

/** The start that is offered, or else what was asked for, in RFC 3339; null: at once. */
export function startOf({ terms }: Pick<AccessRequest, "terms">, { notBefore }: Draft): string | null {
  return instantOf(notBefore) ?? terms.startAt;
}

/** If the last approval fell now. An extension counts from the decision on, and moves an end only later. */
export function spanOf(
  { terms }: Pick<AccessRequest, "terms">,
  extending: RequestContext["extending"],
  { lastsMs, startAt = terms.startAt }: { readonly lastsMs: number; readonly startAt?: string | null },
  now: number,
): Span {
  if (extending !== null && extending.endsAt !== null) {
    const furthest =
      extending.latestEnd === null ? Number.POSITIVE_INFINITY : Date.parse(extending.latestEnd);
    const endsAt = Math.max(Date.parse(extending.endsAt), Math.min(now + lastsMs, furthest));
    return { startsAt: Date.parse(extending.startsAt), endsAt };
  }
  const startsAt = Math.max(now, startAt === null ? now : Date.parse(startAt));
  return { startsAt, endsAt: startsAt + lastsMs };
}

/** How many approvals are missing; with more than one, one's own may not be the last. */
export function missingApprovals({ stages }: Pick<AccessRequest, "stages">): number {
  return stages.reduce((sum, { required, approved }) => sum + required - approved, 0);
}

type Terms = NonNullable<import("../../api/api.ts").Input<"decideAccessRequest">["body"]["terms"]>;

/** Undefined where it is approved as asked. */
export function narrowedTerms(
  request: AccessRequest,
  draft: Draft,
  iso: (ms: number) => string,
): Terms | undefined {
  const askedMs = durationMs(request.terms.duration);
  const lastsMs = lastsMsOf(draft, askedMs) ?? askedMs;
  const offered = instantOf(draft.notBefore);
  const fewer = draft.roles.length < request.terms.roleDefinitionIds.length;
  if (lastsMs === askedMs && !fewer && offered === null) return undefined;
  return {
    ...(lastsMs === askedMs ? {} : { duration: iso(lastsMs) }),
    ...(fewer ? { roleDefinitionIds: [...draft.roles] } : {}),
    ...(offered === null ? {} : { startAt: offered }),
  };
}
