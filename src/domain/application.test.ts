import assert from "node:assert/strict";
import { test } from "node:test";
import { isVisibleTo, type Offer, type Visibility } from "./application.ts";
import type { TenantId } from "./ids.ts";
import { OTHER_TENANT, TENANT } from "./life.fixture.ts";

const seen = (visibility: Visibility, by: TenantId) =>
  isVisibleTo({ tenantId: OTHER_TENANT, visibility } as Offer, by);

test("isVisibleTo: nobody, named tenants or all; its own publisher always", () => {
  const stranger = "northwind" as TenantId;
  const named: Visibility = { to: "tenants", tenantIds: [TENANT] };
  assert.deepEqual([seen({ to: "nobody" }, TENANT), seen({ to: "nobody" }, OTHER_TENANT)], [false, true]);
  assert.deepEqual(
    [seen(named, TENANT), seen(named, stranger), seen(named, OTHER_TENANT)],
    [true, false, true],
  );
  assert.equal(seen({ to: "everybody" }, stranger), true);
});
