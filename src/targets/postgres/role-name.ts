/** The name of a temporary role, derived from what it is for, so that it can be found again after a crash. */
import { createHash } from "node:crypto";

/** 7 + 32 + 1 + 16 = 56 bytes of PostgreSQL's 63. */
export const ROLE_NAME = /^curfew_[0-9a-f]{32}_[0-9a-f]{16}$/;

/** The same as a PostgreSQL regular expression. */
export const ROLE_NAME_PATTERN = "^curfew_[0-9a-f]{32}_[0-9a-f]{16}$";

/** A grant can have several holders (a group) and several entitlements: `apart` tells its roles from each other. */
export function roleNameFor(grantId: string, apart: readonly string[]): string {
  const digest = createHash("sha256").update(JSON.stringify(apart)).digest("hex");
  return `curfew_${grantId.replaceAll("-", "").toLowerCase()}_${digest.slice(0, 16)}`;
}
