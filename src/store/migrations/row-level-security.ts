/** Tenant isolation stated a second time, below the code. */

/** Rows of the current tenant only; without a tenant set there is none. */
export function isolate(table: string): string {
  return `${enable(table)}
    CREATE POLICY tenant_rows ON ${table} TO curfew_app
      USING (tenant_id = curfew_tenant()) WITH CHECK (tenant_id = curfew_tenant());`;
}

/** Rows that name a second party: it may read them; only the owning tenant's transactions change them. */
export function isolateShared(table: string, otherColumn = "other_tenant_id"): string {
  return `${isolate(table)}
    CREATE POLICY other_party_reads ON ${table} FOR SELECT TO curfew_app USING (${otherColumn} = curfew_tenant());`;
}

/** Reached only through functions that answer one exact question. */
export function hide(table: string): string {
  return enable(table);
}

function enable(table: string): string {
  return `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY; ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY owner_rows ON ${table} TO curfew_owner USING (true) WITH CHECK (true);`;
}
