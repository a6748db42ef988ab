/** Kysely's way to PostgreSQL: statements that come again are prepared, and BEGIN travels with the first of them. */
import { createHash } from "node:crypto";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  PostgresDialect,
  type QueryResult,
  type TransactionSettings,
} from "kysely";
import type pg from "pg";
import type { GuardedClient } from "./guarded-client.ts";

type CheckOut = (pool: pg.Pool) => Promise<pg.PoolClient & GuardedClient>;

// Longer ones are configuration in bulk, whose text depends on how many rows there are.
const LONGEST_NAMED = 8_192;
const MOST_REMEMBERED = 4_096;
const WRITES = ["INSERT", "UPDATE", "DELETE", "MERGE"];

/** The names of texts that were seen more than once; null for those seen once. */
const names = new Map<string, string | null>();

/** A text that never comes again is not worth a place in the server's memory. */
export function statementName(text: string): string | undefined {
  // Several statements in one text cannot be prepared.
  if (text.length > LONGEST_NAMED || text.includes(";")) return undefined;
  const known = names.get(text);
  if (known !== undefined && known !== null) return known;
  if (known === undefined) {
    if (names.size >= MOST_REMEMBERED) names.clear();
    names.set(text, null);
    return undefined;
  }
  const name = `k${createHash("sha256").update(text).digest("base64url").slice(0, 16)}`;
  names.set(text, name);
  return name;
}

export class StoreDialect extends PostgresDialect {
  readonly #pool: pg.Pool;
  readonly #checkOut: CheckOut;

  constructor(pool: pg.Pool, checkOut: CheckOut) {
    super({ pool });
    this.#pool = pool;
    this.#checkOut = checkOut;
  }

  override createDriver(): Driver {
    return new StoreDriver(this.#pool, this.#checkOut);
  }
}

class StoreDriver implements Driver {
  readonly #pool: pg.Pool;
  readonly #checkOut: CheckOut;

  constructor(pool: pg.Pool, checkOut: CheckOut) {
    this.#pool = pool;
    this.#checkOut = checkOut;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<StoreConnection> {
    return new StoreConnection(await this.#checkOut(this.#pool));
  }

  async beginTransaction(connection: StoreConnection, settings: TransactionSettings): Promise<void> {
    const { isolationLevel, accessMode } = settings;
    connection.begin(
      ["begin", isolationLevel === undefined ? "" : `isolation level ${isolationLevel}`, accessMode ?? ""]
        .filter((part) => part !== "")
        .join(" "),
    );
  }

  commitTransaction(connection: StoreConnection): Promise<void> {
    return connection.commit();
  }

  rollbackTransaction(connection: StoreConnection): Promise<void> {
    return connection.rollback();
  }

  async releaseConnection(connection: StoreConnection): Promise<void> {
    connection.release();
  }

  async destroy(): Promise<void> {
    await this.#pool.end();
  }
}

class StoreConnection implements DatabaseConnection {
  readonly #client: pg.PoolClient & GuardedClient;
  /** BEGIN, while it waits for a statement to travel with. */
  #begin: string | null = null;

  constructor(client: pg.PoolClient & GuardedClient) {
    this.#client = client;
  }

  begin(text: string): void {
    this.#begin = text;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const name = statementName(sql);
    const statement = { text: sql, values: [...parameters], ...(name === undefined ? {} : { name }) };
    const begin = this.#begin;
    this.#begin = null;
    const begun = begin === null ? null : this.#client.query(begin);
    const [{ command, rowCount, rows }] = await Promise.all([this.#client.query(statement), begun]);
    // Several statements in one text come back as several results, which nobody reads.
    if (!WRITES.includes(command)) return { rows: rows ?? [] };
    return { rows, numAffectedRows: BigInt(rowCount ?? 0) };
  }

  // biome-ignore lint/correctness/useYield: nobody streams; the interface wants it
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error("results are not streamed: ask for them in pages");
  }

  async commit(): Promise<void> {
    if (this.#begin !== null) {
      this.#begin = null;
      return;
    }
    const { command } = await this.#client.query("commit");
    // PostgreSQL answers COMMIT of a transaction in which something failed with ROLLBACK, not with an error.
    if (command !== "COMMIT")
      throw new Error("nothing was committed: a statement of the transaction had failed");
  }

  /** Never fails: why the transaction did is what its caller must learn, and a lost session takes it along. */
  async rollback(): Promise<void> {
    this.#begin = null;
    await this.#client.settled();
    if (this.#client.isSpent || this.#client.getTransactionStatus() === "I") return;
    await this.#client.query("rollback").catch(() => {});
  }

  release(): void {
    this.#client.release(!this.#client.isFree);
  }
}
