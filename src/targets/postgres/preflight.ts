/** What must hold before anything is opened in a cluster: a version we know, not our own, and a clock that agrees. */
import { addMs, earliest, type Instant } from "../../domain/time.ts";
import type { TargetContext } from "../target.ts";
import { type ClockSkew, TargetFault } from "../target.ts";
import type { Session } from "./session.ts";

const MINIMUM_VERSION = 160_000;
export const MAX_SKEW_MS = 2_000;
const SKEW_ROUNDS = 3;
/** Both clocks are read in whole milliseconds. */
const READING_ERROR_MS = 1;

export interface Cluster {
  readonly version: string;
  readonly versionNumber: number;
  /** Decimal; null when we may not read it. */
  readonly systemIdentifier: string | null;
  readonly standby: boolean;
  readonly superuser: boolean;
}

/** Refuses a cluster that no grant may be made in, with a `TargetFault`; otherwise its clock's skew. */
export async function preflight(session: Session, ctx: TargetContext): Promise<ClockSkew> {
  const cluster = await readCluster(session);
  const refusal = refusalOf(cluster, ctx);
  if (refusal !== null) throw refusal;
  // With this set, every role we make would be ours to use.
  await session.rows("SET createrole_self_grant = ''");
  const skew = await measureSkew(session, ctx);
  if (!isWithinBounds(skew)) throw new TargetFault("retryable", skewMessage(skew));
  return skew;
}

export async function readCluster(session: Session): Promise<Cluster> {
  const [row] = await session.rows<Cluster>(
    `SELECT current_setting('server_version') AS "version",
            current_setting('server_version_num')::int AS "versionNumber",
            CASE WHEN has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')
                 THEN (SELECT system_identifier::text FROM pg_control_system()) END AS "systemIdentifier",
            pg_is_in_recovery() AS "standby",
            (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) AS "superuser"`,
  );
  if (row === undefined) throw new TargetFault("retryable", "the server did not say what it is");
  return row;
}

/** Null for a version that we know. Of an older one nothing else is asked: its catalogs lack what we would read. */
export function tooOld({
  version,
  versionNumber,
}: Pick<Cluster, "version" | "versionNumber">): TargetFault | null {
  if (versionNumber >= MINIMUM_VERSION) return null;
  const why = "a target needs PostgreSQL 16 or newer, because in older ones CREATEROLE is nearly a superuser";
  const what =
    "upgrade this cluster (newer packages for Debian and Ubuntu: apt.postgresql.org), or use another one";
  return new TargetFault("permanent", `${why}; this is \`${version}\`: ${what}`);
}

/** Null when grants may be made here. */
export function refusalOf(cluster: Cluster, ctx: TargetContext): TargetFault | null {
  const { systemIdentifier } = cluster;
  const old = tooOld(cluster);
  if (old !== null) return old;
  if (systemIdentifier === null && ctx.forbiddenSystemIdentifiers.length > 0) {
    const what = "cannot tell whether this cluster is Curfew's own";
    return new TargetFault(
      "permanent",
      `${what}; grant EXECUTE on pg_control_system() to the management role`,
    );
  }
  if (systemIdentifier !== null && ctx.forbiddenSystemIdentifiers.includes(systemIdentifier)) {
    return new TargetFault("permanent", "this cluster holds Curfew's own data; use another as a target");
  }
  if (cluster.superuser) {
    const what = "the management role is a superuser";
    return new TargetFault(
      "permanent",
      `${what}; use one with CREATEROLE and ADMIN on the granted roles only`,
    );
  }
  if (cluster.standby)
    return new TargetFault("retryable", "this server is a standby; connect to the primary");
  return null;
}

/** The tightest bounds of a few readings: each puts the server's clock between our two readings around it. */
export async function measureSkew(session: Session, ctx: TargetContext): Promise<ClockSkew> {
  let skew: ClockSkew = { earliestMs: Number.NEGATIVE_INFINITY, latestMs: Number.POSITIVE_INFINITY };
  for (let round = 0; round < SKEW_ROUNDS; round += 1) {
    const before = ctx.clock.now();
    const [row] = await session.rows<{ ms: number }>(
      "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms",
    );
    const after = ctx.clock.now();
    const there = row?.ms ?? Number.NaN;
    skew = {
      earliestMs: Math.max(skew.earliestMs, Math.floor(there - after) - READING_ERROR_MS),
      latestMs: Math.min(skew.latestMs, Math.ceil(there - before) + READING_ERROR_MS),
    };
  }
  return skew;
}

/** False also when it cannot be shown: a slow network widens the bounds. */
export function isWithinBounds(skew: ClockSkew): boolean {
  return skew.earliestMs >= -MAX_SKEW_MS && skew.latestMs <= MAX_SKEW_MS && skew.earliestMs <= skew.latestMs;
}

export function skewMessage(skew: ClockSkew): string {
  const bounds = `between ${skew.earliestMs} and ${skew.latestMs} ms`;
  return `the server's clock is ${bounds} ahead of ours, beyond ${MAX_SKEW_MS} ms; synchronise both clocks`;
}

/**
 * The VALID UNTIL that stands for `end` on a server whose clock is off by `skew`.
 * INVARIANT I1: a slow clock over there is answered with an earlier deadline, a fast one never with a later.
 */
export function armedFor(end: Instant, skew: ClockSkew): Instant {
  return earliest(end, addMs(end, skew.earliestMs));
}

/** Whether what was armed before still cannot be shown to end after `end`. */
export function stillArmed(armed: Instant, end: Instant, skew: ClockSkew): boolean {
  return armed <= earliest(end, addMs(end, skew.latestMs));
}
