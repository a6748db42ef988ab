/** What is read for a decision, in one statement each, and what it becomes for the pure rooms. */
import type { AccessRequest } from "../../domain/access-request.ts";
import type { Grant } from "../../domain/grant.ts";
import type { AccessRequestId, GrantId, TenantId } from "../../domain/ids.ts";
import { holdersOf } from "../../domain/principal.ts";
import { scopeKey, scopeLineage } from "../../domain/scope.ts";
import { addMs, type Instant } from "../../domain/time.ts";
import type { HeldWindow } from "../../policy/activation.ts";
import type { Book } from "../../policy/book/book.ts";
import type { Hanging } from "../../policy/decisions/end.ts";
import { type PendingAsk, pendingWindowsOf, placeAt, reviewedBefore } from "../../policy/decisions/gather.ts";
import type { AskFacts } from "../../policy/decisions/prepare.ts";
import type {
  AskAbout,
  AskMoment,
  AssignAbout,
  AssignMoment,
  CheckAbout,
  CheckMoment,
  GrantMoment,
  Moment,
  RequestMoment,
  StoredAnswer,
  Who,
} from "../../use-cases/decisions.ts";
import type { Statement } from "../database.ts";

/** What every moment brings beside its facts. */
export interface MomentRow {
  readonly read_at: Instant | null;
  readonly standing: unknown;
  /** Of each book that the moment belongs to, by tenant. */
  readonly versions: Readonly<Record<string, number>> | null;
  readonly turns?: Readonly<Record<string, number>>;
  readonly kept?: (StoredAnswer & { readonly fingerprint: string }) | null;
}

/** One kind of question: what to send, given the books as they are kept, and what to make of the answer. */
export interface Question<Row extends MomentRow, M extends Moment> {
  /** In a word, for traces. */
  readonly about: string;
  /** The tenant it is about, or how to find it. */
  readonly home: TenantId | Statement;
  /** Tenants whose books must be there, if there are any, before it can be asked. */
  readonly first: readonly TenantId[];
  /** A call under the caller's own key, which is answered once. */
  readonly key: string | null;
  statement(now: Instant, book: (tenantId: TenantId) => Book | null): Statement | null;
  moment(row: Row, at: Moment): M;
}

interface PastRow {
  readonly held: readonly HeldWindow[] | null;
  readonly pending: readonly PendingAsk[] | null;
  readonly before: {
    readonly pendingOfRequester: number;
    readonly lastDeniedAt: Instant | null;
    readonly emergencyReviewDue: boolean;
  } | null;
}

interface AskRow extends MomentRow, PastRow {}

export function toAsk(who: Who, about: AskAbout, key: string | null): Question<AskRow, AskMoment> {
  const { home, beneficiary } = about;
  return {
    home,
    about: "ask",
    first: [home],
    key,
    statement(now, bookOf) {
      const book = bookOf(home);
      if (book === null) return null;
      const { scope } = placeAt(book, about.scope);
      return {
        name: "moment_to_ask",
        text: "SELECT * FROM moment_to_ask($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        values: [
          home,
          ...callerOf(who),
          key,
          beneficiary.objectId,
          scopeKey(scope),
          [...about.roleDefinitionIds],
          new Date(addMs(now, -book.longestTotalMs)),
          new Date(now),
          new Date(reviewedBefore(now)),
        ],
      };
    },
    moment: (row, at) => ({ ...at, home, ...askFacts(row) }),
  };
}

interface RequestRow extends MomentRow {
  readonly request: AccessRequest | null;
  readonly extended: Grant | null;
  readonly held: readonly HeldWindow[] | null;
}

export function atRequest(who: Who, id: AccessRequestId): Question<RequestRow, RequestMoment> {
  return {
    home: { name: "route_request", text: "SELECT route_request($1) AS home", values: [id] },
    about: "request",
    first: [],
    key: null,
    statement: (now) => ({
      name: "moment_of_request",
      text: "SELECT * FROM moment_of_request($1, $2, $3, $4, $5)",
      values: [id, ...callerOf(who), new Date(now)],
    }),
    moment: ({ request, extended, held }, at) => ({
      ...at,
      request,
      extending: extended,
      held: held ?? [],
    }),
  };
}

interface GrantRow extends MomentRow, PastRow {
  readonly held_grant: Grant | null;
  readonly request: AccessRequest | null;
  readonly extension: AccessRequest | null;
  readonly children: Hanging["under"];
}

// Chains of windows are looked at as far back as any setting lets them last; a setting may say ten years.
const MOST_TOTAL_MS = 2 * 3_660 * 86_400_000;

/** `asking`: whether more time is asked for, so that windows and earlier asks are looked at too. */
export function atGrant(
  who: Who,
  id: GrantId,
  asking: boolean,
  key: string | null,
): Question<GrantRow, GrantMoment> {
  return {
    home: { name: "route_grant", text: "SELECT route_grant($1) AS home", values: [id] },
    about: "grant",
    first: [],
    key,
    statement: (now) => ({
      name: "moment_of_grant",
      text: "SELECT * FROM moment_of_grant($1, $2, $3, $4, $5, $6, $7, $8)",
      values: [
        id,
        ...callerOf(who),
        key,
        asking ? new Date(addMs(now, -MOST_TOTAL_MS)) : null,
        new Date(now),
        new Date(reviewedBefore(now)),
      ],
    }),
    moment: (row, at) => ({
      ...at,
      grant: row.held_grant,
      request: row.request,
      hanging: { extension: row.extension, under: row.children },
      ...askFacts(row),
    }),
  };
}

interface AssignRow extends MomentRow {
  readonly held: readonly HeldWindow[];
  readonly grounds: readonly Grant[];
  readonly replaced: AssignMoment["replaced"];
}

export function toAssign(
  who: Who,
  about: AssignAbout,
  key: string | null,
): Question<AssignRow, AssignMoment> {
  const { home, beneficiary, scope, replaces } = about;
  return {
    home,
    about: "assignment",
    first: [home, who.ref.tenantId],
    key,
    statement(now, bookOf) {
      const caller = bookOf(who.ref.tenantId)?.identity(who.ref.objectId) ?? null;
      return {
        name: "moment_to_assign",
        text: "SELECT * FROM moment_to_assign($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        values: [
          home,
          ...callerOf(who),
          key,
          beneficiary.tenantId,
          beneficiary.objectId,
          scopeKey(scope),
          caller === null ? [] : holdersOf(caller).map(({ objectId }) => objectId),
          scopeLineage(scope),
          replaces,
          // Ids of grants are made here, so that none is asked about.
          null,
          new Date(now),
        ],
      };
    },
    moment: ({ held, grounds, replaced }, at) => ({
      ...at,
      home,
      held,
      // Ids are one space for the whole installation; whose they are is looked at all the same.
      grounds: grounds.filter((grant) => grant.beneficiary.tenantId === who.ref.tenantId),
      replaced,
    }),
  };
}

interface CheckRow extends MomentRow {
  readonly grants: readonly Grant[];
}

export function toCheck(
  who: Who,
  home: TenantId,
  of: TenantId,
  about: CheckAbout,
): Question<CheckRow, CheckMoment> {
  return {
    home,
    about: "check",
    first: [of],
    key: null,
    statement(_now, bookOf) {
      const { principals, scopeKeys } = about(bookOf(of));
      return {
        name: "moment_to_check",
        text: "SELECT * FROM moment_to_check($1, $2, $3, $4, $5, $6, $7)",
        values: [home, ...callerOf(who), of, principals.map(({ objectId }) => objectId), [...scopeKeys]],
      };
    },
    moment: ({ grants }, at) => ({ ...at, grants }),
  };
}

/** The caller, and the client by which their standing is found; null where it is known already. */
function callerOf(who: Who): readonly [string, string, string | null] {
  return [who.ref.tenantId, who.ref.objectId, "admit" in who ? who.via : null];
}

function askFacts({ held, pending, before }: PastRow): AskFacts {
  return {
    held: held ?? [],
    past: {
      pending: pendingWindowsOf(pending ?? []),
      pendingOfRequester: before?.pendingOfRequester ?? 0,
      lastDeniedAt: before?.lastDeniedAt ?? null,
      emergencyReviewDue: before?.emergencyReviewDue ?? false,
    },
  };
}
