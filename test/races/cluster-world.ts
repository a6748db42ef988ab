/** A world on a cluster whose administrator the test is, under real time: sessions can be terminated, commits held up. */
import { until } from "../fixtures/program.ts";
import { startTargetCluster, type TargetCluster } from "../fixtures/target-cluster.ts";
import { openWorld, realClock, type World, type WorldOptions } from "../fixtures/world.ts";

export const RECORDS = "records";

export interface ClusterWorld extends World {
  readonly cluster: TargetCluster;
  readonly databaseUrl: string;
  /** In the database of the records, with every right. */
  admin<Row = Record<string, unknown>>(sql: string): Promise<Row[]>;
}

export async function startRecords(): Promise<{ cluster: TargetCluster; databaseUrl: string }> {
  const cluster = await startTargetCluster({ log_statement: "none", track_commit_timestamp: "on" });
  await cluster.admin("CREATE ROLE records LOGIN CREATEROLE PASSWORD 'of the records'");
  await cluster.admin(`CREATE DATABASE ${RECORDS} OWNER records`);
  const databaseUrl = `postgresql://records:of%20the%20records@localhost/${RECORDS}?host=${cluster.host}&port=${cluster.port}`;
  return { cluster, databaseUrl };
}

export async function openClusterWorld(options: WorldOptions = {}): Promise<ClusterWorld> {
  const { cluster, databaseUrl } = await startRecords();
  const world = await openWorld({ clock: realClock, databaseUrl, ...options });
  return {
    ...world,
    cluster,
    databaseUrl,
    admin: (sql) => cluster.admin(sql, RECORDS),
    async close() {
      await world.close();
      await cluster.stop();
    },
  };
}

/** Resolves to the processes that wait for this, as soon as there is one. */
export async function waiting(world: ClusterWorld, what: string): Promise<number[]> {
  let pids: number[] = [];
  const isOne = async () => {
    const rows = await world.admin<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE usename = 'curfew_app' AND ${what}`,
    );
    pids = rows.map(({ pid }) => pid);
    return pids.length > 0;
  };
  await until(isOne, 10_000, `somebody to wait: ${what}`);
  return pids;
}
