/** A PostgreSQL cluster prepared as the guide says, for the target contract. */
import pg from "pg";
import { instant } from "../../src/domain/time.ts";
import { createOutbound } from "../../src/outbound/places.ts";
import { managementRoleSql } from "../../src/targets/postgres/management-role.ts";
import { postgresTarget } from "../../src/targets/postgres/postgres-target.ts";
import type { Handle, Outbound, Secret } from "../../src/targets/target.ts";
import { startTargetCluster, type TargetCluster } from "../fixtures/target-cluster.ts";
import { systemClock, type TargetHarness } from "./target-harness.ts";

const PASSWORD = "only for this cluster";

const PREPARE = `
  CREATE ROLE orders_rw NOLOGIN; CREATE ROLE orders_ro NOLOGIN;
  CREATE TABLE public.orders (id int PRIMARY KEY, state text NOT NULL);
  INSERT INTO public.orders VALUES (4711, 'stuck');
  CREATE SCHEMA work;
  GRANT USAGE, CREATE ON SCHEMA work TO orders_rw;
  GRANT SELECT, UPDATE ON public.orders TO orders_rw; GRANT SELECT ON public.orders TO orders_ro;
  CREATE TABLE public.payroll (id int);`;

export interface PostgresHarness extends TargetHarness {
  readonly cluster: TargetCluster;
}

export async function postgresHarness(settings: Record<string, string> = {}): Promise<PostgresHarness> {
  const cluster = await startTargetCluster({ max_prepared_transactions: "4", ...settings });
  await cluster.admin("CREATE DATABASE orders; ");
  await cluster.admin(PREPARE, "orders");
  const roles = { managementRole: "curfew_management", grantedRoles: ["orders_rw", "orders_ro"] };
  await cluster.admin(managementRoleSql(roles), "orders");
  await cluster.admin(`ALTER ROLE curfew_management PASSWORD '${PASSWORD}'`);
  const { host, port } = cluster;
  const config = { host, port, database: "orders", user: "curfew_management", password: PASSWORD };
  return {
    cluster,
    target: postgresTarget,
    config,
    deadConfig: { ...config, port: 1 },
    entitlement: { role: "orders_rw" },
    ownIdentifiers: [cluster.systemIdentifier],
    context: (more = {}) => ({
      clock: systemClock,
      outbound: outboundTo(host),
      owner: "this-installation",
      forbiddenSystemIdentifiers: ["1"],
      ...more,
    }),
    attempt,
    openSession,
    look: (handle) => look(cluster, handle),
    byHand: byHand(cluster),
    log: cluster.log,
    close: cluster.stop,
  };
}

async function attempt(secret: Secret): Promise<"in" | "refused"> {
  const client = clientOf(secret);
  try {
    await client.connect();
    await client.query("UPDATE public.orders SET state = 'shipped' WHERE id = 4711");
    return "in";
  } catch (error) {
    // Only a refusal of PostgreSQL's own counts as one.
    if (!(error instanceof pg.DatabaseError)) throw error;
    return "refused";
  } finally {
    await client.end().catch(() => {});
  }
}

async function openSession(secret: Secret) {
  const client = clientOf(secret);
  await client.connect();
  await client.query("SELECT count(*) FROM public.orders");
  return {
    isAlive: () =>
      client.query("SELECT 1").then(
        () => true,
        () => false,
      ),
    close: () => client.end().catch(() => {}),
  };
}

export function clientOf(secret: Secret): pg.Client {
  const client = new pg.Client({ connectionString: String(secret.connectionString) });
  client.on("error", () => {});
  return client;
}

async function look(cluster: TargetCluster, handle: Handle) {
  const [role] = await cluster.admin<{ open: boolean; entitled: boolean; ms: number | null }>(
    `SELECT rolcanlogin AND rolpassword IS NOT NULL AS open,
            EXISTS (SELECT FROM pg_auth_members m WHERE m.member = a.oid AND m.roleid = to_regrole('${handle.entitledRole}')
                       AND grantor <> 10) AS entitled,
            (extract(epoch FROM rolvaliduntil) * 1000)::float8 AS ms
       FROM pg_authid a WHERE rolname = '${handle.roleName}'`,
  );
  if (role === undefined) return { exists: false, open: false, entitled: false, endsAt: null };
  const endsAt = role.ms === null ? null : instant(Math.ceil(role.ms));
  return { exists: true, open: role.open, entitled: role.entitled, endsAt };
}

/** What the role of `handle` is called once it is kept as the owner of what was made under it. */
export function keptAs({ grantId }: Handle): RegExp {
  return new RegExp(`^curfew_left_${String(grantId).replaceAll("-", "")}_\\d+$`);
}

function byHand(cluster: TargetCluster): TargetHarness["byHand"] {
  const admin = async (sql: string): Promise<void> => {
    await cluster.admin(sql, "orders");
  };
  return {
    moveEnd: ({ roleName }, to) =>
      admin(`ALTER ROLE ${roleName} VALID UNTIL '${new Date(to).toISOString()}'`),
    takeEntitlement: ({ roleName, entitledRole }) =>
      admin(`REVOKE ${entitledRole} FROM ${roleName} GRANTED BY curfew_management`),
    async giveForGood({ roleName, entitledRole }) {
      await admin(`GRANT SELECT ON public.payroll TO ${roleName}; GRANT ${entitledRole} TO ${roleName}`);
      return () => admin(`REVOKE SELECT ON public.payroll FROM ${roleName}`);
    },
    async giveUsPower() {
      await admin("ALTER ROLE curfew_management CREATEDB; GRANT pg_read_all_data TO curfew_management");
      return () =>
        admin("ALTER ROLE curfew_management NOCREATEDB; REVOKE pg_read_all_data FROM curfew_management");
    },
    async takeOurPower() {
      await admin("REVOKE pg_signal_backend FROM curfew_management");
      return () => admin("GRANT pg_signal_backend TO curfew_management WITH INHERIT TRUE, SET FALSE");
    },
  };
}

/** As if the operator permitted it to everybody. */
export function outboundTo(place: string): Outbound {
  return createOutbound({ allow: [{ tenant: null, place, port: null }] })({ id: "", name: "" });
}
