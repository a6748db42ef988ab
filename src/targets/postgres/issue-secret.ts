/** Opens a temporary role for log-in, once per claim, with a password that nobody keeps. */
import { formatInstant } from "../../domain/time.ts";
import type { Secret, SecretClaim, TargetContext } from "../target.ts";
import type { PostgresConfig } from "./config.ts";
import { databaseOf, type Label, type PostgresHandle } from "./label.ts";
import { changeRole, conflict, cutSessions, findOwnRole } from "./own-role.ts";
import { preflight } from "./preflight.ts";
import { hasEntitlement, type RoleState } from "./role-state.ts";
import { newPassword, scramVerifier } from "./scram.ts";
import { type Session, withSession } from "./session.ts";
import { literal } from "./sql.ts";

export async function issuePostgresSecret(
  handle: PostgresHandle,
  config: PostgresConfig,
  ctx: TargetContext,
  claim: SecretClaim,
): Promise<Secret> {
  return withSession(config, ctx, async (session) => {
    await preflight(session, ctx);
    const role = await findOwnRole(session, handle, ctx);
    if (role === null) throw conflict({ name: handle.roleName }, "it is not there; grant the access first");
    requireIssuable(role, claim, ctx);
    if (role.canLogin || role.label.claimId !== null) await voidSecret(session, role, claim, ctx);
    const password = newPassword();
    await openLogin(session, role, password, { config, claim, ctx });
    return secretOf(role, password, handle, config);
  });
}

function requireIssuable(role: RoleState, claim: SecretClaim, ctx: TargetContext): Label {
  const { label } = role;
  if (label === null) throw conflict(role, "its label is gone");
  if (label.ending) throw conflict(role, "its removal has begun");
  if (label.generation !== claim.generation) throw conflict(role, `it is at generation ${label.generation}`);
  if (label.claimId === claim.id) throw conflict(role, "this claim was answered; claim again to reissue");
  if (role.raised) throw conflict(role, "somebody raised its attributes by hand");
  if (role.validUntil !== label.armedUntil) throw conflict(role, "somebody moved its end by hand");
  if (label.armedUntil <= ctx.clock.now())
    throw conflict(role, `it ended at ${formatInstant(label.expiresAt)}`);
  if (!hasEntitlement(role, label.handle.entitledRole)) throw conflict(role, "its membership is not there");
  return label;
}

/** Closed first, so that nobody gets back in with the old secret while its sessions are cut. */
async function voidSecret(
  session: Session,
  role: RoleState,
  claim: SecretClaim,
  ctx: TargetContext,
): Promise<void> {
  await ctx.onStep?.("secret.void");
  await changeRole(session, ctx, role, {
    attributes: "NOLOGIN PASSWORD NULL",
    decide: (current) => {
      requireIssuable(current, claim, ctx);
      return null;
    },
  });
  await ctx.onStep?.("secret.cut");
  const { left } = await cutSessions(session, role.oid);
  if (left > 0) throw conflict(role, `${left} sessions of the old secret would not end`);
}

async function openLogin(
  session: Session,
  role: RoleState,
  password: string,
  { config, claim, ctx }: { config: PostgresConfig; claim: SecretClaim; ctx: TargetContext },
): Promise<void> {
  const verifier = literal(await scramVerifier(password));
  await ctx.onStep?.("secret.open");
  const attributes = `LOGIN PASSWORD ${verifier} CONNECTION LIMIT ${config.connectionLimit}`;
  await changeRole(session, ctx, role, {
    attributes,
    decide: (current) => ({
      ...requireIssuable(current, claim, ctx),
      claimId: claim.id,
    }),
  });
}

function secretOf(
  role: RoleState & { label: Label },
  password: string,
  handle: PostgresHandle,
  config: PostgresConfig,
): Secret {
  const database = databaseOf(handle, config);
  return {
    connectionString: connectionString(role.name, password, database, config),
    host: config.publicHost ?? config.host,
    port: config.publicPort ?? config.port,
    username: role.name,
    password,
    database,
    expiresAt: role.label.armedUntil,
  };
}

/** A libpq connection URI (PostgreSQL manual, 32.1.1.2), as psql and node-postgres both read it. */
function connectionString(user: string, password: string, database: string, config: PostgresConfig): string {
  const host = config.publicHost ?? config.host;
  const port = config.publicPort ?? config.port;
  const who = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  const path = encodeURIComponent(database);
  if (host.startsWith("/")) {
    return `postgresql://${who}@localhost/${path}?host=${encodeURIComponent(host)}&port=${port}`;
  }
  const authority = host.includes(":") ? `[${host}]` : host;
  const tls = config.tls === "off" ? "" : "?sslmode=verify-full";
  return `postgresql://${who}@${authority}:${port}/${path}${tls}`;
}
