/**
 * The floor: the rows that one life leaves (request, grant, entries, outbox), written with one prepared statement a
 * transition on a database of its own, pipelined as a client would, and nothing decided. And the bare commit.
 */
import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { Cluster } from "./cluster.ts";
import { walPosition } from "./counting.ts";
import { rate } from "./scenario.ts";

const CONNECTIONS = 8;
/** As long as the real ones are, within a fifth. */
const REQUEST_BODY = JSON.stringify({ body: "r".repeat(2_000) });
const GRANT_BODY = JSON.stringify({ body: "g".repeat(900) });
const ENTRY = "e".repeat(900);
const EVENT = JSON.stringify({ event: "o".repeat(700) });

const SCHEMA = `
  CREATE TABLE request (tenant_id uuid NOT NULL, id uuid NOT NULL, version integer NOT NULL, state text NOT NULL, requester_id uuid NOT NULL, created_at timestamptz NOT NULL, due_at timestamptz, body jsonb NOT NULL, PRIMARY KEY (tenant_id, id));
  CREATE INDEX ON request (tenant_id, requester_id, created_at DESC);
  CREATE INDEX ON request (tenant_id, state, created_at DESC);
  CREATE INDEX ON request (due_at) WHERE due_at IS NOT NULL;
  CREATE TABLE held (tenant_id uuid NOT NULL, id uuid NOT NULL, version integer NOT NULL, open boolean NOT NULL, beneficiary_id uuid NOT NULL, starts_at timestamptz NOT NULL, due_at timestamptz, body jsonb NOT NULL, PRIMARY KEY (tenant_id, id));
  CREATE INDEX ON held (tenant_id, beneficiary_id) WHERE open;
  CREATE INDEX ON held (tenant_id, beneficiary_id, starts_at DESC);
  CREATE INDEX ON held (due_at) WHERE due_at IS NOT NULL;
  CREATE TABLE entry (tenant_id uuid NOT NULL, id uuid NOT NULL, sequence bigserial, entry text NOT NULL, correlation_id uuid NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (tenant_id, id));
  CREATE UNIQUE INDEX ON entry (tenant_id, sequence);
  CREATE INDEX ON entry (tenant_id, correlation_id);
  CREATE TABLE outbox (tenant_id uuid NOT NULL, id bigserial, event jsonb NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (tenant_id, id));
`;

const ENTRIES = (count: number, subject: string) => `
  e AS (INSERT INTO entry (tenant_id, id, entry, correlation_id, at) SELECT $1, gen_random_uuid(), '${ENTRY}', ${subject}, now() FROM generate_series(1, ${count}))
  INSERT INTO outbox (tenant_id, event, at) SELECT $1, '${EVENT}', now() FROM generate_series(1, ${count})`;

const TRANSITIONS = {
  ask: `WITH r AS (INSERT INTO request VALUES ($1, $2, 1, 'pending', $3, now(), now() + interval '1 day', '${REQUEST_BODY}')), ${ENTRIES(1, "$2::uuid")}`,
  approve: `WITH r AS (UPDATE request SET version = version + 1, state = 'approved', due_at = NULL, body = '${REQUEST_BODY}' WHERE tenant_id = $1 AND id = $2),
    g AS (INSERT INTO held VALUES ($1, $3, 1, true, $4, now(), now() + interval '1 hour', '${GRANT_BODY}')), ${ENTRIES(2, "$2::uuid")}`,
  check: "SELECT body FROM held WHERE tenant_id = $1 AND beneficiary_id = $2 AND open AND due_at > now()",
  end: `WITH g AS (UPDATE held SET version = version + 1, open = false, due_at = NULL, body = '${GRANT_BODY}' WHERE tenant_id = $1 AND id = $2), ${ENTRIES(1, "$2::uuid")}`,
};

export interface Floor {
  /** Lives a second, so many clients at once. */
  lives(width: number, forMs: number): Promise<number>;
  walBytesALife(): Promise<number>;
  close(): Promise<void>;
}

export async function openFloor(cluster: Cluster): Promise<Floor> {
  await cluster.query("postgres", "CREATE DATABASE floor");
  const clients = await Promise.all(
    Array.from({ length: CONNECTIONS }, () =>
      cluster.connect("floor", { pipeline: true, application_name: "bench" }),
    ),
  );
  const [first] = clients;
  if (first === undefined) throw new Error("no connection");
  await first.query(SCHEMA);
  const tenant = randomUUID();
  const people = Array.from({ length: 64 }, () => randomUUID());
  const life = async (lane: number) => {
    const client = clients[lane % clients.length] ?? first;
    const person = people[lane % people.length] ?? "";
    const [request, grant] = [randomUUID(), randomUUID()];
    await send(client, "ask", [tenant, request, person]);
    await send(client, "approve", [tenant, request, grant, person]);
    const { rowCount } = await send(client, "check", [tenant, person]);
    if (rowCount === 0) throw new Error("approved, and not found");
    await send(client, "end", [tenant, grant]);
  };
  return {
    lives: async (width, forMs) => (await rate(width, forMs, life)).perSecond,
    async walBytesALife() {
      const before = await walPosition(cluster);
      const { done } = await rate(8, 500, life);
      return ((await walPosition(cluster)) - before) / done;
    },
    async close() {
      await Promise.all(clients.map((client) => client.end()));
    },
  };
}

function send(client: pg.Client, name: keyof typeof TRANSITIONS, values: unknown[]): Promise<pg.QueryResult> {
  return client.query({ name, text: TRANSITIONS[name], values });
}

/** Of one narrow row, one at a time: what this disk commits at all. */
export async function bareCommits(cluster: Cluster, forMs: number): Promise<number> {
  const client = await cluster.connect("postgres", { application_name: "bench" });
  try {
    await client.query("CREATE TABLE IF NOT EXISTS bare (id bigserial PRIMARY KEY, said text NOT NULL)");
    const insert = { name: "bare", text: "INSERT INTO bare (said) VALUES ($1)", values: ["a row"] };
    return (await rate(1, forMs, async () => void (await client.query(insert)))).perSecond;
  } finally {
    await client.end();
  }
}
