/**
 * Every metric of ours, each a row: its name, what it says, its type, and how it is read. Names are Prometheus': the unit
 * stands last, counters end in `_total`. No label names a tenant, a person or an address, and each comes from a closed list.
 *
 * Whoever has something new to tell adds a row to `OF_PROCESS`, or a question to `OF_DATABASE`: one function that answers
 * one row of numbers. docs/operations/monitoring.md, the rules and the dashboard name them; test/http/metrics.test.ts
 * holds all of these together.
 */
import type { Durations, Meters } from "./meters.ts";

/** One number; several, by the values of the row's labels; or null where there is none just now, and then it is absent. */
export type Value = number | null | Iterable<readonly [labels: readonly string[], value: number]>;

export interface Measure<From> {
  /** Without `curfew_` in front. */
  readonly name: string;
  readonly help: string;
  readonly type: "gauge" | "counter";
  readonly labels?: readonly string[];
  readonly read: (from: From) => Value;
}

export interface Distribution<From> {
  readonly name: string;
  readonly help: string;
  /** Null: it has none. */
  readonly label: string | null;
  readonly read: (from: From) => Durations;
}

/** What this process knows without asking anybody. */
export interface Process {
  readonly meters: Meters;
  /** What else this process keeps for itself; each throws nothing. */
  readonly clock: () => ClockStanding;
  readonly pools: () => Readonly<Record<string, PoolStanding>>;
  readonly books: () => number;
  readonly watchers: () => number;
  /** Waits for an operator to confirm a restore. */
  readonly isRestored: () => boolean;
  /** By the kind of sink, since this process started. */
  readonly exported: () => ReadonlyMap<string, Exported>;
}

export interface Exported {
  readonly sent: number;
  readonly failed: number;
  readonly refused: number;
}

export interface ClockStanding {
  /** Why nothing is decided by it; null where all is well. */
  readonly suspected: string | null;
  /** Since the database's clock was last read. */
  readonly ageMs: number;
  /** The database's clock is so much ahead of this machine's own. */
  readonly aheadMs: number;
  readonly errorMs: number;
}

export interface PoolStanding {
  readonly inUse: number;
  readonly idle: number;
  /** For a connection, or for their tenant's turn at one. */
  readonly waiting: number;
  readonly most: number;
}

const gauge = <From>(
  name: string,
  help: string,
  read: (from: From) => Value,
  labels: readonly string[] = [],
) => ({ name, help, type: "gauge", labels, read }) satisfies Measure<From>;
const counter = <From>(
  name: string,
  help: string,
  read: (from: From) => Value,
  labels: readonly string[] = [],
) => ({ name: `${name}_total`, help, type: "counter", labels, read }) satisfies Measure<From>;

function* ofPools({ pools }: Process, values: (pool: PoolStanding) => Readonly<Record<string, number>>) {
  for (const [pool, standing] of Object.entries(pools()))
    for (const [label, value] of Object.entries(values(standing)))
      yield [label === "" ? [pool] : [pool, label], value] as const;
}

function* ofExports({ exported }: Process, value: (one: Exported) => number) {
  for (const [kind, counts] of exported()) yield [[kind], value(counts)] as const;
}

export const OF_PROCESS: readonly Measure<Process>[] = [
  gauge(
    "clock_suspected",
    "1 while the database's clock is suspected and nothing is decided by it",
    ({ clock }) => (clock().suspected === null ? 0 : 1),
  ),
  gauge(
    "clock_offset_seconds",
    "how far the database's clock is ahead of this machine's own",
    ({ clock }) => clock().aheadMs / 1_000,
  ),
  gauge(
    "clock_error_seconds",
    "how far the believed time may be off by what is known",
    ({ clock }) => clock().errorMs / 1_000,
  ),
  gauge(
    "clock_reading_age_seconds",
    "since the database's clock was last read; nothing is decided after 5 s",
    ({ clock }) => clock().ageMs / 1_000,
  ),
  gauge(
    "restored_unconfirmed",
    "1 while the database was restored and nobody confirmed that",
    ({ isRestored }) => (isRestored() ? 1 : 0),
  ),
  gauge(
    "pool_connections",
    "connections to the database, by what they are for and whether somebody has them",
    (from) => ofPools(from, ({ inUse, idle }) => ({ in_use: inUse, idle })),
    ["pool", "state"],
  ),
  gauge(
    "pool_limit",
    "the most connections there may be",
    (from) => ofPools(from, ({ most }) => ({ "": most })),
    ["pool"],
  ),
  gauge(
    "pool_waiting",
    "how many wait for a connection, or for their organisation's turn at one",
    (from) => ofPools(from, ({ waiting }) => ({ "": waiting })),
    ["pool"],
  ),
  gauge("books_kept", "organisations whose policy this process has at hand", ({ books }) => books()),
  counter(
    "book_reads",
    "policies that were read anew, or brought up to date, because they had moved on",
    ({ meters }) => meters.counts.bookReads,
  ),
  gauge("change_watchers", "streams of changes that are open", ({ watchers }) => watchers()),
  gauge(
    "targets_unreachable",
    "targets whose last look from this process failed",
    ({ meters }) => meters.targets?.unreachable ?? null,
  ),
  gauge(
    "targets_watched",
    "targets that this process looks into",
    ({ meters }) => meters.targets?.known ?? null,
  ),
  counter(
    "http_requests",
    "calls that were answered, by the template of their route",
    ({ meters }) => meters.calls.read(),
    ["method", "route", "status"],
  ),
  counter(
    "faults",
    "calls that failed by a fault of Curfew itself; its log has the reason",
    ({ meters }) => meters.counts.faults,
  ),
  counter(
    "decisions",
    "what was decided and stored, by the type of its event",
    ({ meters }) => meters.decisions.read(),
    ["type"],
  ),
  counter(
    "refusals",
    "what was refused, by the code that the caller was told",
    ({ meters }) => meters.refusals.read(),
    ["code"],
  ),
  counter(
    "sign_in_refusals",
    "sign-ins and clients that were refused, by the step",
    ({ meters }) => meters.signInRefusals.read(),
    ["step"],
  ),
  counter(
    "sign_in_many_refused",
    "times that an account was found to be guessed at",
    ({ meters }) => meters.counts.manyRefused,
  ),
  counter(
    "entries_left_out",
    "entries that the log had no room for and that are counted in one instead",
    ({ meters }) => meters.counts.leftOut,
  ),
  counter(
    "connections_closed_early",
    "connections that were closed because too many asked for nothing",
    ({ meters }) => meters.counts.closedEarly,
  ),
  counter(
    "loop_failures",
    "runs of a loop of the worker that failed",
    ({ meters }) => meters.loopFailures.read(),
    ["loop"],
  ),
  counter(
    "export_events_sent",
    "events that a sink has accepted, by its kind",
    (from) => ofExports(from, ({ sent }) => sent),
    ["kind"],
  ),
  counter(
    "export_failures",
    "tries to send events that came to nothing, by the kind of the sink",
    (from) => ofExports(from, ({ failed }) => failed),
    ["kind"],
  ),
  counter(
    "export_events_refused",
    "events that a sink refused for good and that were laid aside, by its kind",
    (from) => ofExports(from, ({ refused }) => refused),
    ["kind"],
  ),
];

export const DISTRIBUTIONS: readonly Distribution<Process>[] = [
  {
    name: "expiry_lateness_seconds",
    help: "time between the end of a grant and the worker closing it; the answer to may-they-now turns at the end itself",
    label: null,
    read: ({ meters }) => meters.lateness,
  },
  {
    name: "http_request_duration_seconds",
    help: "time until a call was answered; streams of changes are not in it",
    label: "surface",
    read: ({ meters }) => meters.durations,
  },
];

export type Counts = Readonly<Record<string, number | null>>;

/** What is set for this process, as far as a question needs it. */
export interface Configured {
  /** The kinds of the operator's sinks. */
  readonly operatorSinks: readonly string[];
}

/** What one function of the database answers, in one row; by its columns. */
export interface Question {
  readonly name: string;
  readonly text: string;
  readonly values: (configured: Configured) => readonly unknown[];
  readonly measures: readonly Measure<Counts>[];
}

/** Opening and closing take seconds where the target answers. */
const PATIENCE_S = 60;

const column = (name: string) => (row: Counts) => row[name] ?? null;
const columns = (named: Readonly<Record<string, string>>) => (row: Counts) =>
  Object.entries(named).flatMap(([label, name]) => {
    const value = row[name];
    return value == null ? [] : [[[label], value] as const];
  });

export const OF_DATABASE: readonly Question[] = [
  {
    name: "work_counts",
    text: "SELECT * FROM work_counts(make_interval(secs => $1))",
    values: () => [PATIENCE_S],
    measures: [
      gauge("requests_pending", "requests that wait for a decision", column("requests_pending")),
      gauge(
        "requests_pending_oldest_age_seconds",
        "since the oldest request that waits was made; 0 without one",
        column("requests_oldest_s"),
      ),
      gauge(
        "grants",
        "grants that are not over, by state; live is what the answer to may-they-now is yes for",
        columns({
          scheduled: "grants_scheduled",
          opening: "grants_opening",
          live: "grants_live",
          closing: "grants_closing",
        }),
        ["state"],
      ),
      gauge(
        "grants_stuck",
        `grants that are being opened or closed for more than ${PATIENCE_S} s`,
        columns({ opening: "opening_stuck", closing: "closing_stuck" }),
        ["step"],
      ),
      gauge(
        "grants_step_oldest_age_seconds",
        "since the oldest grant that is being opened should have begun, or the oldest that is being closed ended; 0 without one",
        columns({ opening: "opening_oldest_s", closing: "closing_oldest_s" }),
        ["step"],
      ),
      gauge(
        "grants_failing",
        "grants of which an attempt in a target failed that was not made good; of closing: a removal",
        columns({ opening: "opening_failed", closing: "closing_failed" }),
        ["step"],
      ),
      gauge(
        "due_lateness_seconds",
        "how long what is due waits for the worker; 0 while it keeps up",
        columns({ grants: "grants_late_s", requests: "requests_late_s" }),
        ["of"],
      ),
      gauge(
        "outbox_waiting",
        "facts that nobody was told of yet, counted up to 10,000",
        column("outbox_waiting"),
      ),
      gauge(
        "outbox_oldest_age_seconds",
        "since the oldest of them was stored; 0 without one",
        column("outbox_oldest_s"),
      ),
      gauge(
        "entries_unlinked",
        "entries of the log that are not linked yet, counted up to 10,000",
        column("entries_unlinked"),
      ),
      gauge(
        "entries_unlinked_oldest_age_seconds",
        "since the oldest of them was written; 0 without one",
        column("entries_oldest_s"),
      ),
      gauge(
        "tenants_to_recheck",
        "organisations whose live access was not looked at again since their policy moved",
        column("tenants_to_recheck"),
      ),
      gauge("targets", "targets that are configured", column("targets")),
    ],
  },
  {
    name: "mail_counts",
    text: `SELECT waiting, coalesce(greatest(0, extract(epoch FROM now() - oldest)), 0)::float8 AS oldest_s, refused, given_up, switched_off
      FROM mail_counts(now())`,
    values: () => [],
    measures: [
      gauge("mail_waiting", "mails that are due and not sent yet", column("waiting")),
      gauge("mail_oldest_age_seconds", "since the oldest of them was due; 0 without one", column("oldest_s")),
      gauge(
        "mail_failed",
        "mails of the last day that the mail server refused for good, or that were given up",
        columns({ refused: "refused", given_up: "given_up" }),
        ["how"],
      ),
      gauge(
        "mail_addresses_switched_off",
        "addresses that get no mail any more, because it was refused three times",
        column("switched_off"),
      ),
    ],
  },
  {
    name: "exports_standing",
    text: `SELECT coalesce(sum(behind), 0)::bigint AS behind, coalesce(greatest(0, extract(epoch FROM now() - min(waiting_since))), 0)::float8 AS oldest_s,
      coalesce(sum(failing), 0)::bigint AS failing, coalesce(sum(paused), 0)::bigint AS paused, coalesce(sum(dead_letters), 0)::bigint AS dead_letters
      FROM exports_standing($1)`,
    values: ({ operatorSinks }) => [operatorSinks],
    measures: [
      gauge("export_events_behind", "events that a sink has not accepted yet", column("behind")),
      gauge(
        "export_oldest_age_seconds",
        "since the oldest of them was written; 0 without one",
        column("oldest_s"),
      ),
      gauge("exports_failing", "sinks whose last try came to nothing", column("failing")),
      gauge("exports_paused", "sinks that nothing is sent to until somebody resumes them", column("paused")),
      gauge(
        "export_dead_letters",
        "events that a sink refused for good, until they are sent again",
        column("dead_letters"),
      ),
    ],
  },
];
