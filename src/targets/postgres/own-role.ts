/** Finds the temporary role of a handle, changes it under its row's lock, and closes its sessions. */
import { setTimeout as wait } from "node:timers/promises";
import { type TargetContext, TargetFault } from "../target.ts";
import { isLockTimeout } from "./fault.ts";
import { type Label, type PostgresHandle, writeLabel } from "./label.ts";
import { rollBackPrepared } from "./prepared.ts";
import { findRoles, type RoleState } from "./role-state.ts";
import type { Session } from "./session.ts";
import { literal, name } from "./sql.ts";

const CHANGE_ATTEMPTS = 10;
const CUT_LIMIT_MS = 5_000;
const CUT_PAUSE_MS = 10;
/** A log-in that passed NOLOGIN's check is listed as a session within this time. */
const SETTLE_MS = 50;

/** The labelled role of `handle`, or null. Rejects with a conflict when what is there is not ours. */
export async function findOwnRole(
  session: Session,
  handle: PostgresHandle,
  ctx: TargetContext,
): Promise<(RoleState & { readonly label: Label }) | null> {
  const [role, second] = await findRoles(session, handle);
  if (role === undefined) return null;
  if (second !== undefined) throw conflict(role, `\`${second.name}\` carries the same label`);
  if (role.label === null) throw conflict(role, "it is there without our label");
  requireOurs(role, role.label, handle, ctx);
  return { ...role, label: role.label };
}

/** Rejects with a conflict when the label names another installation or another grant. */
export function requireOurs(role: RoleState, label: Label, handle: PostgresHandle, ctx: TargetContext): void {
  if (label.owner !== ctx.owner)
    throw conflict(role, `it belongs to another installation, \`${label.owner}\``);
  if (label.handle.grantId !== handle.grantId || label.handle.roleName !== handle.roleName) {
    throw conflict(role, `it belongs to grant \`${label.handle.grantId}\``);
  }
}

export function conflict(role: Pick<RoleState, "name">, why: string): TargetFault {
  return new TargetFault("conflict", `temporary role \`${role.name}\`: ${why}`);
}

export interface RoleChange {
  readonly attributes: string;
  readonly decide: (current: RoleState) => Label | null;
}

/**
 * Alters the role and its label in one transaction. ALTER ROLE locks the role's row, so that what `decide`
 * reads after it cannot change before the commit; it returns the new label (null: leave it) or throws.
 * The holder can hold that lock too (`ALTER ROLE … PASSWORD` on oneself in an open transaction): then its
 * sessions are cut, its prepared transactions rolled back, and we try again, so that no holder keeps an end from coming.
 * Returns how many sessions that took.
 */
export async function changeRole(
  session: Session,
  ctx: TargetContext,
  role: RoleState,
  { attributes, decide }: RoleChange,
): Promise<number> {
  const cut = new Set<number>();
  for (let attempt = 1; ; attempt += 1) {
    try {
      await session.transaction(async () => {
        await session.run(`ALTER ROLE ${name(role.name)} ${attributes}`);
        const label = decide(await readAgain(session, role));
        if (label !== null) await session.run(commentOn(role.name, label));
      });
      return cut.size;
    } catch (error) {
      if (!isLockTimeout(error) || attempt === CHANGE_ATTEMPTS) throw error;
      for (const { pid } of await terminateSessions(session, [role.oid])) cut.add(pid);
      await rollBackPrepared(session, role, ctx);
    }
  }
}

export function commentOn(roleName: string, label: Label): string {
  return `COMMENT ON ROLE ${name(roleName)} IS ${literal(writeLabel(label))}`;
}

/**
 * Terminates the role's sessions until none is left, and looks once more, since a log-in under way is not
 * listed yet. Returns how many it cut and how many are left after five seconds. The role must be closed.
 */
export async function cutSessions(session: Session, oid: string): Promise<{ cut: number; left: number }> {
  const { cut, left } = await cutSessionsOf(session, [oid], CUT_LIMIT_MS);
  return { cut, left: left.length };
}

/** The same for the sessions of many roles; `left` names the role of each that would not end. */
export async function cutSessionsOf(
  session: Session,
  oids: readonly string[],
  limitMs: number,
): Promise<{ cut: number; left: readonly string[] }> {
  const seen = new Set<number>();
  const deadline = performance.now() + limitMs;
  let settled = false;
  while (performance.now() < deadline) {
    const open = await terminateSessions(session, oids);
    for (const { pid } of open) seen.add(pid);
    if (open.length === 0 && settled) return { cut: seen.size, left: [] };
    settled = open.length === 0;
    await wait(settled ? SETTLE_MS : CUT_PAUSE_MS);
  }
  const left = await terminateSessions(session, oids);
  return { cut: seen.size, left: left.map(({ oid }) => oid) };
}

/** By whom a session logged in, whatever it has become since: SET ROLE and the like change nothing here. */
export async function terminateSessions(
  session: Session,
  oids: readonly string[],
): Promise<readonly { readonly pid: number; readonly oid: string }[]> {
  return session.rows(
    `SELECT pid, usesysid::text AS oid, pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE usesysid = ANY ($1::oid[]) AND pid <> pg_backend_pid()`,
    [oids],
  );
}

async function readAgain(session: Session, role: RoleState): Promise<RoleState> {
  const handle = role.label?.handle;
  const rows = handle === undefined ? [] : await findRoles(session, handle);
  return rows.find((row) => row.oid === role.oid) ?? role;
}
