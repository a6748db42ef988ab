import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { EVENT_TYPES } from "../../src/domain/event.ts";
import { ocsfOf } from "../../src/exports/ocsf.ts";
import { CLASSES, OCSF_TABLE } from "../../src/exports/ocsf-table.ts";
import { fitted, safeJson } from "../../src/exports/payload.ts";
import { CASEY, CONTOSO, exported, FABRIKAM, hostileEvents, hugeEvents, oneOfEach } from "./events.ts";
import { faultsOf, NO_SCHEMA } from "./ocsf-schema.ts";

test("every event that can happen is a valid OCSF event", { skip: NO_SCHEMA }, () => {
  for (const event of oneOfEach()) assert.deepEqual(faultsOf(ocsfOf(event, [])), [], event.type);
});

test("an entry that says nothing beyond its type is one too", { skip: NO_SCHEMA }, () => {
  for (const [at, type] of EVENT_TYPES.entries())
    for (const actor of [
      { kind: "system", via: "curfew" },
      { kind: "party", tenantId: FABRIKAM, via: "portal" },
      { kind: "servicePrincipal", tenantId: CONTOSO, objectId: CASEY, via: "a client" },
    ] as const)
      assert.deepEqual(
        faultsOf(ocsfOf(exported(type, at + 1, { facts: {}, actor, actorName: null }), [])),
        [],
        type,
      );
});

test("what somebody wrote to do harm stays a value, and what is cut is said", { skip: NO_SCHEMA }, () => {
  for (const event of [...hostileEvents(), ...hugeEvents()]) {
    const { text } = fitted(event, { format: "ocsf", mostBytes: 16_384 });
    assert.deepEqual(faultsOf(JSON.parse(text)), [], event.sentence.slice(0, 80));
  }
});

test("the schema would find what is wrong", { skip: NO_SCHEMA }, () => {
  const good = ocsfOf(exported("grant.live"), []);
  const { user: _, ...withoutUser } = good;
  assert.deepEqual(faultsOf(withoutUser), ["user: required, and not there"]);
  assert.deepEqual(faultsOf({ ...good, activity_id: 3, type_uid: 300503 }), [
    "activity_id: 3 is not among 0, 1, 2, 99",
  ]);
  assert.deepEqual(faultsOf({ ...good, invented: 1 }), ["invented: no attribute of `user_access`"]);
  assert.deepEqual(faultsOf({ ...good, time: "yesterday" }), ['time: "yesterday" is no timestamp_t']);
  assert.match(faultsOf({ ...good, class_uid: 3_999 })[0] ?? "", /no class of the schema/);
  assert.deepEqual(faultsOf({ ...good, src_endpoint: { ip: "nowhere" } }), [
    "src_endpoint.ip: `nowhere` has not the form of ip_t",
  ]);
  const { service: _none, ...nowhere } = ocsfOf(exported("sign_in.refused"), []);
  assert.deepEqual(faultsOf(nowhere), [": none of service, dst_endpoint"]);
});

test("access that is given and taken names whose, which role and where", () => {
  const live = ocsfOf(exported("grant.live", 7), []);
  assert.equal(live.type_uid, 300_501);
  assert.equal(live.status_id, 1);
  assert.deepEqual(live.privileges, ["8e3af657-a8ff-443c-a75c-2fe8c4bcb635"]);
  assert.deepEqual(live.observables, [
    { name: "actor.user.uid", type_id: 31, value: CASEY },
    { name: "user.uid", type_id: 31, value: CASEY },
    { name: "resources[0].uid", type_id: 10, value: "/subscriptions/s/resourceGroups/orders" },
  ]);
  assert.deepEqual(
    ["grant.closing", "grant.ended", "grant.removal_failed"].map((type) => {
      const { activity_id, status_id, severity_id } = ocsfOf(exported(type as "grant.ended"), []);
      return [activity_id, status_id, severity_id];
    }),
    [
      [2, 0, 1],
      [2, 1, 1],
      [2, 2, 4],
    ],
  );
});

test("a created, changed or deleted object, a failed check and an emergency say so", () => {
  const activity = (action: string) =>
    ocsfOf(exported("configuration.changed", 1, { facts: { action } }), []).type_uid;
  assert.deepEqual(["create", "update", "delete"].map(activity), [300_401, 300_403, 300_404]);
  assert.equal(ocsfOf(exported("target.checked"), []).status, "Failure");
  assert.equal(ocsfOf(exported("target.checked", 1, { facts: { ok: true } }), []).status, "Success");
  assert.equal(ocsfOf(exported("grant.live", 1, { facts: { emergency: true } }), []).severity, "Medium");
});

test("ids and hashes are in it whole, whatever was cut", () => {
  for (const event of hugeEvents()) {
    const { payload, cut } = fitted(event, { format: "ocsf", mostBytes: 8_192 });
    assert.ok(cut.length > 0);
    const { metadata, unmapped } = payload as Record<string, Record<string, unknown>>;
    assert.equal(metadata?.uid, event.id);
    assert.equal(metadata?.is_truncated, true);
    assert.equal(metadata?.sequence, event.number);
    assert.equal(unmapped?.leafHash, event.leafHash);
    assert.equal(unmapped?.linkHash, event.linkHash);
    assert.deepEqual(unmapped?.commitments, event.commitments);
    assert.ok(Array.isArray(unmapped?.cut) && unmapped.cut.length <= 21);
    assert.ok(Buffer.byteLength(safeJson(payload)) <= 8_192);
  }
});

const PAGE = "docs/reference/ocsf.md";

test("the page of events and classes is the table", () => {
  const rows = EVENT_TYPES.map((type) => {
    const { class: name, activity, activityId, status, severity } = OCSF_TABLE[type];
    const { uid, caption } = CLASSES[name];
    return `| \`${type}\` | ${caption} (${uid}) | ${activity} | ${uid * 100 + activityId} | ${status} | ${severity} |\n`;
  });
  const head = "| Event | Class | Activity | `type_uid` | Status | Severity |\n|---|---|---|---|---|---|\n";
  const [before = "", stands] = readFileSync(PAGE, "utf8").split("<!-- table -->\n");
  const wanted = `${head}${rows.join("")}`;
  if (process.env.CURFEW_UPDATE_GOLDEN === "1") writeFileSync(PAGE, `${before}<!-- table -->\n${wanted}`);
  else assert.equal(stands, wanted, `run \`npm run golden -- exports/ocsf\` to write ${PAGE} anew`);
});
