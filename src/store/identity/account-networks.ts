/** From which networks an account was reached, and guessed at in vain: a bounded number of rows for each. */
import { sql } from "kysely";
import type { PrincipalRef } from "../../domain/principal.ts";
import { addMs, DAY_MS, earliest, type Instant, latest } from "../../domain/time.ts";
import type { AccountRepository, RefusedTries } from "../../use-cases/identity-ports.ts";
import type { TenantScope } from "../within-tenant.ts";

const MOST_REACHED = 20;
const MOST_REFUSED = 200;
const OTHERS = "others";
/** As long as `worker/retention.ts` keeps a row that nothing happens to. */
const COUNTED_MS = 30 * DAY_MS;

type Networks = Pick<AccountRepository, "rememberNetwork" | "countRefusal" | "refusedTries">;

export function accountNetworksIn({ trx }: TenantScope): Networks {
  const refusedTries = async (ref: PrincipalRef, now: Instant): Promise<RefusedTries | null> => {
    const rows = await trx
      .selectFrom("account_network")
      .select(["network", "refused", "refused_since", "refused_at"])
      .where("tenant_id", "=", ref.tenantId)
      .where("object_id", "=", ref.objectId)
      .where(sql<boolean>`refused_at >= ${new Date(addMs(now, -COUNTED_MS))}`)
      .orderBy("refused", "desc")
      .orderBy("network")
      .execute();
    return triesIn(rows);
  };
  return {
    refusedTries,
    async rememberNetwork({ tenantId, objectId }, network, at) {
      const when = new Date(at);
      const { rows } = await sql<{
        is_new: boolean;
      }>`SELECT count(*) > 0 AND NOT bool_or(network = ${network}) AS is_new
        FROM account_network WHERE object_id = ${objectId} AND succeeded_at IS NOT NULL`.execute(trx);
      await sql`INSERT INTO account_network AS n (tenant_id, object_id, network, succeeded_at)
        VALUES (${tenantId}, ${objectId}, ${network}, ${when})
        ON CONFLICT (object_id, network) DO UPDATE SET succeeded_at = greatest(n.succeeded_at, ${when})`.execute(
        trx,
      );
      await sql`UPDATE account_network SET succeeded_at = NULL WHERE object_id = ${objectId} AND refused > 0
        AND network IN (${reachedFrom(objectId)} OFFSET ${MOST_REACHED})`.execute(trx);
      await sql`DELETE FROM account_network WHERE object_id = ${objectId} AND refused = 0
        AND network IN (${reachedFrom(objectId)} OFFSET ${MOST_REACHED})`.execute(trx);
      return rows[0]?.is_new === true;
    },
    async countRefusal(ref, told, at) {
      const network = told ?? OTHERS;
      const { tenantId, objectId } = ref;
      const [when, before] = [new Date(at), new Date(addMs(at, -COUNTED_MS))];
      await sql`INSERT INTO account_network AS n (tenant_id, object_id, network, refused, refused_since, refused_at)
        SELECT ${tenantId}, ${objectId}, CASE WHEN known.mine OR known.others < ${MOST_REFUSED} THEN ${network} ELSE ${OTHERS} END, 1, ${when}, ${when}
          FROM (SELECT coalesce(bool_or(network = ${network}), false) AS mine, count(*) AS others
            FROM account_network WHERE object_id = ${objectId}) known
        ON CONFLICT (object_id, network) DO UPDATE SET
          refused = CASE WHEN n.refused_at < ${before} THEN 1 ELSE least(n.refused + 1, 1000000000) END,
          refused_since = CASE WHEN n.refused_at < ${before} THEN ${when} ELSE coalesce(n.refused_since, ${when}) END,
          refused_at = greatest(n.refused_at, ${when})`.execute(trx);
      const tries = await refusedTries(ref, at);
      if (tries === null) throw new Error("a refusal was not counted");
      return tries;
    },
  };
}

/** Those it was reached from, the latest first. */
function reachedFrom(objectId: string) {
  return sql`SELECT network FROM account_network WHERE object_id = ${objectId} AND succeeded_at IS NOT NULL
    ORDER BY succeeded_at DESC, network`;
}

interface Row {
  readonly network: string;
  readonly refused: number;
  readonly refused_since: Instant | null;
  readonly refused_at: Instant | null;
}

function triesIn(rows: readonly Row[]): RefusedTries | null {
  const seen = rows.flatMap(({ refused_since: since, refused_at: until }) =>
    since === null || until === null ? [] : [{ since, until }],
  );
  const [first] = seen;
  if (first === undefined) return null;
  return {
    count: rows.reduce((sum, { refused }) => sum + refused, 0),
    since: earliest(first.since, ...seen.map(({ since }) => since)),
    until: latest(first.until, ...seen.map(({ until }) => until)),
    networks: rows.map(({ network, refused: count }) => ({ network, count })),
  };
}
