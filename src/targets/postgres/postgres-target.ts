/** PostgreSQL as a target: each grant is a temporary log-in role with VALID UNTIL, member of one group role. */
import type { Capabilities, Target } from "../target.ts";
import { checkPostgres } from "./check.ts";
import {
  parseConfig,
  parseEntitlement,
  postgresSchema,
  validatePostgresConfig,
  validatePostgresEntitlement,
} from "./config.ts";
import { openPostgresEnding } from "./end-together.ts";
import { grantAccess } from "./grant.ts";
import { issuePostgresSecret } from "./issue-secret.ts";
import { parseHandle, planHandle } from "./label.ts";
import { LEAVING_LIMITS, type LeavingLimits } from "./leave-behind.ts";
import { observePostgres } from "./observe.ts";
import { openSessionsOf } from "./open-sessions.ts";
import { MAX_SKEW_MS } from "./preflight.ts";
import { revokeAccess } from "./revoke.ts";
import { stoppable } from "./steps.ts";
import { postgresCommands, postgresWords } from "./words.ts";

/** `leaving`: how much is done at once about what holders leave behind. */
export function makePostgresTarget(leaving: LeavingLimits = LEAVING_LIMITS): Target {
  return {
    kind: "postgres",
    words: postgresWords,
    schema: postgresSchema,
    validateConfig: validatePostgresConfig,
    validateEntitlement: validatePostgresEntitlement,
    place: (config) => `${String(config.database)} on ${String(config.host)}`,
    capabilities: () => CAPABILITIES,
    plan: planHandle,
    async check(config, ctx, entitlements = []) {
      return checkPostgres(parseConfig(config), ctx, entitlements.map(parseEntitlement));
    },
    async grant(spec, config, ctx) {
      const parsed = parseConfig(config);
      return stoppable(ctx, (ctx) => grantAccess(spec, parsed, ctx));
    },
    async issueSecret(handle, config, ctx, claim) {
      const parsed = parseConfig(config);
      return stoppable(ctx, (ctx) => issuePostgresSecret(parseHandle(handle), parsed, ctx, claim));
    },
    readyCommands: postgresCommands,
    async revoke(handle, config, ctx, options) {
      const parsed = parseConfig(config);
      return stoppable(ctx, (ctx) => revokeAccess(parseHandle(handle), parsed, ctx, { ...options, leaving }));
    },
    async openEnding(config, ctx) {
      return openPostgresEnding(parseConfig(config), ctx);
    },
    async openSessions(handles, config, ctx) {
      return openSessionsOf(handles.map(parseHandle), parseConfig(config), ctx);
    },
    async observe(config, ctx, filter) {
      return observePostgres(parseConfig(config), ctx, filter);
    },
  };
}

const CAPABILITIES: Capabilities = {
  expiry: "native",
  // The skew is measured and subtracted when the end is armed: later only if a clock is moved afterwards.
  expiryLagMs: MAX_SKEW_MS,
  granularityMs: 1,
  minTtlMs: 1_000,
  maxTtlMs: null,
  liveSessionAtExpiry: "none",
  liveSessionOnRevoke: "onRevoke",
  canObserve: true,
  canExtend: true,
  issuesSecret: true,
  expiryAssumes: [
    "the clock of the target stays within 2 s of ours",
    "no line with `trust`, or with a map onto temporary roles, stands in pg_hba.conf: VALID UNTIL is checked for passwords only",
    "nobody with ADMIN on the temporary role moves its VALID UNTIL",
    "no pooler in front of the target keeps sessions of its own for the holder",
  ],
};

export const postgresTarget: Target = makePostgresTarget();
