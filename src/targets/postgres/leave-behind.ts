/**
 * Puts an end to everything that a temporary role leaves behind and that could still run, or open something, in every
 * database: in small transactions, each of which stays done whatever becomes of the next. Nothing is moved and nothing
 * deleted: what was made keeps its owner, who can do nothing any more.
 */
import { type TargetContext, TargetFault } from "../target.ts";
import { isLockTimeout, isShortage, sqlState } from "./fault.ts";
import { findLeavings, type Leaving } from "./leavings.ts";
import { rollBackPrepared } from "./prepared.ts";
import type { RoleState } from "./role-state.ts";
import type { Session } from "./session.ts";
import { name } from "./sql.ts";

/** How much of it is done at once. */
export interface LeavingLimits {
  /** Statements in one transaction: the locks of no more than these are held together. */
  readonly batch: number;
  /** How long one removal may take over it before it lets others have their turn, in milliseconds. */
  readonly turnMs: number;
}

/** A table needs a few locks for each statement, and a server has at least some thousand for all. */
export const LEAVING_LIMITS: LeavingLimits = { batch: 100, turnMs: 5_000 };

/** Others queue behind us where we wait for a lock. */
const LOCK_TIMEOUT_MS = 200;
const PAGE = 2_000;
/** What fails for that many will fail for the next one too. */
const MOST_STUCK = 50;
const MOST_TOLD = 5;
const STATEMENT_TOLD = 200;

/** Returns what went wrong or is still to be done, in sentences; empty when it is done. The role must be closed and without sessions. */
export async function leaveBehind(
  session: Session,
  role: RoleState,
  limits: LeavingLimits,
  ctx: TargetContext,
): Promise<readonly string[]> {
  await rollBackPrepared(session, role, ctx);
  const until = performance.now() + limits.turnMs;
  const troubles: string[] = [];
  for (const database of await findDatabases(session, role)) {
    try {
      const left = await session.elsewhere(database, (there) =>
        new Leave(there, role, { ...limits, until }, ctx).run(),
      );
      troubles.push(...left.map((each) => `in \`${database}\`: ${each}`));
    } catch (error) {
      if (!(error instanceof TargetFault)) throw error;
      const todo = `let the management role connect to it, or drop there what \`${role.name}\` owns`;
      troubles.push(`in \`${database}\`: ${error.message}; ${todo}`);
    }
  }
  return troubles;
}

/** Every database in which it owns something or was given something. */
async function findDatabases(session: Session, role: RoleState): Promise<readonly string[]> {
  const rows = await session.rows<{ database: string }>(
    `SELECT coalesce(b.datname, current_database()) AS database
       FROM pg_shdepend d LEFT JOIN pg_database b ON b.oid = d.dbid
      WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = $1::oid
        AND d.classid NOT IN ('pg_auth_members'::regclass, 'pg_subscription'::regclass)
      UNION
     SELECT b.datname FROM pg_subscription s JOIN pg_database b ON b.oid = s.subdbid WHERE s.subowner = $1::oid
      ORDER BY 1`,
    [role.oid],
  );
  return rows.map((row) => row.database);
}

/** One database in one turn. */
class Leave {
  readonly #session: Session;
  readonly #role: RoleState;
  readonly #until: number;
  readonly #ctx: TargetContext;
  readonly #done = new Set<string>();
  readonly #stuck = new Map<string, string>();
  #batch: number;
  #group: string | null = null;

  constructor(
    session: Session,
    role: RoleState,
    limits: LeavingLimits & { readonly until: number },
    ctx: TargetContext,
  ) {
    this.#session = session;
    this.#role = role;
    this.#batch = limits.batch;
    this.#until = limits.until;
    this.#ctx = ctx;
  }

  /** Until there is none left but those that cannot be done, or until others have their turn. */
  async run(): Promise<readonly string[]> {
    this.#group = await this.#findGroup();
    for (;;) {
      const found = await this.#find();
      if (found.length === 0) return this.#told();
      const left = await this.#work(found);
      if (left !== null) return [...this.#told(), left];
    }
  }

  async #find(): Promise<readonly Leaving[]> {
    const except = [...this.#stuck.keys()];
    const found = await findLeavings(this.#session, this.#role.oid, {
      except,
      limit: PAGE,
      group: this.#group,
    });
    for (const { statement } of found)
      if (this.#done.has(statement)) this.#stuck.set(statement, "it was run, and changed nothing");
    return found.filter(({ statement }) => !this.#done.has(statement));
  }

  /** Null once all of them were tried; otherwise why it stops here. */
  async #work(found: readonly Leaving[]): Promise<string | null> {
    const waiting = [...found];
    while (waiting.length > 0) {
      if (this.#stuck.size >= MOST_STUCK) return `it stopped after ${this.#stuck.size} that failed`;
      // Something is done in every turn, however short it is.
      if (this.#done.size + this.#stuck.size > 0 && performance.now() >= this.#until)
        return `it goes on in a moment: ${waiting.length} or more are still to be done`;
      const batch = waiting.slice(0, this.#batch);
      const failed = await this.#try(batch);
      if (failed === null) {
        for (const { statement } of waiting.splice(0, batch.length)) this.#done.add(statement);
      } else if (isShortage(failed.fault) && batch.length > 1) {
        // The same again would end the same way: half of it takes half the locks and half the time.
        this.#batch = Math.ceil(batch.length / 2);
      } else {
        this.#stuck.set(failed.leaving.statement, `${failed.fault.message}; ${remedyFor(failed.fault)}`);
        waiting.splice(waiting.indexOf(failed.leaving), 1);
      }
    }
    return null;
  }

  /** One transaction: all of them, or none and the one that failed. */
  async #try(
    batch: readonly Leaving[],
  ): Promise<{ readonly leaving: Leaving; readonly fault: TargetFault } | null> {
    await this.#ctx.onStep?.("objects.disarm");
    let leaving: Leaving | undefined;
    try {
      await this.#session.transaction(async () => {
        await this.#session.run(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
        const loans = loansFor(batch);
        for (const { lender, to, as } of loans)
          await this.#session.run(`GRANT ${lender} TO ${to} WITH ${as}`);
        let owner: string | undefined;
        for (const one of batch) {
          leaving = one;
          if (one.owner !== owner) await this.#session.run(`SET LOCAL ROLE ${name(one.owner)}`);
          owner = one.owner;
          await this.#session.run(one.statement);
        }
        leaving = undefined;
        await this.#session.run("SET LOCAL ROLE NONE");
        for (const { lender, to } of loans)
          await this.#session.run(`REVOKE ${lender} FROM ${to} GRANTED BY CURRENT_USER`);
      });
      return null;
    } catch (fault) {
      // Only what the server refused says something of the statement; a connection that is lost says nothing.
      if (leaving === undefined || !(fault instanceof TargetFault) || sqlState(fault) === null) throw fault;
      return { leaving, fault };
    }
  }

  /** The group role, by whose USAGE the holder came into schemas: theirs is gone, and ours is ours to give. */
  async #findGroup(): Promise<string | null> {
    const [row] = await this.#session.rows<{ role: string }>(
      "SELECT rolname AS role FROM pg_roles WHERE rolname = $1 AND pg_has_role(oid, 'MEMBER WITH ADMIN OPTION')",
      [this.#role.label?.handle.entitledRole ?? ""],
    );
    return row?.role ?? null;
  }

  #told(): readonly string[] {
    const told = [...this.#stuck].slice(0, MOST_TOLD).map(([statement, why]) => {
      const asked = statement.length > STATEMENT_TOLD ? `${statement.slice(0, STATEMENT_TOLD)}…` : statement;
      return `\`${asked}\`: ${why}`;
    });
    const more = this.#stuck.size - told.length;
    return more > 0 ? [...told, `and ${more} more like these`] : told;
  }
}

/**
 * Which roles are given for the length of the transaction; nobody else ever sees it. Each statement is run as the owner
 * itself: with the rights of others beside its own, a REVOKE could be one of theirs, and leave what the owner gave.
 */
function loansFor(batch: readonly Leaving[]) {
  const loans = new Map<string, { readonly lender: string; readonly to: string; readonly as: string }>();
  for (const { owner, lender } of batch) {
    loans.set(owner, { lender: name(owner), to: "CURRENT_USER", as: "INHERIT FALSE, SET TRUE" });
    if (lender !== null)
      loans.set(`${owner} ${lender}`, {
        lender: name(lender),
        to: name(owner),
        as: "INHERIT TRUE, SET FALSE",
      });
  }
  return [...loans.values()];
}

/** What a person can do about one statement that fails by itself. */
function remedyFor(fault: TargetFault): string {
  if (isLockTimeout(fault)) return "end the session that holds a lock on it";
  if (isShortage(fault))
    return "give the server more of what it ran out of, or run the statement as a superuser";
  return "run the statement as a superuser";
}
