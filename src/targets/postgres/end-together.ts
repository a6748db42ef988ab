/** Many ends at once: the sessions of all are cut first, then the roles go. What is not plain is left to a removal of its own. */
import type { End, Ending } from "../ending.ts";
import { type TargetContext, TargetFault } from "../target.ts";
import type { PostgresConfig } from "./config.ts";
import { parseHandle } from "./label.ts";
import { closeMany, dropMany } from "./many-roles.ts";
import { cutSessionsOf, requireOurs, terminateSessions } from "./own-role.ts";
import { findRolesOf, type RoleState } from "./role-state.ts";
import { keepSession, type Session } from "./session.ts";

const STATEMENT_TIMEOUT_MS = 5_000;
/** A session that will not end holds up the others no longer than this. */
const CUT_LIMIT_MS = 1_000;

type OnStep = TargetContext["onStep"];

export async function openPostgresEnding(config: PostgresConfig, ctx: TargetContext): Promise<Ending> {
  const session = await keepSession(config, ctx, { statementTimeoutMs: STATEMENT_TIMEOUT_MS });
  return session.whileAtWork(async () => ({
    cut: (ends, onStep) => session.whileAtWork(() => cutAll(session, ends, ctx, onStep)),
    remove: (ends, onStep) => session.whileAtWork(() => removeAll(session, ends, ctx, onStep)),
    close: () => session.close(),
  }));
}

async function cutAll(session: Session, ends: readonly End[], ctx: TargetContext, onStep: OnStep) {
  const found = await findPlain(session, ends, ctx);
  const roles = found.filter((role) => typeof role !== "string");
  await cutOnce(session, roles, onStep);
  // Whoever is not stopped by the target's own end could be back at once: the log-in is closed, and they are cut again.
  const open = roles.filter((role) => role.canLogin && !role.over);
  const troubled = await close(session, open, onStep);
  await cutOnce(session, open, onStep);
  return found.map((role) => {
    if (typeof role === "string") return role;
    return troubled.has(role.oid) ? "left" : "cut";
  });
}

async function removeAll(session: Session, ends: readonly End[], ctx: TargetContext, onStep: OnStep) {
  const found = await findPlain(session, ends, ctx);
  const roles = found.filter((role) => typeof role !== "string");
  const oids = (some: readonly RoleState[]) => some.map((role) => role.oid);
  const troubled = new Set(await close(session, roles, onStep));
  const opened = roles.filter(wasOpen);
  if (opened.length > 0) {
    await onStep?.("sessions.cut");
    const { left } = await cutSessionsOf(session, oids(opened), CUT_LIMIT_MS);
    for (const oid of left) troubled.add(oid);
  }
  const free = roles.filter((role) => !troubled.has(role.oid));
  if (free.length > 0) {
    await onStep?.("roles.drop");
    for (const oid of await dropMany(session, free)) troubled.add(oid);
    const dropped = opened.filter((role) => !troubled.has(role.oid));
    if (dropped.length > 0) await cutSessionsOf(session, oids(dropped), CUT_LIMIT_MS);
  }
  const there = await stillThere(session, oids(roles));
  return found.map((role) => {
    if (typeof role === "string") return role;
    return there.has(role.oid) ? "left" : "removed";
  });
}

/** For each end its role, `absent`, or `left` where it is not simply ours to end. */
async function findPlain(
  session: Session,
  ends: readonly End[],
  ctx: TargetContext,
): Promise<readonly (RoleState | "absent" | "left")[]> {
  const handles = ends.map((end) => parseHandle(end.handle));
  const found = await findRolesOf(session, handles);
  return ends.map((end, index) => {
    const handle = handles[index];
    const [role, second] = (handle && found.get(handle.roleName)) ?? [];
    if (handle === undefined || role === undefined) return "absent";
    if (second !== undefined || role.raised || role.label === null) return "left";
    if (role.label.generation > end.generation) return "left";
    try {
      requireOurs(role, role.label, handle, ctx);
      return role;
    } catch (error) {
      if (!(error instanceof TargetFault)) throw error;
      return "left";
    }
  });
}

async function cutOnce(session: Session, roles: readonly RoleState[], onStep: OnStep): Promise<void> {
  if (roles.length === 0) return;
  await onStep?.("sessions.cut");
  await terminateSessions(
    session,
    roles.map((role) => role.oid),
  );
}

async function close(session: Session, roles: readonly RoleState[], onStep: OnStep) {
  if (roles.length === 0) return new Set<string>();
  await onStep?.("logins.close");
  return closeMany(session, roles);
}

/** One that nobody ever got a secret for has no session to wait for. */
function wasOpen({ label, canLogin, sessions }: RoleState): boolean {
  return canLogin || sessions > 0 || label === null || label.claimId !== null;
}

async function stillThere(session: Session, oids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await session.rows<{ oid: string }>(
    `SELECT oid::text AS oid FROM pg_roles WHERE oid = ANY ($1::oid[])
      UNION SELECT usesysid::text FROM pg_stat_activity WHERE usesysid = ANY ($1::oid[])`,
    [oids],
  );
  return new Set(rows.map((row) => row.oid));
}
