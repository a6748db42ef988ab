/** Which key this installation is sealed with: compared before a start changes anything. */
import { type Kysely, sql } from "kysely";
import { hide } from "./row-level-security.ts";

const PROOF = `
  CREATE TABLE installation_key (proof bytea PRIMARY KEY CHECK (length(proof) = 32), added_at timestamptz NOT NULL DEFAULT now());
`;

// Null where no proof is kept. Who starts Curfew is no role of ours: each start lets the next one of the same user ask.
const PROVEN = `
  CREATE FUNCTION installation_proven(by bytea) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT bool_or(k.proof = by) FROM installation_key k $$;
  REVOKE EXECUTE ON FUNCTION installation_proven(bytea) FROM PUBLIC;
`;

export const m0022KeyProof = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const part of [PROOF, hide("installation_key"), PROVEN]) await sql.raw(part).execute(db);
  },
};
