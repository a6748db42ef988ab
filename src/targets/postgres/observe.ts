/** What a cluster holds that is ours, and what another hand did to it or beside it. */

import { formatInstant, type Instant } from "../../domain/time.ts";
import type { Drift, Observed, ObservedItem, ObserveFilter, TargetContext } from "../target.ts";
import type { PostgresConfig } from "./config.ts";
import { findHindrances, keyOf, type Way } from "./hindrances.ts";
import { databaseOf, type Label } from "./label.ts";
import { hasEntitlement, isAsGiven, listRoles, type RoleState } from "./role-state.ts";
import { type Session, withSession } from "./session.ts";

const MAX_ROLES = 20_000;
const MAX_DRIFT = 1_000;

export async function observePostgres(
  config: PostgresConfig,
  ctx: TargetContext,
  filter?: ObserveFilter,
): Promise<Observed> {
  return withSession(config, ctx, async (session) => {
    const at = ctx.clock.now();
    const roles = await listRoles(session, MAX_ROLES);
    const wanted = filter === undefined ? null : new Set<string>(filter.grantIds);
    const ours = roles.flatMap((role) => (isOurs(role, ctx, wanted) ? [role] : []));
    const hindrances = await hindrancesOf(session, ours, config);
    const items = ours.map((role) => toItem(role, hindrances(role.label)));
    const beside = wanted === null ? await driftBeside(session, roles, config) : [];
    const complete = roles.length < MAX_ROLES && beside.length < MAX_DRIFT;
    return { items, drift: beside, complete, at };
  });
}

type OwnRole = RoleState & { readonly label: Label };

function isOurs(role: RoleState, ctx: TargetContext, wanted: ReadonlySet<string> | null): role is OwnRole {
  const { label } = role;
  if (label === null || label.owner !== ctx.owner) return false;
  return wanted === null || wanted.has(label.handle.grantId);
}

/** Asked once for each way in, however many hold it. */
async function hindrancesOf(
  session: Session,
  roles: readonly OwnRole[],
  config: PostgresConfig,
): Promise<(label: Label) => readonly string[]> {
  const wayOf = ({ handle }: Label): Way => ({
    role: handle.entitledRole,
    database: databaseOf(handle, config),
  });
  const ways = new Map(roles.map(({ label }) => [keyOf(wayOf(label)), wayOf(label)]));
  const found = await findHindrances(session, [...ways.values()]);
  const byWay = new Map([...ways.keys()].map((key, index) => [key, found[index] ?? []]));
  return (label) => byWay.get(keyOf(wayOf(label))) ?? [];
}

function toItem(role: OwnRole, hindrances: readonly string[]): ObservedItem {
  const { label } = role;
  return {
    handle: label.handle,
    grantId: label.handle.grantId,
    generation: label.generation,
    subjectId: label.handle.subjectId,
    present: hasEntitlement(role, label.handle.entitledRole),
    open: isOpen(role),
    hindrances,
    enforcedUntil: role.validUntil,
    sessions: role.sessions,
    drift: driftOf(role, label),
  };
}

/** Closed by another hand is not what ended as it was armed to. */
function isOpen({ canLogin, connectionLimit, over, validUntil, label }: OwnRole): boolean {
  return canLogin && connectionLimit !== 0 && !(over && validUntil !== label.armedUntil);
}

function driftOf(role: RoleState, label: Label): readonly Drift[] {
  const { entitledRole, roleName } = label.handle;
  const drift: Drift[] = [];
  const tell = (code: Drift["code"], detail: string) => drift.push({ code, detail });
  if (role.name !== roleName) tell("renamed", `\`${roleName}\` is called \`${role.name}\``);
  if (role.validUntil !== label.armedUntil) {
    tell(
      "deadline_moved",
      `VALID UNTIL is ${endText(role.validUntil)}, set was ${endText(label.armedUntil)}`,
    );
  }
  if (role.raised) tell("attributes_raised", `\`${role.name}\` was given attributes such as SUPERUSER`);
  if (!label.ending && !role.memberships.some((held) => held.role === entitledRole)) {
    tell("membership_missing", `\`${role.name}\` is no member of \`${entitledRole}\``);
  }
  for (const held of role.memberships) {
    const what = `\`${role.name}\` is a member of \`${held.role}\` by \`${held.givenBy}\``;
    if (held.role !== entitledRole || !held.ours) tell("membership_added", what);
    else if (!isAsGiven(held)) tell("membership_changed", `${what}, with other options than we gave`);
  }
  for (const holder of role.heldBy) tell("held_by_others", `\`${holder}\` is a member of \`${role.name}\``);
  return drift;
}

/** Roles with our kind of name and no label, hand-made memberships of what we give, sessions of roles that are gone. */
async function driftBeside(
  session: Session,
  roles: readonly RoleState[],
  config: PostgresConfig,
): Promise<readonly Drift[]> {
  const unlabelled = roles
    .filter((role) => role.label === null)
    .map(
      (role): Drift => ({ code: "unlabelled", detail: `\`${role.name}\` has a name of ours and no label` }),
    );
  const given = await session.rows<{ role: string; member: string; givenBy: string }>(
    `SELECT g.rolname AS role, h.rolname AS member, coalesce(by.rolname, '') AS "givenBy"
       FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles h ON h.oid = m.member
       LEFT JOIN pg_roles by ON by.oid = m.grantor
      WHERE m.roleid IN (SELECT roleid FROM pg_auth_members WHERE member = session_user::regrole AND admin_option)
        AND g.oid::text <> ALL ($1) AND h.oid::text <> ALL ($1)
        AND h.rolname <> session_user AND g.rolname <> $2
      ORDER BY 1, 2 LIMIT $3`,
    [roles.map((role) => role.oid), config.quarantineRole, MAX_DRIFT],
  );
  const orphans = await session.rows<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity a WHERE usesysid IS NOT NULL AND usesysid <> 0
        AND NOT EXISTS (SELECT FROM pg_roles r WHERE r.oid = a.usesysid) LIMIT $1`,
    [MAX_DRIFT],
  );
  return [
    ...unlabelled,
    ...given.map(({ role, member, givenBy }): Drift => {
      return { code: "given_by_hand", detail: `\`${member}\` is a member of \`${role}\` by \`${givenBy}\`` };
    }),
    ...orphans.map(({ pid }): Drift => {
      return { code: "orphan_session", detail: `session ${pid} belongs to a role that is gone` };
    }),
  ];
}

function endText(at: Instant | null): string {
  return at === null ? "never" : formatInstant(at);
}
