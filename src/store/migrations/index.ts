/** Migrations only go forward; code of the version before and after each one runs beside it. */
import type { Kysely } from "kysely";
import { Migrator } from "kysely/migration";
import { m0001Spine } from "./m0001-spine.ts";
import { m0002Identity } from "./m0002-identity.ts";
import { m0003Configuration } from "./m0003-configuration.ts";
import { m0004DecisionFacts } from "./m0004-decision-facts.ts";
import { m0005Surfaces } from "./m0005-surfaces.ts";
import { m0006Portal } from "./m0006-portal.ts";
import { m0007Administration } from "./m0007-administration.ts";
import { m0008EndedGrants } from "./m0008-ended-grants.ts";
import { m0009Links } from "./m0009-links.ts";
import { m0010PolicyVersions } from "./m0010-policy-versions.ts";
import { m0011Moments } from "./m0011-moments.ts";
import { m0012Lists } from "./m0012-lists.ts";
import { m0013Worker } from "./m0013-worker.ts";
import { m0014Waiting } from "./m0014-waiting.ts";
import { m0015Dependents } from "./m0015-dependents.ts";
import { m0017Proofs } from "./m0017-proofs.ts";
import { m0018SignInTries } from "./m0018-sign-in-tries.ts";
import { m0019Names } from "./m0019-names.ts";
import { m0022KeyProof } from "./m0022-key-proof.ts";
import { m0023Clock } from "./m0023-clock.ts";
import { m0024Incarnations } from "./m0024-incarnations.ts";
import { m0025KeyRotation } from "./m0025-key-rotation.ts";
import { m0026Sessions } from "./m0026-sessions.ts";
import { m0029LockOut } from "./m0029-lock-out.ts";
import { m0032Logos } from "./m0032-logos.ts";
import { m0033Mail } from "./m0033-mail.ts";
import { m0034Preferences } from "./m0034-preferences.ts";
import { m0035Exports } from "./m0035-exports.ts";
import { m0036WorkCounts } from "./m0036-work-counts.ts";
import { m0037GivenPasswords } from "./m0037-given-passwords.ts";
import { m0038NotificationEndpoints } from "./m0038-notification-endpoints.ts";

const MIGRATIONS = {
  "0001-spine": m0001Spine,
  "0002-identity": m0002Identity,
  "0003-configuration": m0003Configuration,
  "0004-decision-facts": m0004DecisionFacts,
  "0005-surfaces": m0005Surfaces,
  "0006-portal": m0006Portal,
  "0007-administration": m0007Administration,
  "0008-ended-grants": m0008EndedGrants,
  "0009-links": m0009Links,
  "0010-policy-versions": m0010PolicyVersions,
  "0011-moments": m0011Moments,
  "0012-lists": m0012Lists,
  "0013-worker": m0013Worker,
  "0014-waiting": m0014Waiting,
  "0015-dependents": m0015Dependents,
  "0017-proofs": m0017Proofs,
  "0018-sign-in-tries": m0018SignInTries,
  "0019-names": m0019Names,
  "0022-key-proof": m0022KeyProof,
  "0023-clock": m0023Clock,
  "0024-incarnations": m0024Incarnations,
  "0025-key-rotation": m0025KeyRotation,
  "0026-sessions": m0026Sessions,
  "0029-lock-out": m0029LockOut,
  "0032-logos": m0032Logos,
  "0033-mail": m0033Mail,
  "0034-preferences": m0034Preferences,
  "0035-exports": m0035Exports,
  "0036-work-counts": m0036WorkCounts,
  "0037-given-passwords": m0037GivenPasswords,
  "0038-notification-endpoints": m0038NotificationEndpoints,
};

/**
 * Brings the schema up to date; two replicas that start at once take turns by the migrator's own lock.
 * @param last the last one to run, where a test wants an older schema
 */
export async function migrate(db: Kysely<unknown>, last?: keyof typeof MIGRATIONS): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => MIGRATIONS },
    migrationTableSchema: "curfew_migrations",
  });
  const { error } = await (last === undefined ? migrator.migrateToLatest() : migrator.migrateTo(last));
  if (error !== undefined) throw new Error("the database could not be migrated", { cause: error });
}
