/** The names of temporary roles, derived from what they are for, so that they can be found again after a crash. */
import { createHash } from "node:crypto";

/** 7 + 32 + 1 + 16 = 56 bytes of PostgreSQL's 63. */
export const ROLE_NAME = /^curfew_[0-9a-f]{32}_[0-9a-f]{16}$/;

/** The same as a PostgreSQL regular expression. */
export const ROLE_NAME_PATTERN = "^curfew_[0-9a-f]{32}_[0-9a-f]{16}$";

/** What a role is called once its access has ended and it only owns what was made under it. */
export const LEFT_ROLE_NAME = /^curfew_left_[0-9a-f]{32}_[0-9]{1,10}$/;

/** The same as a PostgreSQL regular expression. */
export const LEFT_ROLE_NAME_PATTERN = "^curfew_left_[0-9a-f]{32}_[0-9]{1,10}$";

/** A grant can have several holders (a group) and several entitlements: `apart` tells its roles from each other. */
export function roleNameFor(grantId: string, apart: readonly string[]): string {
  const digest = createHash("sha256").update(JSON.stringify(apart)).digest("hex");
  return `curfew_${plain(grantId)}_${digest.slice(0, 16)}`;
}

/** At most 12 + 32 + 1 + 10 = 55 bytes. One grant can leave things more than once: the oid tells its owners apart. */
export function leftRoleNameFor(grantId: string, oid: string): string {
  return `curfew_left_${plain(grantId)}_${oid}`;
}

function plain(grantId: string): string {
  return grantId.replaceAll("-", "").toLowerCase();
}
