/** Requests that wait for nobody: seen when the rules or the people change, not when their time runs out. */
import { aboutRequest } from "../../domain/about.ts";
import { type AccessRequest, decisionLimit, isPending } from "../../domain/access-request.ts";
import type { DomainEvent } from "../../domain/event.ts";
import { stampSystem } from "../../domain/stamp.ts";
import { formatInstant, type Instant } from "../../domain/time.ts";
import type { Books } from "../book/books.ts";
import { nextRequest, type Rows } from "./change.ts";
import { isStranded } from "./recheck.ts";

/** Whether what is known of it is not so any more. */
export function strandedOtherwise(books: Books, request: AccessRequest): boolean {
  return isPending(request) && isStranded(books, request) !== ((request.strandedAt ?? null) !== null);
}

/** Both parties are told once, and again only after somebody could have decided it in between. */
export function strandRequests(books: Books, found: readonly AccessRequest[], now: Instant): Rows {
  const moved = found
    .filter((request) => strandedOtherwise(books, request))
    .map((request) => nextRequest({ ...request, strandedAt: request.strandedAt == null ? now : null }));
  const events = moved.flatMap((request): DomainEvent[] => {
    if (request.strandedAt === null || !isPending(request)) return [];
    return [
      stampSystem("request.stranded", aboutRequest(request), {
        decideBy: formatInstant(decisionLimit(request)),
      }),
    ];
  });
  return { requests: moved, grants: [], events };
}
