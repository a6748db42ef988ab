/** Another key in the place of the installation's: which one is the current, since when, and which are over. */
import { type Kysely, sql } from "kysely";
import { hide } from "./row-level-security.ts";

const definer = (volatility: "STABLE" | "VOLATILE", language: "sql" | "plpgsql" = "sql") =>
  `LANGUAGE ${language} ${volatility} SECURITY DEFINER SET search_path = public, pg_temp`;

// `current_from` is null of one that is only announced. The rest is told of the rotation that brought it.
const GENERATIONS = `
  ALTER TABLE installation_key ADD COLUMN generation integer NOT NULL DEFAULT 1 UNIQUE CHECK (generation > 0), ADD COLUMN current_from timestamptz DEFAULT now(),
    ADD COLUMN resealed_at timestamptz, ADD COLUMN retired_at timestamptz, ADD COLUMN correlation_id uuid, ADD COLUMN leave_behind boolean NOT NULL DEFAULT false;
  UPDATE installation_key SET current_from = added_at;
`;

// Only the current key starts anything. The shared lock: whoever reads this has said before which keys it holds, or reads
// what was decided without it (store/key-rotation.ts).
const QUESTIONS = `
  CREATE OR REPLACE FUNCTION installation_proven(by bytea) RETURNS boolean ${definer("STABLE")}
    AS $$ SELECT bool_or(k.proof = by AND k.generation = (SELECT max(c.generation) FROM installation_key c WHERE c.current_from IS NOT NULL)) FROM installation_key k $$;
  CREATE FUNCTION installation_keys() RETURNS SETOF installation_key ${definer("VOLATILE", "plpgsql")} AS $$ BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('curfew current key', 0));
    RETURN QUERY SELECT * FROM installation_key ORDER BY generation; END $$;
`;

const SIGNING_KEYS = `
  ALTER TABLE signing_key ADD COLUMN generation integer NOT NULL DEFAULT 1;
  CREATE FUNCTION signing_keys_published() RETURNS TABLE (kid text, generation integer, sealed bytea) ${definer("STABLE")}
    AS $$ SELECT k.kid, k.generation, k.sealed FROM signing_key k
      ORDER BY k.generation > coalesce((SELECT max(c.generation) FROM installation_key c WHERE c.current_from IS NOT NULL), 1), k.generation DESC, k.created_at DESC $$;
  CREATE FUNCTION signing_key_add(of_kid text, of_generation integer, of_sealed bytea) RETURNS void ${definer("VOLATILE", "plpgsql")} AS $$ BEGIN
    LOCK TABLE signing_key IN EXCLUSIVE MODE;
    INSERT INTO signing_key (kid, generation, sealed) SELECT of_kid, of_generation, of_sealed WHERE NOT EXISTS (SELECT FROM signing_key k WHERE k.generation = of_generation); END $$;
`;

// What hashes are made with of things that nobody here knows again: it outlives the key that it first came from.
const LASTING = `
  CREATE TABLE lasting_secret (purpose text PRIMARY KEY, sealed bytea NOT NULL);
  CREATE FUNCTION lasting_secret(of_purpose text, of_sealed bytea) RETURNS bytea ${definer("VOLATILE", "plpgsql")} AS $$ BEGIN
    INSERT INTO lasting_secret VALUES (of_purpose, of_sealed) ON CONFLICT DO NOTHING;
    RETURN (SELECT l.sealed FROM lasting_secret l WHERE l.purpose = of_purpose); END $$;
`;

const FUNCTIONS =
  "installation_keys(), signing_keys_published(), signing_key_add(text, integer, bytea), lasting_secret(text, bytea)";

const RIGHTS = `
  REVOKE EXECUTE ON FUNCTION ${FUNCTIONS} FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION ${FUNCTIONS} TO curfew_app;
`;

export const m0025KeyRotation = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const part of [GENERATIONS, QUESTIONS, SIGNING_KEYS, LASTING, hide("lasting_secret"), RIGHTS])
      await sql.raw(part).execute(db);
  },
};
