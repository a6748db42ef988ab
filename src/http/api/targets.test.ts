import assert from "node:assert/strict";
import { test } from "node:test";
import { asId, type TenantId } from "../../domain/ids.ts";
import type { Caller } from "../../use-cases/ports.ts";
import { looksPerMinute } from "./targets.ts";

test("looks into targets are counted by target and by tenant, and anew each minute", () => {
  let now = 0;
  const mayLook = looksPerMinute(() => now);
  const from = (tenant: string, rights: string[] = ["administrator"]) =>
    ({
      ref: { tenantId: asId<TenantId>(tenant) },
      rights,
      kind: "user",
      limited: false,
    }) as unknown as Caller;
  const many = (caller: Caller, name: string, count: number) =>
    Array.from({ length: count }, () => mayLook(caller, name).ok).filter(Boolean).length;
  assert.equal(many(from("fabrikam", []), "orders", 100), 100, "who may not look uses up nothing");
  assert.equal(many(from("fabrikam"), "orders", 12), 10);
  assert.equal(many(from("fabrikam"), "ORDERS", 1), 0, "whatever the case of the name");
  assert.equal(many(from("contoso"), "orders", 12), 10, "each tenant for itself");
  for (let at = 0; at < 5; at++) assert.equal(many(from("fabrikam"), `other ${at}`, 12), 10);
  assert.equal(many(from("fabrikam"), "one more", 1), 0);
  now = 60_000;
  assert.equal(many(from("fabrikam"), "orders", 12), 10);
});
