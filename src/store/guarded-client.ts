/** The one kind of PostgreSQL client: guarded from its birth, bounded in time, and honest about a session that is lost. */
import pg from "pg";
import { isTracing, tracedBelow } from "../telemetry/trace.ts";

/** Nobody knows what became of the last statement, or it was never sent. Answered with 503. */
export class DatabaseAway extends Error {
  override readonly name = "DatabaseAway";
  constructor(why: string, cause?: unknown) {
    super(`the database cannot answer: ${why}`, { cause });
  }
}

/** A plan that was prepared before a table changed. Under the code of a conflict, so that the work runs again. */
export class StalePlan extends Error {
  override readonly name = "StalePlan";
  readonly code = "40001";
}

export const PASSWORD_REFUSED = "28P01";

/** What a role signs in with where it may have changed: the likeliest, and the next one once that was refused. */
export interface Passwords {
  (): string;
  refused(tried: string): void;
}

/** Whether the database can be reached at all, as one session of the process knows it for all the others. */
export interface Reach {
  /** Rejects at once while the database is away, so that only that one session tries to reach it. */
  admit(): Promise<void>;
  /** Something waits for longer than it should: is anybody there? */
  suspect(): void;
  add(session: GuardedClient): void;
  remove(session: GuardedClient): void;
}

export interface GuardedConfig extends Omit<pg.PoolConfig, "password"> {
  readonly password?: string | Passwords;
  readonly reach?: Reach | undefined;
  /** How long an answer may take before the session is given up. */
  readonly limitMs?: number;
}

type Ask = (...given: unknown[]) => unknown;
type Callback = (error: unknown, answer?: unknown) => void;

const LIMIT_MS = 30_000;
// Most statements take a few milliseconds; one that takes this long is worth a question.
const SUSPECT_AFTER_MS = 200;
// What a session has prepared fills the server's memory until it ends.
const MOST_PREPARED = 300;
// With those of a server that only reads: after a failover the one that writes is found by a new connection.
const CONNECTION_LOST = /^(08|57P0|25P0[34]|53300|25006)/;

/** Sessions that are older may hold plans for tables as they were. */
let tablesChangedAtMs = Number.NEGATIVE_INFINITY;

export class GuardedClient extends pg.Client {
  /** Resolves when the session is over, however it came to that. */
  readonly ended: Promise<void>;
  readonly #limitMs: number;
  readonly #passwords: Passwords | null;
  readonly #reach: Reach | undefined;
  readonly #prepared = new Set<string>();
  readonly #bornAtMs = performance.now();
  #isLost = false;
  #isLeaving = false;
  #unanswered = 0;
  #waitingSinceMs = 0;
  #timer: NodeJS.Timeout | null = null;
  #settled: (() => void)[] = [];

  constructor(config: GuardedConfig = {}) {
    super(config);
    this.#passwords = typeof config.password === "function" ? config.password : null;
    this.#limitMs = config.limitMs ?? LIMIT_MS;
    this.#reach = config.reach;
    // A lost session is told by its statements. Unheard, this event would end the process.
    this.on("error", () => this.#lose());
    this.ended = new Promise((resolve) => {
      this.on("end", () => {
        this.#lose();
        resolve();
      });
    });
    // The library's signatures are overloaded; what is asked and answered passes through unchanged.
    const connect = super.connect as () => Promise<unknown>;
    const query = super.query as Ask;
    const end = super.end as Ask;
    this.connect = ((callback?: Callback) =>
      this.#connect(() => connect.call(this), callback)) as pg.Client["connect"];
    this.query = ((...given: unknown[]) =>
      this.#ask((...all) => query.apply(this, all), given)) as pg.Client["query"];
    this.end = ((...given: unknown[]) => {
      this.#isLeaving = true;
      return end.apply(this, given);
    }) as pg.Client["end"];
  }

  /** Whether it must not be used again: lost, full of prepared statements, or with plans for tables as they were. */
  get isSpent(): boolean {
    return this.#isLost || this.#prepared.size >= MOST_PREPARED || this.#bornAtMs < tablesChangedAtMs;
  }

  /** Whether somebody else may have it now: nothing is under way, no transaction is open. */
  get isFree(): boolean {
    return !this.isSpent && this.#unanswered === 0 && this.getTransactionStatus() === "I";
  }

  /** Resolves when every statement was answered, or the session lost. */
  settled(): Promise<void> {
    if (this.#unanswered === 0) return Promise.resolve();
    return new Promise((resolve) => this.#settled.push(resolve));
  }

  /** Ends the session without waiting for anybody; what it was asked is rejected with the reason. */
  cut(reason: Error): void {
    this.#isLost = true;
    this.connection.stream.destroy(reason);
  }

  #connect(open: () => Promise<unknown>, callback?: Callback): Promise<unknown> | undefined {
    const opened = this.#open(open);
    if (callback === undefined) return opened;
    opened.then(() => callback(null, this), callback);
    return undefined;
  }

  async #open(open: () => Promise<unknown>): Promise<this> {
    await this.#reach?.admit();
    this.#reach?.add(this);
    this.#begin();
    try {
      await open();
      return this;
    } catch (error) {
      const isRefused = error instanceof pg.DatabaseError && error.code === PASSWORD_REFUSED;
      // By now it is the one that was tried.
      if (isRefused && typeof this.password === "string") this.#passwords?.refused(this.password);
      this.#lose();
      throw this.#named(error);
    } finally {
      this.#answered();
    }
  }

  #ask(query: Ask, given: unknown[]): unknown {
    const [first] = given;
    if (isNamed(first)) this.#prepared.add(first.name);
    const callback = given.at(-1);
    this.#begin();
    if (typeof callback === "function") {
      const answered: Callback = (error, answer) => {
        this.#answered();
        callback(error ? this.#named(error) : error, answer);
      };
      return query(...given.slice(0, -1), answered);
    }
    const asked = (): Promise<unknown> =>
      (query(...given) as Promise<unknown>).then(
        (answer) => {
          this.#answered();
          return answer;
        },
        (error) => {
          const named = this.#named(error);
          this.#answered();
          throw named;
        },
      );
    return isTracing() ? tracedStatement(first, asked) : asked();
  }

  #begin(): void {
    this.#unanswered++;
    if (this.#unanswered === 1) this.#wait();
  }

  #answered(): void {
    this.#unanswered--;
    if (this.#unanswered > 0 && !this.#isLost) {
      this.#wait();
      return;
    }
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#unanswered > 0) return;
    for (const resolve of this.#settled.splice(0)) resolve();
  }

  #wait(): void {
    this.#waitingSinceMs = performance.now();
    if (this.#timer === null) this.#timer = this.#look();
    else this.#timer.refresh();
  }

  #look(): NodeJS.Timeout {
    // After a turn of the loop in which answers are read: if it was this process that stood still, they are there.
    return setTimeout(() => setImmediate(() => this.#judge()), SUSPECT_AFTER_MS).unref();
  }

  #judge(): void {
    if (this.#timer === null || this.#isLost) return;
    const waitedMs = performance.now() - this.#waitingSinceMs;
    if (waitedMs > this.#limitMs) {
      this.cut(new DatabaseAway(`no answer within ${this.#limitMs} ms`));
      return;
    }
    if (waitedMs >= SUSPECT_AFTER_MS) this.#reach?.suspect();
    this.#timer.refresh();
  }

  #lose(): void {
    const wasLost = this.#isLost;
    this.#isLost = true;
    this.#reach?.remove(this);
    // A pool that shrinks ends its sessions itself: nothing is wrong.
    if (!wasLost && !this.#isLeaving) this.#reach?.suspect();
  }

  #named(error: unknown): unknown {
    if (error instanceof DatabaseAway) return error;
    const code = error instanceof pg.DatabaseError ? error.code : null;
    const message = error instanceof Error ? error.message : String(error);
    if (code != null && CONNECTION_LOST.test(code)) {
      this.#isLost = true;
      return new DatabaseAway(message, error);
    }
    if (code === "0A000" && message.startsWith("cached plan must not change")) {
      tablesChangedAtMs = performance.now();
      return new StalePlan(message, { cause: error });
    }
    if (code !== null) return error;
    // Not an answer of the server's: either the session is gone, or nobody knows what it will answer next.
    if (this.#isLost || this.#isLeaving) return new DatabaseAway(message, error);
    this.cut(new DatabaseAway("the session was given up", error));
    return error;
  }
}

/** By its name where we gave it one, else by its first word: a text may hold what somebody wrote. */
function tracedStatement(asked: unknown, work: () => Promise<unknown>): Promise<unknown> {
  const isOurs = isNamed(asked) && !/^k[\w-]{16}$/.test(asked.name);
  const text = typeof asked === "string" ? asked : ((asked as { readonly text?: string })?.text ?? "");
  const verb = /^\s*([a-z]{1,20})\b/i.exec(text)?.[1]?.toUpperCase() ?? "STATEMENT";
  const name = isOurs ? asked.name : verb;
  return tracedBelow(name, { "db.system.name": "postgresql", "db.operation.name": name }, work);
}

function isNamed(asked: unknown): asked is { name: string } {
  return typeof asked === "object" && asked !== null && "name" in asked && typeof asked.name === "string";
}
