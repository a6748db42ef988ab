/** Seals anew, with the current key, whatever is stored sealed. */
import type pg from "pg";
import type { ExportId } from "../domain/export-sink.ts";
import { asId, type ObjectId, type TargetId, type TenantId } from "../domain/ids.ts";
import { sealedPlaces } from "../domain/sealed-places.ts";
import type { Keyring } from "./keyring.ts";

const AT_ONCE = 200;

// biome-ignore lint/suspicious/noExplicitAny: a row of whichever table it is
type Row = Readonly<Record<string, any>>;

interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** The primary key's columns with their types. */
  readonly by: Readonly<Record<string, string>>;
  readonly place: (row: Row) => string;
}

/** All there are: `test/store/key-rotation.test.ts` asks the schema. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  {
    table: "signing_key",
    column: "sealed",
    by: { kid: "text" },
    place: ({ kid }) => sealedPlaces.signingKey(kid),
  },
  {
    table: "lasting_secret",
    column: "sealed",
    by: { purpose: "text" },
    place: ({ purpose }) => sealedPlaces.lastingSecret(purpose),
  },
  {
    table: "target",
    column: "sealed_secrets",
    by: { tenant_id: "uuid", id: "uuid" },
    place: ({ tenant_id, id }) => sealedPlaces.target(asId<TenantId>(tenant_id), asId<TargetId>(id)),
  },
  {
    table: "export_sink",
    column: "sealed_secrets",
    by: { tenant_id: "uuid", id: "uuid" },
    place: ({ tenant_id, id }) => sealedPlaces.exportSink(asId<TenantId>(tenant_id), asId<ExportId>(id)),
  },
  {
    table: "local_account",
    column: "totp_sealed",
    by: { tenant_id: "uuid", object_id: "uuid" },
    place: ({ tenant_id, object_id }) =>
      sealedPlaces.secondFactor({
        tenantId: asId<TenantId>(tenant_id),
        objectId: asId<ObjectId>(object_id),
      }),
  },
  {
    table: "oidc_record",
    column: "sealed",
    by: { model: "text", id: "bytea" },
    place: ({ model, id }) => sealedPlaces.record(model, id),
  },
];

export interface Resealed {
  /** Held by somebody, or changed meanwhile: for the next time. */
  readonly left: number;
  /** What no accepted key opens; nobody could before. */
  readonly unreadable: number;
}

/** Goes through all of it once, in batches that each commit. @param owner sees every tenant's rows */
export async function resealAll(
  owner: pg.Client,
  key: Keyring,
  afterBatch: () => Promise<void>,
): Promise<Resealed> {
  const total = { left: 0, unreadable: 0 };
  for (const column of SEALED_COLUMNS) {
    let after: Row | null = null;
    do {
      const rows: Row[] = await page(owner, column, after);
      const stale = rows.flatMap((row) => staleIn(row, column, key, total));
      const done = stale.length === 0 ? 0 : await replace(owner, column, stale);
      total.left += stale.length - done;
      if (done > 0) await afterBatch();
      after = rows.length < AT_ONCE ? null : (rows.at(-1) ?? null);
    } while (after !== null);
  }
  return total;
}

async function page(owner: pg.Client, sealed: SealedColumn, after: Row | null): Promise<Row[]> {
  const { table, column, by } = sealed;
  const names = Object.keys(by);
  const past = names.map((name, index) => `$${index + 1}::${by[name]}`).join(", ");
  const { rows } = await owner.query(
    `SELECT ${names.join(", ")}, ${column} AS sealed FROM ${table} WHERE length(${column}) > 0
      ${after === null ? "" : `AND (${names.join(", ")}) > (${past})`} ORDER BY ${names.join(", ")} LIMIT ${AT_ONCE}`,
    after === null ? [] : names.map((name) => after[name]),
  );
  return rows;
}

function staleIn(row: Row, { place }: SealedColumn, key: Keyring, total: { unreadable: number }): Row[] {
  try {
    key.openNow(place(row), row.sealed);
    return [];
  } catch {
    // Another accepted key's, or nobody's.
  }
  try {
    return [{ ...row, resealed: key.seal(place(row), key.open(place(row), row.sealed)) }];
  } catch {
    total.unreadable++;
    return [];
  }
}

/** Only what is still as it was read. Waits for nobody while it holds rows, so that nobody waits for it in a circle. */
async function replace(
  owner: pg.Client,
  { table, column, by }: SealedColumn,
  rows: readonly Row[],
): Promise<number> {
  const names = Object.keys(by);
  const arrays = [...names.map((name) => `${by[name]}[]`), "bytea[]", "bytea[]"];
  const { rowCount } = await owner.query(
    `WITH asked AS (SELECT * FROM unnest(${arrays.map((type, index) => `$${index + 1}::${type}`).join(", ")}) AS a(${names.join(", ")}, was, resealed)),
      free AS (SELECT t.ctid AS at, a.resealed FROM ${table} t JOIN asked a USING (${names.join(", ")}) WHERE t.${column} = a.was FOR NO KEY UPDATE OF t SKIP LOCKED)
      UPDATE ${table} t SET ${column} = f.resealed FROM free f WHERE t.ctid = f.at`,
    [...names, "sealed", "resealed"].map((name) => rows.map((row) => row[name])),
  );
  return rowCount ?? 0;
}
