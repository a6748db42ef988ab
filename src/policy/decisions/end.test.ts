import assert from "node:assert/strict";
import { test } from "node:test";
import type { GrantId } from "../../domain/ids.ts";
import { entitlement, grant, minutes } from "../../domain/life.fixture.ts";
import { BY_SYSTEM, closeGrant } from "./end.ts";

test("whatever ends access, what was past its end by then has expired, and only the rest ends of that", () => {
  const child = (id: string, endsAt = minutes(60)) => ({
    grant: grant({ id: id as GrantId, endsAt, entitlements: [entitlement()] }),
    extension: null,
  });
  const under = [child("over", minutes(5)), child("open")];
  const closing = { cause: "revoked", now: minutes(5), by: BY_SYSTEM } as const;
  const { closed, rows } = closeGrant(grant(), { extension: null, under }, closing);
  assert.equal(closed.state.name === "ended" && closed.state.cause, "revoked");
  const causes = rows.grants.map(({ grant: { id, state } }) => [id, "cause" in state && state.cause]);
  assert.deepEqual(causes, [
    ["grant", "revoked"],
    ["over", "expired"],
    ["open", "revoked"],
  ]);
});
