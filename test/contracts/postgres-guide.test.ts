import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { managementRoleSql } from "../../src/targets/postgres/management-role.ts";

test("guide: the SQL that an owner is told to run is the SQL that is tested", () => {
  const guide = readFileSync(new URL("../../docs/guides/postgres-target.md", import.meta.url), "utf8");
  const sql = managementRoleSql({
    managementRole: "curfew_management",
    grantedRoles: ["orders_rw"],
  });
  assert.ok(guide.includes(sql.replaceAll(/^(?=.)/gm, "   ")));
});
