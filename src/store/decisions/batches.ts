/** Many decisions of one tenant at once on PostgreSQL: one statement reads them, `commit_change` stores them. */
import type { Opening } from "../../audit/entry.ts";
import type { AccessRequest } from "../../domain/access-request.ts";
import type { Grant } from "../../domain/grant.ts";
import { asId, type GrantId, type TenantId } from "../../domain/ids.ts";
import { onlyTakesAway, type Restoration, requireConfirmed } from "../../domain/restored.ts";
import type { Instant } from "../../domain/time.ts";
import { type Books, booksOf } from "../../policy/book/books.ts";
import type { Rows } from "../../policy/decisions/change.ts";
import { note, traced } from "../../telemetry/trace.ts";
import type { Batches, Fact, GroundedGrant, HungGrant, OpenGrants, Told } from "../../use-cases/batches.ts";
import { booksAtLeast, type KeptBooks, policyVersions, type Run, type Versions } from "../books.ts";
import type { Statement } from "../database.ts";
import { type EntryRow, eventOf } from "../entry-row.ts";
import { plannedRows } from "../repositories/mail.ts";
import { commitOf, isMoved } from "./commit.ts";

const MAX_TRIES = 3;
const NO_ID = "00000000-0000-0000-0000-000000000000";
const RETOLD_TYPE = "approval_wanted";

export interface BatchesOptions {
  readonly runOf: (tenantId: TenantId) => Run;
  readonly books: KeptBooks;
  readonly now: () => Instant;
  readonly restoration: Restoration;
  readonly wake: () => void;
  readonly decided: (types: readonly string[]) => void;
  readonly beforeCommit?: () => Promise<void>;
}

interface Read {
  readonly readAt: Instant;
  readonly books: Books;
  readonly decide: (now: Instant) => Rows;
}

interface FoundRow<T> {
  readonly read_at: Instant;
  readonly versions?: Versions | null;
  readonly found: T;
}

interface FactRow extends EntryRow {
  readonly outbox_id: number;
  readonly versions: Versions;
  readonly request: AccessRequest | null;
  readonly held: Grant | null;
  readonly openings: readonly Opening[];
}

export function createBatches(options: BatchesOptions): Batches {
  const { runOf, books: kept, now, wake } = options;

  const atLeast = (home: TenantId, versions: Versions): Promise<Books> =>
    booksAtLeast(kept, versions, runOf(home));

  async function again<T>(once: () => Promise<T>): Promise<T | null> {
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      try {
        return await once();
      } catch (error) {
        if (!isMoved(error)) throw error;
      }
    }
    return null;
  }

  const store = (home: TenantId, read: () => Promise<Read>): Promise<Rows | null> =>
    traced("decide", { "curfew.about": "batch" }, () => storing(home, read));
  const storing = (home: TenantId, read: () => Promise<Read>): Promise<Rows | null> =>
    again(async () => {
      const { readAt, books, decide } = await read();
      const at = now();
      const rows = decide(at);
      if (rows.requests.length + rows.grants.length + rows.events.length === 0) return rows;
      if (!onlyTakesAway(rows)) requireConfirmed(options.restoration);
      const change = { ...rows, home, at, people: [], validUntil: null };
      await options.beforeCommit?.();
      await runOf(home)(
        commitOf(change, { books: books.asked(), timesDecided: {}, readAt, now: at }, null).statement,
      );
      note({ "curfew.count": rows.events.length });
      options.decided(rows.events.map(({ type }) => type));
      wake();
      return rows;
    });

  const readOne = async <T>(home: TenantId, statement: Statement): Promise<T> => {
    const [row] = await runOf(home)<T & object>(statement);
    if (row === undefined) throw new Error(`${statement.name} answered nothing`);
    return row;
  };

  return {
    onRequests: (home, ids, decide) =>
      store(home, async () => {
        const { read_at: readAt, found } = await readOne<FoundRow<readonly AccessRequest[]>>(home, {
          name: "moment_of_requests",
          text: "SELECT * FROM moment_of_requests($1, $2)",
          values: [home, [...ids]],
        });
        return { readAt, books: booksOf([]), decide: (at) => decide(found, at) };
      }),
    onPending: (home, ids, decide) =>
      store(home, async () => {
        const row = await readOne<FoundRow<readonly AccessRequest[]>>(home, {
          name: "moment_of_these_pending",
          text: "SELECT * FROM moment_of_these_pending($1, $2)",
          values: [home, [...ids]],
        });
        const books = await atLeast(home, row.versions ?? {});
        return { readAt: row.read_at, books, decide: (at) => decide(books, row.found, at) };
      }),
    async pendingRequests(of, after, most) {
      const { versions, found } = await readOne<FoundRow<readonly AccessRequest[]>>(of, {
        name: "moment_of_pending",
        text: "SELECT * FROM moment_of_pending($1, $2, $3)",
        values: [of, after ?? NO_ID, most],
      });
      return { books: await atLeast(of, versions ?? {}), found };
    },
    onGrants: (home, ids, decide) =>
      store(home, async () => {
        const { read_at: readAt, found } = await readOne<FoundRow<readonly HungGrant[]>>(
          home,
          momentOfGrants(home, ids, false),
        );
        return { readAt, books: booksOf([]), decide: (at) => decide(found, at) };
      }),
    onGround: (home, ids, decide) =>
      store(home, async () => {
        const row = await readOne<FoundRow<readonly GroundedGrant[]>>(home, momentOfGrants(home, ids, true));
        const books = await atLeast(home, row.versions ?? {});
        return { readAt: row.read_at, books, decide: (at) => decide(books, row.found, at) };
      }),
    async openGrants(of, after, most) {
      const { versions, found } = await readOne<{
        versions: Versions | null;
        found: OpenGrants["found"];
      }>(of, {
        name: "moment_of_open_grants",
        text: "SELECT * FROM moment_of_open_grants($1, $2, $3)",
        values: [of, after ?? NO_ID, most],
      });
      return { books: await atLeast(of, versions ?? {}), found };
    },
    async tell(home, most, { tenantsIn, words }) {
      const run = runOf(home);
      const taken = await again(async () => {
        const rows = await run<FactRow>({
          name: "facts_to_tell",
          text: "SELECT * FROM facts_to_tell($1, $2)",
          values: [home, most],
        });
        const [first] = rows;
        if (first === undefined) return 0;
        const facts = rows.map(factOf);
        const versions = await versionsWith(first.versions, tenantsIn(facts), run);
        const told = await words(await atLeast(home, versions), facts);
        await run(
          tellingOf(
            home,
            rows.map((row) => row.outbox_id),
            told,
          ),
        );
        return rows.length;
      });
      // Somebody else took them each time.
      return taken ?? 0;
    },
  };
}

function momentOfGrants(home: TenantId, ids: readonly GrantId[], withGround: boolean): Statement {
  return {
    name: "moment_of_grants",
    text: "SELECT * FROM moment_of_grants($1, $2, $3)",
    values: [home, [...ids], withGround],
  };
}

/** Versions of these tenants too. */
async function versionsWith(known: Versions, tenantIds: readonly TenantId[], run: Run): Promise<Versions> {
  const missing = tenantIds.filter((id) => known[id] === undefined);
  return missing.length === 0 ? known : { ...known, ...(await policyVersions(missing, run)) };
}

function factOf(row: FactRow): Fact {
  return {
    id: asId(row.id),
    event: eventOf(row, row.openings),
    at: row.at,
    request: row.request,
    grant: row.held,
  };
}

function tellingOf(home: TenantId, taken: readonly number[], told: Told): Statement {
  const { notifications, retold, mails = [], withdrawn = [], moved = [] } = told;
  const others = new Set(notifications.map(({ recipient }) => recipient.tenantId));
  others.delete(home);
  return {
    name: "tell",
    text: "SELECT tell($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
    values: [
      home,
      [...others],
      taken,
      RETOLD_TYPE,
      retold.map(({ requestId }) => requestId),
      retold.map(({ recipient }) => recipient.objectId),
      retold.map(({ text }) => text),
      notifications.map(({ recipient }) => recipient.tenantId),
      notifications.map(({ recipient }) => recipient.objectId),
      notifications.map(({ type }) => type),
      notifications.map(({ requestId }) => requestId),
      notifications.map(({ grantId }) => grantId),
      notifications.map(({ text }) => text),
      notifications.map(({ at }) => new Date(at)),
      withdrawn,
      moved.map(({ topic }) => topic),
      moved.map(({ notBefore }) => new Date(notBefore)),
      plannedRows(mails),
    ],
  };
}
