/**
 * What state requests and grants are in at an instant, as statements ask it: what `requestAt` and `grantAt` of the domain say
 * of one, whether or not the worker has marked it. Each clause is one way to be in a state that is asked for, so that
 * each is found by an index of its own.
 */
import { type RawBuilder, sql } from "kysely";
import type { RequestState } from "../../domain/access-request.ts";
import { type GrantState, OPEN_STATES } from "../../domain/grant.ts";
import type { Instant } from "../../domain/time.ts";
import type { StatesAt } from "../../use-cases/ports.ts";
import type { Clause } from "./newest-first.ts";

type RequestName = RequestState["name"];
type GrantName = GrantState["name"];

const OPEN: readonly GrantName[] = OPEN_STATES;

export function requestsAt({ anyOf, at }: StatesAt<RequestName>): Clause[] {
  const isPending = anyOf.includes("pending");
  if (isPending === anyOf.includes("timedOut")) return stored(anyOf);
  const pending = sql<boolean>`r.state = 'pending'`;
  // A pending request is due when the time to decide it is over.
  const overdue = sql<boolean>`r.due_at <= ${new Date(at)}`;
  return isPending
    ? [...stored(without(anyOf, "pending")), all(pending, sql<boolean>`r.due_at > ${new Date(at)}`)]
    : [...stored(anyOf), all(pending, overdue)];
}

/** Whether nothing is asked for but what may still be live. */
export function areOpen({ anyOf }: StatesAt<GrantName>): boolean {
  return anyOf.length > 0 && anyOf.every((name) => OPEN.includes(name));
}

export function grantsAt({ anyOf, at }: StatesAt<GrantName>): Clause[] {
  return [...openAt(anyOf, at), ...stored(without(anyOf, ...OPEN)), ...overAt(anyOf, at)];
}

/** Not past its end; what is stored as scheduled has begun at its start. */
function openAt(anyOf: readonly GrantName[], at: Instant): Clause[] {
  const lasts = sql<boolean>`r.open AND (r.ends_at IS NULL OR r.ends_at > ${new Date(at)})`;
  if (OPEN.every((name) => anyOf.includes(name))) return [lasts];
  const scheduled = sql<boolean>`r.state = 'scheduled'`;
  const ways: Record<(typeof OPEN_STATES)[number], Clause> = {
    scheduled: sql<boolean>`r.starts_at > ${new Date(at)}`,
    provisioning: all(isDue(sql`r.starts_at`, at), isBound),
    active: all(isDue(sql`r.starts_at`, at), sql<boolean>`NOT ${isBound}`),
  };
  return [
    ...stored(anyOf.filter((name) => name === "provisioning" || name === "active")).map((one) =>
      all(lasts, one),
    ),
    ...OPEN_STATES.filter((name) => anyOf.includes(name)).map((name) => all(lasts, scheduled, ways[name])),
  ];
}

/** Past its end and not closed yet: over, but for what may be left of it in a target. */
function overAt(anyOf: readonly GrantName[], at: Instant): Clause[] {
  const isClosing = anyOf.includes("deprovisioning");
  const isEnded = anyOf.includes("ended");
  const over = all(sql<boolean>`r.open`, isDue(sql`r.ends_at`, at));
  if (isClosing && isEnded) return [over];
  return [
    ...(isClosing ? [all(over, isLeft)] : []),
    ...(isEnded ? [all(over, sql<boolean>`NOT ${isLeft}`)] : []),
  ];
}

const isBound = sql<boolean>`(r.body #> '{entitlements,0}' IS NOT NULL)`;
const isLeft = sql<boolean>`jsonb_path_exists(r.body, '$.entitlements[*] ? (@.state != "absent" && @.handle != null)')`;

/** The worker's queue holds whatever has reached its start or its end: few rows, that an index finds. */
function isDue(column: RawBuilder<unknown>, at: Instant): Clause {
  return sql<boolean>`${column} <= ${new Date(at)} AND r.due_at <= ${new Date(at)}`;
}

/** As words of the statement: an index over some states is found by these alone. */
function stored(names: readonly string[]): Clause[] {
  if (names.length === 0) return [];
  return [sql<boolean>`r.state IN (${sql.join(names.map((name) => sql.lit(name)))})`];
}

function all(...clauses: readonly Clause[]): Clause {
  return sql<boolean>`${sql.join(clauses, sql` AND `)}`;
}

function without<S>(names: readonly S[], ...left: readonly S[]): S[] {
  return names.filter((name) => !left.includes(name));
}
