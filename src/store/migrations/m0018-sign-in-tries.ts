/** Who waits to try a password or a code, and from which networks an account was reached or guessed at. */
import { type Kysely, sql } from "kysely";
import { hide, isolate } from "./row-level-security.ts";

/**
 * A line is what strangers stand in, one for what they try; its key is a hash, so that a name that nobody has is stood
 * in line for as any other. `free_at` is when the next try may be made; `turn`: it is this one's.
 */
const LINES = `
  CREATE TABLE sign_in_line (key bytea PRIMARY KEY, free_at timestamptz NOT NULL);
  CREATE INDEX sign_in_line_free_at ON sign_in_line (free_at);
  CREATE TABLE sign_in_place (line bytea NOT NULL, network bytea NOT NULL, holder bytea NOT NULL, number bigint GENERATED ALWAYS AS IDENTITY,
    turn boolean NOT NULL DEFAULT false, until timestamptz NOT NULL, PRIMARY KEY (line, network));
  CREATE INDEX sign_in_place_until ON sign_in_place (until);
`;

/** One row for an account and a network; `refused` counts since `refused_since`. */
const NETWORKS = `
  CREATE TABLE account_network (tenant_id uuid NOT NULL, object_id uuid NOT NULL, network text NOT NULL CHECK (length(network) <= 64),
    succeeded_at timestamptz, refused integer NOT NULL DEFAULT 0, refused_since timestamptz, refused_at timestamptz,
    at timestamptz NOT NULL GENERATED ALWAYS AS (greatest(succeeded_at, refused_at)) STORED,
    PRIMARY KEY (object_id, network), FOREIGN KEY (tenant_id, object_id) REFERENCES local_account ON DELETE CASCADE);
  CREATE INDEX account_network_at ON account_network (at);
`;

const ISOLATION = [isolate("account_network"), hide("sign_in_line"), hide("sign_in_place")];

const definer = (volatility: "STABLE" | "VOLATILE", language: "sql" | "plpgsql" = "sql") =>
  `LANGUAGE ${language} ${volatility} SECURITY DEFINER SET search_path = public, pg_temp`;

/**
 * Stepping up to a line, joining it where one stands in it not yet. The line's row is locked: one at a time. It is one's
 * turn when more tries were possible since `free_at` than others are ahead, and each takes one: who left or looks late
 * holds nobody up, and loses nothing by it. `crowd` is the bucket of the network's own; null where there is none.
 */
const STEPPING = `
  CREATE FUNCTION sign_in_step(of_line bytea, of_network bytea, of_holder bytea, spend boolean, crowd bytea, rules jsonb, given timestamptz)
    RETURNS TABLE (answer text, wait_ms double precision) ${definer("VOLATILE", "plpgsql")} AS $$
  DECLARE
    every interval := make_interval(secs => (rules ->> 'everyMs')::float8 / 1000);
    slack interval := make_interval(secs => (rules ->> 'slackMs')::float8 / 1000);
    free timestamptz; due timestamptz; ahead bigint; place sign_in_place;
  BEGIN
    INSERT INTO sign_in_line AS l (key, free_at) VALUES (of_line, given) ON CONFLICT (key) DO UPDATE SET free_at = l.free_at RETURNING l.free_at INTO free;
    DELETE FROM sign_in_place p WHERE p.line = of_line AND p.until < given;
    SELECT * INTO place FROM sign_in_place p WHERE p.line = of_line AND (p.holder = of_holder OR p.network = of_network) ORDER BY p.holder = of_holder DESC LIMIT 1;
    IF NOT FOUND THEN
      SELECT count(*) INTO ahead FROM sign_in_place p WHERE p.line = of_line AND NOT p.turn;
      IF ahead >= (rules ->> 'most')::int THEN
        RETURN QUERY SELECT 'full'::text, (rules ->> 'everyMs')::float8; RETURN;
      END IF;
      IF crowd IS NOT NULL AND NOT bucket_take(crowd, (rules ->> 'crowd')::float8, (rules ->> 'crowdRefillMs')::float8, given) THEN
        -- Made a moment ago, for nobody: names that are made up leave no rows.
        IF ahead = 0 AND free = given THEN DELETE FROM sign_in_line WHERE key = of_line; END IF;
        RETURN QUERY SELECT 'crowded'::text, (rules ->> 'crowdRefillMs')::float8; RETURN;
      END IF;
      IF ahead = 0 THEN free := greatest(free, given); END IF;
      INSERT INTO sign_in_place (line, network, holder, until) VALUES (of_line, of_network, of_holder, given) RETURNING * INTO place;
    END IF;
    SELECT count(*) INTO ahead FROM sign_in_place p WHERE p.line = of_line AND NOT p.turn AND p.number < place.number;
    due := CASE WHEN place.turn THEN given ELSE free - slack + ahead * every END;
    IF place.holder <> of_holder THEN
      RETURN QUERY SELECT 'shared'::text, greatest(extract(epoch FROM due - given) * 1000, (rules ->> 'everyMs')::float8)::float8; RETURN;
    END IF;
    IF due > given THEN
      UPDATE sign_in_place p SET until = given + make_interval(secs => (rules ->> 'awayMs')::float8 / 1000) WHERE p.line = of_line AND p.network = place.network;
      RETURN QUERY SELECT 'wait'::text, (extract(epoch FROM due - given) * 1000)::float8; RETURN;
    END IF;
    IF NOT place.turn THEN UPDATE sign_in_line SET free_at = free + every WHERE key = of_line; END IF;
    IF spend THEN
      DELETE FROM sign_in_place p WHERE p.line = of_line AND p.network = place.network;
    ELSIF NOT place.turn THEN
      UPDATE sign_in_place p SET turn = true, until = given + make_interval(secs => (rules ->> 'turnMs')::float8 / 1000) WHERE p.line = of_line AND p.network = place.network;
    END IF;
    RETURN QUERY SELECT 'turn'::text, 0::float8;
  END $$;
  CREATE FUNCTION sign_in_step_back(of_line bytea, of_network bytea, of_holder bytea, until timestamptz) RETURNS void ${definer("VOLATILE")}
    AS $$ INSERT INTO sign_in_place (line, network, holder, turn, until) VALUES (of_line, of_network, of_holder, true, until) ON CONFLICT (line, network) DO NOTHING $$;
  CREATE FUNCTION sign_in_line_shorten(of_line bytea, by_ms double precision) RETURNS void ${definer("VOLATILE")}
    AS $$ UPDATE sign_in_line SET free_at = free_at - make_interval(secs => by_ms / 1000) WHERE key = of_line $$;
`;

const QUESTIONS = `
  CREATE FUNCTION accounts_reached_from(wanted uuid[], of_network text, since timestamptz) RETURNS SETOF uuid ${definer("STABLE")}
    AS $$ SELECT object_id FROM account_network WHERE object_id = ANY(wanted) AND network = of_network AND succeeded_at >= since $$;
  CREATE FUNCTION setup_token_stands(of_hash bytea, given timestamptz) RETURNS boolean ${definer("STABLE")}
    AS $$ SELECT EXISTS (SELECT 1 FROM setup_token WHERE hash = of_hash AND expires_at > given) $$;
`;

// As before, with what is new. For how long each is kept stands in worker/retention.ts.
const FORGETTING = `
  CREATE OR REPLACE FUNCTION forget(what text, older_than timestamptz, most integer) RETURNS bigint ${definer("VOLATILE", "plpgsql")} AS $$
    DECLARE gone bigint;
    BEGIN
    CASE what
      WHEN 'idempotencyKeys' THEN DELETE FROM idempotency_key WHERE ctid = ANY(ARRAY(SELECT ctid FROM idempotency_key WHERE at < older_than ORDER BY at LIMIT most));
      WHEN 'readNotifications' THEN DELETE FROM notification WHERE ctid = ANY(ARRAY(SELECT ctid FROM notification WHERE at < older_than AND read_at IS NOT NULL ORDER BY at LIMIT most));
      WHEN 'signInRecords' THEN DELETE FROM oidc_record WHERE ctid = ANY(ARRAY(SELECT ctid FROM oidc_record WHERE expires_at < older_than ORDER BY expires_at LIMIT most));
      WHEN 'rateLimits' THEN DELETE FROM rate_bucket WHERE ctid = ANY(ARRAY(SELECT ctid FROM rate_bucket WHERE at < older_than ORDER BY at LIMIT most));
      WHEN 'signInLines' THEN DELETE FROM sign_in_line WHERE ctid = ANY(ARRAY(SELECT ctid FROM sign_in_line WHERE free_at < older_than ORDER BY free_at LIMIT most));
      WHEN 'signInPlaces' THEN DELETE FROM sign_in_place WHERE ctid = ANY(ARRAY(SELECT ctid FROM sign_in_place WHERE until < older_than ORDER BY until LIMIT most));
      WHEN 'accountNetworks' THEN DELETE FROM account_network WHERE ctid = ANY(ARRAY(SELECT ctid FROM account_network WHERE at < older_than ORDER BY at LIMIT most));
      WHEN 'policyChanges' THEN DELETE FROM policy_change WHERE ctid = ANY(ARRAY(SELECT ctid FROM policy_change WHERE at < older_than ORDER BY at LIMIT most));
      WHEN 'setupTokens' THEN DELETE FROM setup_token WHERE expires_at < older_than;
    END CASE;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone; END $$;
`;

const FUNCTIONS = [
  "sign_in_step(bytea, bytea, bytea, boolean, bytea, jsonb, timestamptz)",
  "sign_in_step_back(bytea, bytea, bytea, timestamptz)",
  "sign_in_line_shorten(bytea, double precision)",
  "accounts_reached_from(uuid[], text, timestamptz)",
  "setup_token_stands(bytea, timestamptz)",
].join(", ");

const RIGHTS = `
  GRANT SELECT, INSERT, UPDATE, DELETE ON account_network TO curfew_app;
  REVOKE EXECUTE ON FUNCTION ${FUNCTIONS} FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION ${FUNCTIONS} TO curfew_app;
`;

export const m0018SignInTries = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const part of [LINES, NETWORKS, ...ISOLATION, STEPPING, QUESTIONS, FORGETTING, RIGHTS])
      await sql.raw(part).execute(db);
  },
};
