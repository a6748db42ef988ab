/**
 * Ends access: closes the log-in, takes the privileges, cuts the sessions, disarms what was made, and drops the role, or
 * keeps it as the owner of what was made and of nothing else; then it looks again.
 */
import {
  type Residual,
  type Revoked,
  type RevokeOptions,
  type TargetContext,
  TargetFault,
} from "../target.ts";
import type { PostgresConfig } from "./config.ts";
import { type Label, leftNote, type PostgresHandle } from "./label.ts";
import { type LeavingLimits, leaveBehind } from "./leave-behind.ts";
import { changeRole, conflict, cutSessions, requireOurs } from "./own-role.ts";
import { findHeld, findResidual, ownsAnything } from "./residual.ts";
import { leftRoleNameFor } from "./role-name.ts";
import { findRoleByOid, findRoles, type RoleState } from "./role-state.ts";
import { type Session, withSession } from "./session.ts";
import { literal, name } from "./sql.ts";

interface RemovalOptions extends RevokeOptions {
  readonly leaving: LeavingLimits;
}

export async function revokeAccess(
  handle: PostgresHandle,
  config: PostgresConfig,
  ctx: TargetContext,
  options: RemovalOptions,
): Promise<Revoked> {
  // Neither the clock nor the identity of the cluster is asked for: they must not keep an end from coming.
  return withSession(config, ctx, async (session) => {
    const roles = await findRoles(session, handle);
    if (roles.length === 0) return { outcome: "absent", sessionsCut: 0, residual: [] };
    let sessionsCut = 0;
    const residual: Residual[] = [];
    for (const role of roles) {
      requireRevocable(role, handle, ctx);
      const removal = new Removal(session, role, handle, ctx);
      await removal.run(options);
      sessionsCut += removal.sessionsCut;
      residual.push(...(await findResidual(session, role, removal.troubles)));
    }
    return { outcome: residual.length === 0 ? "removed" : "residual", sessionsCut, residual };
  });
}

/** A role that lost its label still has a name made from the grant's id, and is ours if we administer it. */
function requireRevocable(role: RoleState, handle: PostgresHandle, ctx: TargetContext): void {
  if (role.label !== null) requireOurs(role, role.label, handle, ctx);
  else if (!role.managed) throw conflict(role, "somebody else made it: no label, and not ours to drop");
}

/** One removal: a step that fails is kept as trouble, and the next one is tried all the same. */
class Removal {
  sessionsCut = 0;
  readonly troubles: string[] = [];
  #closed = false;
  readonly #session: Session;
  readonly #role: RoleState;
  readonly #handle: PostgresHandle;
  readonly #ctx: TargetContext;

  constructor(session: Session, role: RoleState, handle: PostgresHandle, ctx: TargetContext) {
    this.#session = session;
    this.#role = role;
    this.#handle = handle;
    this.#ctx = ctx;
  }

  async run({ cutSessions, leaving }: RemovalOptions): Promise<void> {
    await this.#step("login.close", () => this.#closeLogin());
    await this.#step("membership.revoke", () => this.#takeMemberships());
    if (cutSessions && this.#wasOpen()) await this.#step("sessions.cut", () => this.#cutSessions());
    // Whoever is still connected may still create: what they made is looked through when they are gone.
    if (await this.#hasSessions()) return;
    const left = await this.#step("objects.leave", () =>
      leaveBehind(this.#session, this.#role, leaving, this.#ctx),
    );
    this.troubles.push(...(left ?? []));
    // Whatever held the role's own row is gone by now.
    if (!this.#closed) await this.#step("login.close", () => this.#closeLogin());
    const owns = await ownsAnything(this.#session, this.#role);
    if (owns && left?.length !== 0) return;
    const gone = owns
      ? await this.#step("role.keep", () => this.#keep())
      : await this.#step("role.drop", () => this.#drop());
    if (gone === true && cutSessions && this.#wasOpen()) await this.#cutSessions();
  }

  async #closeLogin(): Promise<void> {
    const closed = (current: RoleState) => endingLabel(current.label);
    this.sessionsCut += await changeRole(this.#session, this.#ctx, this.#role, {
      attributes: "NOLOGIN PASSWORD NULL",
      decide: closed,
    });
    this.#closed = true;
  }

  async #takeMemberships(): Promise<void> {
    const role = name(this.#role.name);
    for (const held of this.#role.memberships.filter((membership) => membership.ours)) {
      // CASCADE, since what was given under a grant ends with it (INVARIANT I17).
      await this.#session.run(`REVOKE ${name(held.role)} FROM ${role} CASCADE`);
    }
  }

  async #cutSessions(): Promise<void> {
    const { cut } = await cutSessions(this.#session, this.#role.oid);
    this.sessionsCut += cut;
  }

  async #drop(): Promise<true> {
    await this.#session.run(`DROP ROLE ${name(this.#role.name)}`);
    return true;
  }

  /**
   * As the owner of what was made under it, and of no other grant's: under another name, without our label, with nothing
   * given to it. Resolves to false when something still is: what that is, the look afterwards says.
   */
  async #keep(): Promise<boolean> {
    const role = await findRoleByOid(this.#session, this.#role.oid);
    if (role === null) return true;
    if ((await findHeld(this.#session, role)).length > 0) return false;
    const kept = leftRoleNameFor(this.#handle.grantId, role.oid);
    await this.#session.transaction(async () => {
      await this.#session.run(`ALTER ROLE ${name(role.name)} RENAME TO ${name(kept)}`);
      const note = leftNote(this.#handle, role.label?.subject ?? "");
      await this.#session.run(`COMMENT ON ROLE ${name(kept)} IS ${literal(note)}`);
    });
    return true;
  }

  #wasOpen(): boolean {
    const { label, canLogin, sessions } = this.#role;
    return canLogin || sessions > 0 || label === null || label.claimId !== null;
  }

  async #hasSessions(): Promise<boolean> {
    const [row] = await this.#session.rows<{ busy: boolean }>(
      "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE usesysid = $1::oid) AS busy",
      [this.#role.oid],
    );
    return row?.busy ?? true;
  }

  /** A fault of the target is kept as trouble; a lost connection, and whatever is no fault, stops us. */
  async #step<T>(step: string, effect: () => Promise<T>): Promise<T | null> {
    await this.#ctx.onStep?.(step);
    try {
      return await effect();
    } catch (error) {
      if (!(error instanceof TargetFault) || error.ambiguous) throw error;
      this.troubles.push(error.message);
      return null;
    }
  }
}

function endingLabel(label: Label | null): Label | null {
  return label === null ? null : { ...label, ending: true };
}
