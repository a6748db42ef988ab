/** Makes a grant real: a temporary role whose end is armed before it is given anything, and which cannot log in yet. */
import { addMs, formatInstant, type Instant } from "../../domain/time.ts";
import { type ClockSkew, type Granted, type Spec, type TargetContext, TargetFault } from "../target.ts";
import type { PostgresConfig } from "./config.ts";
import { findRefusals } from "./entitled-role.ts";
import { findHindrances } from "./hindrances.ts";
import { databaseOf, type Label, type PostgresHandle, planHandle } from "./label.ts";
import { changeRole, commentOn, conflict, findOwnRole } from "./own-role.ts";
import { armedFor, preflight, stillArmed } from "./preflight.ts";
import { hasEntitlement, type RoleState } from "./role-state.ts";
import { type Session, withSession } from "./session.ts";
import { name, timestamp } from "./sql.ts";

/** An extension decided in time can be armed this late, and the login still be the same. */
const EXTENSION_GRACE_MS = 60_000;
const CLOSED = "NOLOGIN PASSWORD NULL";

export async function grantAccess(spec: Spec, config: PostgresConfig, ctx: TargetContext): Promise<Granted> {
  const handle = planHandle(spec);
  return withSession(config, ctx, async (session) => {
    const skew = await preflight(session, ctx);
    const wanted = labelFor(spec, handle, skew, ctx);
    await requireGivable(session, config, handle);
    const armed = await armRole(session, wanted, skew, ctx);
    // The end is read back before anything is given.
    const role = await requireArmed(session, wanted, ctx);
    const given = await giveEntitlement(session, role, handle, ctx);
    const enforcedUntil = await confirm(session, wanted, config, ctx);
    return { handle, enforcedUntil, outcome: armed === "unchanged" && given ? "updated" : armed };
  });
}

function labelFor(spec: Spec, handle: PostgresHandle, skew: ClockSkew, ctx: TargetContext): Label {
  const now = ctx.clock.now();
  const armedUntil = armedFor(spec.expiresAt, skew);
  if (now < spec.notBefore) {
    throw new TargetFault("retryable", `the access starts at ${formatInstant(spec.notBefore)}, not now`);
  }
  if (now >= spec.expiresAt || now >= armedUntil) {
    throw new TargetFault("permanent", `the access ended at ${formatInstant(spec.expiresAt)}`);
  }
  return {
    owner: ctx.owner,
    handle,
    generation: spec.generation,
    subject: spec.subject.display,
    expiresAt: spec.expiresAt,
    armedUntil,
    claimId: null,
    ending: false,
  };
}

async function requireGivable(
  session: Session,
  config: PostgresConfig,
  handle: PostgresHandle,
): Promise<void> {
  const { entitledRole: role } = handle;
  const [refusal] = await findRefusals(session, config, { role, database: databaseOf(handle, config) });
  if (refusal !== undefined) throw new TargetFault("permanent", refusal);
}

async function armRole(
  session: Session,
  wanted: Label,
  skew: ClockSkew,
  ctx: TargetContext,
): Promise<Granted["outcome"]> {
  const before = await findOwnRole(session, wanted.handle, ctx);
  if (before === null) {
    await ctx.onStep?.("role.create");
    await createRole(session, wanted);
    return "created";
  }
  requireSuccession(before, before.label, wanted);
  if (isArmed(before, wanted, skew)) return "unchanged";
  await ctx.onStep?.("role.rearm");
  const attributes = `${isLongOver(before, ctx) ? CLOSED : ""} VALID UNTIL ${timestamp(wanted.armedUntil)}`;
  await changeRole(session, ctx, before, {
    attributes,
    decide: (current) => {
      if (current.label === null) throw conflict(current, "its label is gone");
      requireSuccession(current, current.label, wanted);
      return { ...wanted, claimId: current.label.claimId };
    },
  });
  return "updated";
}

/** Role and label commit together, so that no role of ours is ever without one. */
async function createRole(session: Session, wanted: Label): Promise<void> {
  const { roleName } = wanted.handle;
  await session.transaction(async () => {
    await session.run(
      `CREATE ROLE ${name(roleName)} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
         PASSWORD NULL VALID UNTIL ${timestamp(wanted.armedUntil)}`,
    );
    await session.run(commentOn(roleName, wanted));
  });
}

/** A target never goes back to an older generation, and one generation has one end (INVARIANT I8). */
function requireSuccession(role: RoleState, label: Label, wanted: Label): void {
  if (label.ending) throw conflict(role, "its removal has begun");
  if (role.raised) throw conflict(role, "somebody raised its attributes by hand; see what is drifting");
  if (label.generation > wanted.generation) {
    throw conflict(role, `it is at generation ${label.generation}, beyond ${wanted.generation}`);
  }
  if (label.generation === wanted.generation && label.expiresAt !== wanted.expiresAt) {
    throw conflict(role, `generation ${label.generation} ends at ${formatInstant(label.expiresAt)}`);
  }
}

/** A secret whose end has passed does not come back to life with a new end: a new one has to be asked for. */
function isLongOver(role: RoleState, ctx: TargetContext): boolean {
  return role.validUntil !== null && addMs(role.validUntil, EXTENSION_GRACE_MS) <= ctx.clock.now();
}

function isArmed(role: RoleState & { label: Label }, wanted: Label, skew: ClockSkew): boolean {
  const { label } = role;
  return (
    label.generation === wanted.generation &&
    role.validUntil === label.armedUntil &&
    stillArmed(label.armedUntil, wanted.expiresAt, skew)
  );
}

async function requireArmed(
  session: Session,
  wanted: Label,
  ctx: TargetContext,
): Promise<RoleState & { label: Label }> {
  const role = await findOwnRole(session, wanted.handle, ctx);
  if (role === null) throw conflict({ name: wanted.handle.roleName }, "it is gone again");
  requireSuccession(role, role.label, wanted);
  if (role.validUntil === null || role.validUntil > wanted.expiresAt) {
    throw conflict(role, `its end reads ${endText(role.validUntil)}, later than asked`);
  }
  return role;
}

/** Whether it had to be given. */
async function giveEntitlement(
  session: Session,
  role: RoleState,
  handle: PostgresHandle,
  ctx: TargetContext,
): Promise<boolean> {
  if (hasEntitlement(role, handle.entitledRole)) return false;
  await ctx.onStep?.("membership.grant");
  // Without SET, what the holder creates is the holder's; without ADMIN, it cannot be given on.
  await session.run(
    `GRANT ${name(handle.entitledRole)} TO ${name(role.name)} WITH INHERIT TRUE, SET FALSE, ADMIN FALSE`,
  );
  return true;
}

/** Read back, and asked of the temporary role itself whether it would get in: what is confirmed is usable. */
async function confirm(
  session: Session,
  wanted: Label,
  config: PostgresConfig,
  ctx: TargetContext,
): Promise<Instant | null> {
  const role = await requireArmed(session, wanted, ctx);
  if (!hasEntitlement(role, wanted.handle.entitledRole)) throw conflict(role, "its membership is not there");
  const way = { role: role.name, database: databaseOf(wanted.handle, config) };
  const [[hindrance] = []] = await findHindrances(session, [way]);
  if (hindrance !== undefined) throw new TargetFault("permanent", hindrance);
  return role.validUntil;
}

function endText(at: Instant | null): string {
  return at === null ? "never" : formatInstant(at);
}
