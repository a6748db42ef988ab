/** Looks whether a cluster is fit to be a target, and the management role no stronger than it has to be. */
import { type Finding, type Health, type TargetContext, TargetFault } from "../target.ts";
import type { PostgresConfig, PostgresEntitlement } from "./config.ts";
import { findRefusals, readEntitledRole } from "./entitled-role.ts";
import { type HbaRule, judgeHba } from "./hba.ts";
import { describeLeavings } from "./leavings.ts";
import { isWithinBounds, measureSkew, readCluster, refusalOf, skewMessage, tooOld } from "./preflight.ts";
import { readPrivileges } from "./privileges.ts";
import { type Session, withSession } from "./session.ts";

export async function checkPostgres(
  config: PostgresConfig,
  ctx: TargetContext,
  entitlements: readonly PostgresEntitlement[],
): Promise<Health> {
  try {
    return await withSession(config, ctx, (session) => examine(session, config, ctx, entitlements), {
      anyVersion: true,
    });
  } catch (error) {
    if (!(error instanceof TargetFault)) throw error;
    return { ...unreachable(ctx), findings: [{ refuses: true, detail: error.message }] };
  }
}

async function examine(
  session: Session,
  config: PostgresConfig,
  ctx: TargetContext,
  entitlements: readonly PostgresEntitlement[],
): Promise<Health> {
  const cluster = await readCluster(session);
  const refusal = refusalOf(cluster, ctx);
  const findings: Finding[] = refusal === null ? [] : [{ refuses: true, detail: refusal.message }];
  // Older catalogs have no columns for what we would ask next.
  if (tooOld(cluster) !== null) {
    return { ...unreachable(ctx), reachable: true, version: cluster.version, findings };
  }
  const clockSkew = await measureSkew(session, ctx);
  if (!isWithinBounds(clockSkew)) findings.push({ refuses: true, detail: skewMessage(clockSkew) });
  const { excess, missing } = await readPrivileges(session);
  const end = await examineEnd(session);
  findings.push(...end.findings, ...(await examineEntitlements(session, config, entitlements)));
  const left = await describeLeavings(session, config.quarantineRole);
  findings.push(...left.map((detail): Finding => ({ refuses: false, detail })));
  const ok = missing.length === 0 && !findings.some((finding) => finding.refuses);
  const { version } = cluster;
  return {
    ok,
    reachable: true,
    version,
    excess,
    missing,
    findings,
    expiry: end.expiry,
    clockSkew,
    at: ctx.clock.now(),
  };
}

function unreachable(ctx: TargetContext): Omit<Health, "findings"> {
  const nothing = { excess: [], missing: [], version: null, clockSkew: null };
  return { ...nothing, ok: false, reachable: false, expiry: "unverified", at: ctx.clock.now() };
}

async function examineEnd(
  session: Session,
): Promise<{ expiry: Health["expiry"]; findings: readonly Finding[] }> {
  const rules = await readHba(session);
  if (rules === null) {
    const detail =
      "pg_hba.conf cannot be read, so a line with `trust` may let an expired role in; grant SELECT on pg_hba_file_rules and EXECUTE on its function";
    return { expiry: "unverified", findings: [{ refuses: false, detail }] };
  }
  const { holes, doubts } = judgeHba(rules);
  const findings = [
    ...holes.map((hole) => `${hole} lets an expired role in without a password; use scram-sha-256`),
    ...doubts.map((doubt) => `${doubt} checks no end for whomever its map lets be a temporary role`),
  ].map((detail): Finding => ({ refuses: false, detail }));
  const expiry = holes.length > 0 ? "bypassable" : doubts.length > 0 ? "unverified" : "enforced";
  return { expiry, findings };
}

/** Null when we may not read it, or when the server itself cannot. */
async function readHba(session: Session): Promise<readonly HbaRule[] | null> {
  const [may] = await session.rows<{ may: boolean }>(
    `SELECT has_table_privilege('pg_catalog.pg_hba_file_rules', 'SELECT')
        AND has_function_privilege('pg_catalog.pg_hba_file_rules()', 'EXECUTE') AS may`,
  );
  if (may?.may !== true) return null;
  const rows = await session.rows<HbaRule & { broken: boolean }>(
    `SELECT line_number AS line, type, coalesce(database, '{}') AS database, coalesce(user_name, '{}') AS user,
            address, netmask, coalesce(auth_method, '') AS method, coalesce(options, '{}') AS options,
            error IS NOT NULL AS broken
       FROM pg_hba_file_rules ORDER BY rule_number NULLS LAST LIMIT 1000`,
  );
  return rows.some((row) => row.broken) ? null : rows;
}

async function examineEntitlements(
  session: Session,
  config: PostgresConfig,
  entitlements: readonly PostgresEntitlement[],
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const entitlement of entitlements) {
    const { role } = entitlement;
    for (const detail of await findRefusals(session, config, entitlement))
      findings.push({ refuses: true, detail });
    const { givesOn } = await readEntitledRole(session, config, entitlement);
    const detail = `role \`${role}\` owns objects or has ADMIN on roles: what its holders give to others outlives their grant`;
    if (givesOn) findings.push({ refuses: false, detail });
  }
  return findings;
}
