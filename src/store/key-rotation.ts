/**
 * Puts another key in the place of the installation's, step by step: each is committed, and whichever process is left goes
 * on with the next. Announced: every process takes the new key in. Current: it seals, signs and opens the database, and
 * what was sealed is sealed anew; for an hour the one before is accepted as well. Retired: it opens nothing any more.
 */
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import { stampSystem } from "../domain/stamp.ts";
import { addMs, type BoundedClock, HOUR_MS } from "../domain/time.ts";
import type { InstallationKeys, KeyState, Store } from "../use-cases/ports.ts";
import { APP, changeCatalogue, OWNER } from "./bootstrap.ts";
import { addKey, dropKeys, readKeys } from "./data-key.ts";
import { type ConnectionSettings, call, onClient, openConnection } from "./database.ts";
import { INTRODUCTION, type KeptKey, type Keyring, type Rotation, type Standing } from "./keyring.ts";
import { KEY_CHANNEL } from "./open-store.ts";
import { resealAll } from "./reseal.ts";

const ACCEPTED_MS = HOUR_MS;
const SOON_MS = 250;
const TURN_MS = 50;
const BEHIND_MS = 1_000;
const PATIENCE_MS = 10_000;
const AFTER_ERROR_MS = 2_000;
// A notification may be lost; nothing but a slower beginning comes of it.
const LOOK_EVERY_MS = 60_000;

/** After each of these something is committed, and a process may end. */
export type RotationStep =
  | "key written"
  | "announced"
  | "current"
  | "passwords set"
  | "batch sealed"
  | "all sealed"
  | "told"
  | "retired"
  | "key dropped";

export interface RotationParts {
  readonly key: Keyring;
  readonly owner: ConnectionSettings;
  /** Of the application's role. */
  readonly pool: pg.Pool;
  readonly store: Store;
  readonly clock: BoundedClock;
  /** For tests that end the process there. */
  readonly after?: (step: RotationStep) => Promise<void>;
}

export interface KeyRotation extends InstallationKeys {
  /** Takes what comes next; resolves to how long nothing has to be done. Lines go to the `log`, not twice in a row. */
  pass(log: (line: string) => void): Promise<number>;
}

export function createKeyRotation(parts: RotationParts): KeyRotation {
  const { key, after = async () => {} } = parts;
  let log: (line: string) => void = () => {};
  let said = "";
  const say = (line: string): void => {
    if (line !== said) log(line);
    said = line;
  };
  const asOwner = async <T>(work: (owner: pg.Client) => Promise<T>): Promise<T> => {
    const owner = await openConnection(parts.owner, {
      use: "key rotation",
      statementMs: 60_000,
      answerMs: 90_000,
    });
    try {
      return await work(owner);
    } finally {
      await owner.end();
    }
  };
  /** One process at a time, in the database and in the key file; null where another is at it for too long. */
  const inTurn = <T>(waitMs: number, work: (owner: pg.Client) => Promise<T>): Promise<T | null> =>
    asOwner(async (owner) => {
      const until = performance.now() + waitMs;
      for (;;) {
        const { rows } = await owner.query(
          "SELECT pg_try_advisory_lock(hashtextextended('curfew key rotation', 0)) AS mine",
        );
        if (rows[0]?.mine === true) return work(owner);
        if (performance.now() > until) return null;
        await delay(TURN_MS);
      }
    });
  const tell = (owner: pg.Client) => owner.query(`NOTIFY ${KEY_CHANNEL}`);

  const takeStep = async (owner: pg.Client): Promise<number> => {
    // As it is now that it is our turn.
    const standing = await key.refresh();
    const { rotation } = standing;
    if (rotation === null) return LOOK_EVERY_MS;
    // What is sealed with a key that this process does not hold is not sealed anew by it.
    if (key.isBehind) return BEHIND_MS;
    if (rotation.next.current_from === null) return makeCurrent(owner, rotation.next);
    if (rotation.next.resealed_at === null) return sealAnew(owner, rotation);
    const leftMs = addMs(rotation.next.current_from, ACCEPTED_MS) - parts.clock.bounds().earliest;
    return leftMs > 0 ? Math.min(leftMs, LOOK_EVERY_MS) : retire(owner, rotation);
  };

  const makeCurrent = async (owner: pg.Client, next: KeptKey): Promise<number> => {
    await owner.query("BEGIN");
    try {
      await owner.query("SELECT pg_advisory_xact_lock(hashtextextended('curfew current key', 0))");
      const without = (await processes(parts.pool)).filter(({ holds }) => !holds.includes(next.generation));
      // Whoever takes the step holds it, whatever becomes of the others.
      if (key.newest.generation !== next.generation || (without.length > 0 && !next.leave_behind)) {
        await owner.query("ROLLBACK");
        say(`the new key waits for processes that do not hold it: ${namesOf(without)}`);
        return SOON_MS;
      }
      await owner.query(
        "UPDATE installation_key SET current_from = clock_timestamp() WHERE generation = $1 AND current_from IS NULL",
        [next.generation],
      );
      await tell(owner);
      await owner.query("COMMIT");
    } catch (error) {
      await owner.query("ROLLBACK").catch(() => {});
      throw error;
    }
    await after("current");
    return 0;
  };

  /** Who connects tries both passwords, so that it does not matter when each role has the new one. */
  const sealAnew = async (owner: pg.Client, rotation: Rotation): Promise<number> => {
    const { next } = rotation;
    const late = (await processes(parts.pool)).filter(({ by }) => by !== next.generation);
    // Whoever seals with the key before would leave more of it.
    if (late.length > 0 && !next.leave_behind) {
      say(`what is sealed waits for processes that use the key before: ${namesOf(late)}`);
      return SOON_MS;
    }
    await setPasswords(owner, parts);
    await after("passwords set");
    const done = await resealAll(owner, key, () => after("batch sealed"));
    if (done.left > 0) return SOON_MS;
    if (done.unreadable > 0 && (await lacksBefore(rotation))) return BEHIND_MS;
    await owner.query("UPDATE installation_key SET resealed_at = clock_timestamp() WHERE generation = $1", [
      next.generation,
    ]);
    await tell(owner);
    if (done.unreadable > 0) say(`${done.unreadable} sealed values open with no key, and were left`);
    say(`the installation's key is of generation ${next.generation}; the one before is accepted for an hour`);
    await after("all sealed");
    return SOON_MS;
  };

  /** What only the key before opens would be lost with it: a process that holds it goes on, or an operator says that none does. */
  const lacksBefore = async ({ next, before }: Rotation): Promise<boolean> => {
    const missing = before.map(({ generation }) => generation).filter((each) => !key.holds(each));
    if (missing.length === 0) return false;
    const others = await processes(parts.pool);
    if (next.leave_behind && !others.some(({ holds }) => missing.some((each) => holds.includes(each))))
      return false;
    say(
      `this process does not hold the key before, which opens some of what is sealed: add its line to \`${key.file}\`, from another process's file or from \`key.retired-…\``,
    );
    return true;
  };

  const retire = async (owner: pg.Client, rotation: Rotation): Promise<number> => {
    const { next } = rotation;
    await setPasswords(owner, parts);
    // What was sealed before it was stored, and stored late.
    const { left, unreadable } = await resealAll(owner, key, () => after("batch sealed"));
    if (left > 0) return SOON_MS;
    if (unreadable > 0 && (await lacksBefore(rotation))) return BEHIND_MS;
    await tellOfEnd(owner, next);
    await after("told");
    await owner.query(
      `DELETE FROM signing_key WHERE generation < $1 AND EXISTS (SELECT FROM signing_key s WHERE s.generation = $1)`,
      [next.generation],
    );
    await owner.query(
      "UPDATE installation_key SET retired_at = clock_timestamp() WHERE generation < $1 AND retired_at IS NULL",
      [next.generation],
    );
    await tell(owner);
    await after("retired");
    say(`the key of the generation before ${next.generation} is retired`);
    return 0;
  };

  /** Once in each log, however often it is begun. */
  const tellOfEnd = async (owner: pg.Client, next: KeptKey): Promise<void> => {
    const { rows } = await owner.query(
      `SELECT t.tenant_id AS id FROM tenant t WHERE NOT EXISTS (SELECT FROM audit_entry e
        WHERE e.tenant_id = t.tenant_id AND e.correlation_id = $1 AND e.type = 'key.rotation_finished') ORDER BY 1`,
      [next.correlation_id],
    );
    const correlationId = next.correlation_id ?? "";
    for (const { id } of rows) {
      const about = { kind: "tenant", id, tenantId: id, otherTenantId: null, correlationId };
      const event = stampSystem("key.rotation_finished", about, { generation: next.generation });
      await parts.store.inTenant(id, (tx) => tx.record([event], parts.clock.now()));
    }
  };

  /** What the database does not accept any more is of no use in the file, and what cannot be written is ignored there. */
  const tidyFile = async (owner: pg.Client): Promise<void> => {
    const { rows } = await owner.query<KeptKey>(
      "SELECT * FROM installation_key WHERE retired_at IS NOT NULL",
    );
    const retired = new Map(rows.map((row) => [row.proof.toString("hex"), row.generation]));
    try {
      if (dropKeys(key.file, retired) > 0) await after("key dropped");
    } catch (error) {
      say(
        `\`${key.file}\` holds a retired key and cannot be written (${wordsOf(error)}): take that line out`,
      );
    }
  };

  return {
    async pass(lines) {
      log = lines;
      try {
        const { rotation } = await key.refresh();
        if (key.isBehind) {
          say(
            `this process does not hold the installation's key: copy the key file of another to \`${key.file}\``,
          );
          return BEHIND_MS;
        }
        if (rotation !== null) return (await inTurn(0, takeStep)) ?? SOON_MS;
        if (readKeys(key.file).length > 1) await inTurn(PATIENCE_MS, tidyFile);
        return LOOK_EVERY_MS;
      } catch (error) {
        // The same for as long as a database is away: said once.
        say(`key: ${error instanceof Error ? error.message : "unknown error"}`);
        return AFTER_ERROR_MS;
      }
    },
    async read() {
      const standing = await key.refresh();
      return stateOf(standing, await processes(parts.pool));
    },
    async prepare() {
      const { rotation } = await key.refresh();
      if (rotation !== null) return accept(undefined);
      return (await inTurn(PATIENCE_MS, prepareFile)) ?? busy();
    },
    async announce({ correlationId, leaveBehind }) {
      const outcome = await inTurn(PATIENCE_MS, async (owner) => {
        const { rotation } = await key.refresh();
        if (rotation !== null) {
          if (leaveBehind)
            await owner.query("UPDATE installation_key SET leave_behind = true WHERE generation = $1", [
              rotation.next.generation,
            ]);
          await tell(owner);
          return accept(undefined);
        }
        const { fresh, known } = await freshKeys(owner, key);
        const [next] = fresh;
        if (next === undefined) return busy();
        // Where none was kept, this process proved its key by what it opened.
        if (known.size === 0)
          await owner.query("INSERT INTO installation_key (proof) VALUES ($1)", [
            Buffer.from(key.proof, "hex"),
          ]);
        await owner.query(
          `INSERT INTO installation_key (proof, generation, current_from, correlation_id, leave_behind)
            SELECT $1, max(generation) + 1, NULL, $2, $3 FROM installation_key`,
          [Buffer.from(next, "hex"), correlationId, leaveBehind],
        );
        await tell(owner);
        await after("announced");
        return accept(undefined);
      });
      return outcome ?? busy();
    },
  };

  async function prepareFile(owner: pg.Client): Promise<Outcome<void>> {
    const { fresh } = await freshKeys(owner, key);
    if (fresh.length > 1)
      return reject(
        "invalid_input",
        `the key file \`${key.file}\` holds ${fresh.length} keys that were never in use; leave one of them`,
      );
    if (fresh.length === 1) return accept(undefined);
    try {
      addKey(key.file);
    } catch (error) {
      return reject(
        "invalid_input",
        `the key file \`${key.file}\` cannot be written (${wordsOf(error)}); add a line with a new key to it for every process, as \`openssl rand -base64 32\` makes one, and ask again`,
      );
    }
    await after("key written");
    return accept(undefined);
  }
}

function busy() {
  return reject("invalid_input", "another process is at a rotation right now; ask again in a moment");
}

/** Those in the file that the database has never heard of. */
async function freshKeys(owner: pg.Client, key: Keyring) {
  const { rows } = await owner.query<KeptKey>("SELECT * FROM installation_key");
  const known = new Set(rows.map(({ proof }) => proof.toString("hex")));
  const fresh = readKeys(key.file)
    .map(({ proof }) => proof)
    .filter((proof) => !known.has(proof) && proof !== key.proof);
  return { fresh, known };
}

/** Each role may change its own. */
async function setPasswords(owner: pg.Client, { key, pool }: RotationParts): Promise<void> {
  await setPassword(owner, key.password(OWNER));
  await onClient(pool, (client) => setPassword(client, key.password(APP)));
}

async function setPassword(client: pg.Client, password: string): Promise<void> {
  await changeCatalogue(client, `ALTER ROLE CURRENT_USER PASSWORD ${client.escapeLiteral(password)}`);
}

interface RunningProcess {
  readonly name: string;
  readonly holds: readonly number[];
  readonly by: number | null;
}

/** Those with a session that is always there; one of an earlier version says nothing of its keys. */
async function processes(pool: pg.Pool): Promise<readonly RunningProcess[]> {
  // Its own role's sessions are all that a role may see.
  const { rows } = await call<{ name: string; pid: number }>(pool, {
    name: "processes",
    text: `SELECT application_name AS name, pid FROM pg_stat_activity WHERE usename = current_user AND datname = current_database()
      AND (application_name LIKE 'curfew keys %' OR application_name = 'curfew')`,
    values: [],
  });
  return rows.map(({ name, pid }) => {
    const [, holds, by, where] = INTRODUCTION.exec(name) ?? [];
    if (holds === undefined || where === undefined)
      return { name: `one of an earlier version (session ${pid})`, holds: [], by: null };
    return { name: where, holds: holds.split(",").map(Number), by: Number(by) };
  });
}

function namesOf(running: readonly RunningProcess[]): string {
  return running.map(({ name }) => name).join(", ");
}

function stateOf({ current, rotation }: Standing, running: readonly RunningProcess[]): KeyState {
  const generation = current?.generation ?? 1;
  const since = current?.current_from ?? null;
  if (rotation === null) return { generation, since, rotation: null };
  const { next } = rotation;
  const waitingFor = running
    .filter(({ holds, by }) =>
      next.current_from === null ? !holds.includes(next.generation) : by !== next.generation,
    )
    .map(({ name }) => name);
  const phase =
    next.current_from === null ? "announced" : next.resealed_at === null ? "sealing" : "bothAccepted";
  return {
    generation,
    since,
    rotation: {
      phase,
      waitingFor,
      leavesBehind: next.leave_behind,
      acceptedUntil: next.current_from === null ? null : addMs(next.current_from, ACCEPTED_MS),
    },
  };
}

function wordsOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}
