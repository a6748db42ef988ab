/**
 * Decisions on PostgreSQL: one statement reads the moment, one writes the change. Whatever moved in between makes the
 * second refuse, and it is decided again; from the second try on everything is held first, so that nobody gives up.
 */
import type pg from "pg";
import type { TenantId } from "../../domain/ids.ts";
import { accept, reject } from "../../domain/rejection.ts";
import { onlyTakesAway, type Restoration, requireConfirmed } from "../../domain/restored.ts";
import type { BoundedClock } from "../../domain/time.ts";
import type { Decided } from "../../policy/decisions/change.ts";
import { note, traced } from "../../telemetry/trace.ts";
import type {
  Answered,
  Decisions,
  Made,
  Moment,
  RepeatOptions,
  Result,
  StoredAnswer,
  Who,
} from "../../use-cases/decisions.ts";
import type { Tx } from "../../use-cases/ports.ts";
import { BOOK_ROWS, booksAtLeast, type KeptBooks, policyVersions, type Run } from "../books.ts";
import { call, type Database, inShare, type Statement } from "../database.ts";
import { DatabaseAway } from "../guarded-client.ts";
import { runWithin } from "../run-within.ts";
import { type TenantScope, withTenant } from "../within-tenant.ts";
import { createBatches } from "./batches.ts";
import { type Commit, commitOf, isMoved } from "./commit.ts";
import { createLook, type Looked, PolicyMoves } from "./look.ts";
import { atGrant, atRequest, type MomentRow, type Question, toAsk, toAssign, toCheck } from "./moments.ts";

const MAX_TRIES = 6;
const MAX_UNKNOWN = 3;

export interface DecisionsOptions {
  readonly pool: pg.Pool;
  readonly db: Database;
  readonly books: KeptBooks;
  readonly clock: BoundedClock;
  /** While it is not confirmed, nothing is stored but what takes access away. */
  readonly restoration: Restoration;
  /** For what surfaces keep beside a change, in its transaction. */
  readonly transactionOf: (scope: TenantScope) => Tx;
  readonly wake: () => void;
  /** Told of what was stored, by the types of its events. */
  readonly decided: (types: readonly string[]) => void;
  /** Between what was decided and its commit; for tests that stop there. */
  readonly beforeCommit?: () => Promise<void>;
}

/** What was to be stored. Where no answer came it may have been. */
interface Tried<T, M extends Moment> {
  readonly home: TenantId;
  readonly commit: Commit;
  readonly types: readonly string[];
  readonly made: Made<T, M>;
}

interface Progress<T, M extends Moment> {
  tried: Tried<T, M> | null;
  isUnknown: boolean;
  /** What to take before the next try. */
  hold: Statement | null;
}

export function createDecisions(options: DecisionsOptions): Decisions {
  const { pool, books, clock, restoration } = options;
  const onPool: Run = async (statement) => (await call(pool, statement)).rows as never;
  /** On connections of that tenant's share; a book is read once for everybody who waits for it. */
  const runOf =
    (tenantId: TenantId): Run =>
    (statement) =>
      statement.name === BOOK_ROWS ? onPool(statement) : inShare(pool, tenantId, () => onPool(statement));
  const look = createLook(books, clock);

  const decide: typeof deciding = (who, question, work, given) =>
    traced("decide", { "curfew.about": question.about }, async () => {
      const done = await deciding(who, question, work, given);
      if (!done.ok) note({ "curfew.refusal": done.rejection.code });
      return done;
    });

  async function deciding<Row extends MomentRow, M extends Moment, T>(
    who: Who,
    question: Question<Row, M>,
    work: (moment: M) => Decided<T>,
    given: RepeatOptions<T, M>,
  ): Promise<Result<Answered<T, M>>> {
    const { also, repeat, answer } = given;
    const mine = runOf(who.ref.tenantId);
    const state: Progress<T, M> = { tried: null, isUnknown: false, hold: null };

    const once = async (run: Run, tx: Tx | null): Promise<Result<Answered<T, M>>> => {
      const looked = await traced("look", {}, () => look(who, question, run));
      if (!looked.ok) return looked;
      const { moment, row } = looked.value;
      if (repeat !== undefined && row.kept) return keptAnswer(row.kept, repeat.fingerprint);
      if (tx !== null && also !== undefined) {
        const free = await also.check(tx);
        if (!free.ok) return free;
      }
      const decided = work(moment);
      if (!decided.ok) return refusal(decided, moment);
      if (!onlyTakesAway(decided.change)) requireConfirmed(restoration);
      const made = { value: decided.value, moment };
      const repeated = repeat && answer && { ...repeat, caller: moment.caller.ref, answer: answer(made) };
      const commit = commitOf(decided.change, basisOf(looked.value), repeated ?? null);
      const types = decided.change.events.map(({ type }) => type);
      state.tried = { home: decided.change.home, commit, types, made };
      state.hold = commit.hold;
      await options.beforeCommit?.();
      await traced("commit", {}, () => run(commit.statement));
      if (tx !== null) await also?.write(tx, decided.value);
      return { ok: true, value: made };
    };

    const holding = async (): Promise<Result<Answered<T, M>>> => {
      const { hold } = state;
      const home = await homeOf(question, onPool);
      if (home === null) return once(mine, null);
      return withTenant(options.db, home, async (scope) => {
        const run = runWithin(scope);
        if (hold !== null) await run(hold);
        return once(run, options.transactionOf(scope));
      });
    };

    const attempt = async (): Promise<Result<Answered<T, M>>> => {
      const { tried, isUnknown } = state;
      if (tried !== null && isUnknown) {
        if (await isCommitted(options.db, tried)) return { ok: true, value: tried.made };
        state.isUnknown = false;
      }
      return state.hold === null && also === undefined ? once(mine, null) : holding();
    };

    for (let tries = 1; ; tries++) {
      if (tries > 1) note({ "curfew.tries": tries });
      try {
        const done = await attempt();
        if (!done.ok) return done;
        // What was answered under a key was stored, and counted, then.
        if (!("kept" in done.value)) options.decided(state.tried?.types ?? []);
        options.wake();
        return done;
      } catch (error) {
        // Lost with the statement, or with the COMMIT of the transaction that it was in.
        const isLost = error instanceof DatabaseAway && state.tried !== null;
        state.isUnknown ||= isLost;
        if (error instanceof PolicyMoves) state.hold = holdPolicy(error.tenantIds);
        const again = isMoved(error) || (isLost && tries < MAX_UNKNOWN);
        if (tries >= MAX_TRIES || !again) throw error;
      }
    }
  }

  return {
    batches: createBatches({ ...options, runOf, now: clock.now }),
    books: async (tenantIds) => booksAtLeast(books, await policyVersions(tenantIds, onPool), onPool),
    async toAsk(who, about) {
      requireConfirmed(restoration);
      return momentOf(await look(who, toAsk(who, about, null), runOf(who.ref.tenantId)));
    },
    atRequest: async (who, id) => momentOf(await look(who, atRequest(who, id), runOf(who.ref.tenantId))),
    atGrant: async (who, id) =>
      momentOf(await look(who, atGrant(who, id, true, null), runOf(who.ref.tenantId))),
    toCheck: async (who, home, of, about) =>
      momentOf(await look(who, toCheck(who, home, of, about), runOf(who.ref.tenantId))),
    async ask(who, about, work, given = {}) {
      requireConfirmed(restoration);
      return decide(who, toAsk(who, about, given.repeat?.key ?? null), work, given);
    },
    async toAssign(who, about) {
      requireConfirmed(restoration);
      return momentOf(await look(who, toAssign(who, about, null), runOf(who.ref.tenantId)));
    },
    async assign(who, about, work, given = {}) {
      requireConfirmed(restoration);
      return decide(who, toAssign(who, about, given.repeat?.key ?? null), work, given);
    },
    async onRequest(who, id, work, given = {}) {
      const done = await decide(who, atRequest(who, id), work, given);
      if (!done.ok) return done;
      if ("kept" in done.value) throw new Error("a decision was answered under a key that nobody gave");
      return { ok: true, value: done.value };
    },
    onGrant: (who, id, work, given = {}) =>
      decide(who, atGrant(who, id, given.asking === true, given.repeat?.key ?? null), work, given),
  };
}

function holdPolicy(tenantIds: readonly string[]): Statement {
  return { name: "hold_policy", text: "SELECT hold_policy($1::uuid[])", values: [[...tenantIds]] };
}

function momentOf<M extends Moment>(looked: Result<Looked<M>>) {
  return looked.ok ? accept(looked.value.moment) : looked;
}

function basisOf<M extends Moment>({ moment, row }: Looked<M>) {
  const { now, books } = moment;
  return { books: books.asked(), timesDecided: row.turns ?? {}, readAt: row.read_at ?? now, now };
}

function refusal<T>(decided: Extract<Decided<T>, { ok: false }>, { caller }: Moment): Result<never> {
  const { rejection, refused } = decided;
  return refused === undefined
    ? { ok: false, rejection }
    : { ok: false, rejection, refused: { ...refused, caller } };
}

function keptAnswer(
  kept: StoredAnswer & { readonly fingerprint: string },
  fingerprint: string,
): Result<{ readonly kept: StoredAnswer }> {
  if (kept.fingerprint === fingerprint)
    return { ok: true, value: { kept: { status: kept.status, body: kept.body } } };
  return reject("idempotency_mismatch", "this Idempotency-Key was used for another call; take a new one");
}

async function homeOf(question: Pick<Question<never, never>, "home">, run: Run): Promise<TenantId | null> {
  if (typeof question.home === "string") return question.home;
  const [row] = await run<{ home: TenantId | null }>(question.home);
  return row?.home ?? null;
}

/** Waits for whatever may still be under way, then looks for the change's first entry in the log. */
async function isCommitted(db: Database, { home, commit }: Tried<unknown, Moment>): Promise<boolean> {
  return withTenant(db, home, async (scope) => {
    await runWithin(scope)(commit.hold);
    const found = await scope.trx
      .selectFrom("audit_entry")
      .select("id")
      .where("tenant_id", "=", home)
      .where("id", "=", commit.entryId ?? "")
      .executeTakeFirst();
    return found !== undefined;
  });
}
