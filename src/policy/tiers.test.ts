import assert from "node:assert/strict";
import { test } from "node:test";
import { SCOPE } from "../domain/life.fixture.ts";
import { BUILT_IN_ROLES, type RoleDefinition } from "../domain/role-definition.ts";
import type { RoleSettings } from "../domain/role-settings.ts";
import { scopeKey } from "../domain/scope.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../domain/time.ts";
import {
  BUILT_IN_TIERS,
  fieldOrigins,
  resolveSettings,
  type StoredSettings,
  settingsLayers,
  type Tier,
  tierFor,
  tierSettings,
} from "./tiers.ts";

function role(name: string): RoleDefinition {
  const found = BUILT_IN_ROLES.find((candidate) => candidate.name === name);
  assert.ok(found);
  return found;
}

function tier(name: string, more: Partial<Tier> = {}): Tier {
  return { name, version: 1, override: {}, rolesPermitting: [], ...more };
}

function stored(scope: string, more: Partial<StoredSettings> = {}): StoredSettings {
  return { scopeKey: scope.toLowerCase(), tier: null, override: {}, version: 3, ...more };
}

const resolve = (settings: readonly StoredSettings[], tiers: readonly Tier[] = []) =>
  resolveSettings(SCOPE, role("Contributor"), settings, tiers);

test("without anything of the tenant's own, the tier standard rules", () => {
  const { settings, source } = resolve([]);
  assert.deepEqual(source, { kind: "tier", name: "standard", version: 0 });
  assert.deepEqual(
    [
      settings.maximumDurationMs,
      settings.defaultDurationMs,
      settings.minimumDurationMs,
      settings.maximumTotalMs,
    ],
    [8 * HOUR_MS, HOUR_MS, 5 * MINUTE_MS, 16 * HOUR_MS],
  );
  assert.deepEqual([settings.justificationRequired, settings.approval.mode], [true, "automatic"]);
});

test("the built-in tiers are as the domain says", () => {
  const { critical, low } = BUILT_IN_TIERS;
  assert.ok(critical !== undefined && low !== undefined);
  assert.equal(critical.maximumDurationMs, HOUR_MS);
  assert.deepEqual(
    [critical.mfaRequired, critical.justificationRequired, critical.ticket.required],
    [true, true, true],
  );
  assert.equal(critical.approval.mode === "manual" && critical.approval.stages.length, 1);
  assert.deepEqual([low.maximumDurationMs, low.justificationRequired], [DAY_MS, false]);
});

test("the nearest settings upward win, and say where they stand", () => {
  const subscription = SCOPE.split("/").slice(0, 3).join("/");
  const all = [
    stored("/", { override: { maximumDurationMs: 1 } }),
    stored(subscription, { override: { maximumDurationMs: 2 } }),
    stored(SCOPE, { override: { maximumDurationMs: 3 } }),
  ];
  const found = [all, all.slice(0, 2), all.slice(0, 1)].map((some) => resolve(some));
  assert.deepEqual(
    found.map(({ settings, source }) => [settings.maximumDurationMs, source.name]),
    [
      [3, scopeKey(SCOPE)],
      [2, subscription.toLowerCase()],
      [1, "/"],
    ],
  );
});

test("settings of a neighbour or of a part do not apply", () => {
  assert.equal(resolve([stored(`${SCOPE}2`), stored(`${SCOPE}/providers/x`)]).source.kind, "tier");
});

test("what settings leave open comes from their tier", () => {
  const { settings } = resolve([
    stored(SCOPE, { tier: "critical", override: { maximumDurationMs: 2 * HOUR_MS } }),
  ]);
  assert.deepEqual([settings.maximumDurationMs, settings.maximumTotalMs], [2 * HOUR_MS, 4 * HOUR_MS]);
  assert.equal(settings.mfaRequired, true);
});

test("a shorter maximum takes the default and the total with it", () => {
  const { settings } = resolve([stored(SCOPE, { override: { maximumDurationMs: 20 * MINUTE_MS } })]);
  assert.deepEqual([settings.defaultDurationMs, settings.maximumTotalMs], [20 * MINUTE_MS, 40 * MINUTE_MS]);
});

test("a tenant redefines a tier, and what it leaves open stays as built in", () => {
  const own = tier("standard", { version: 4, override: { mfaRequired: true } });
  const { settings, source } = resolve([], [own]);
  assert.deepEqual(
    [settings.mfaRequired, settings.maximumDurationMs, source.version],
    [true, 8 * HOUR_MS, 4],
  );
});

const assigning = tier("critical", { rolesPermitting: ["Microsoft.Authorization/*/write"] });
const blobs = tier("blobs", { rolesPermitting: ["Microsoft.Storage/storageAccounts/blobs/read"] });

test("a role belongs to the first tier with a pattern for something it permits", () => {
  assert.equal(tierFor(role("User Access Administrator"), [assigning]), "critical");
  assert.equal(tierFor(role("Reader"), [assigning]), "standard");
  assert.equal(tierFor(role("Reader"), [assigning, blobs]), "blobs");
});

test("a role that permits everything permits what any pattern names", () => {
  assert.equal(tierFor(role("Owner"), [assigning]), "critical");
});

test("what notActions take out puts a role into no tier", () => {
  assert.equal(tierFor(role("Contributor"), [assigning]), "standard");
  const web = tier("web", { rolesPermitting: ["Microsoft.Web/*"] });
  assert.equal(tierFor(role("Contributor"), [assigning, web]), "web");
});

test("each field says which layer it comes from, and what moves with another comes from the same", () => {
  const own = tier("standard", { override: { mfaRequired: true } });
  const here = stored(SCOPE, { override: { maximumDurationMs: 30 * MINUTE_MS } });
  const origins = fieldOrigins(settingsLayers(SCOPE, role("Contributor"), [here], [own]));
  const from = (field: keyof RoleSettings) => origins.get(field)?.kind;
  assert.deepEqual(
    [from("maximumDurationMs"), from("maximumTotalMs"), from("defaultDurationMs")],
    ["roleSettings", "roleSettings", "roleSettings"],
  );
  assert.deepEqual([from("mfaRequired"), from("minimumDurationMs")], ["tier", "builtIn"]);
  assert.equal(origins.get("minimumDurationMs")?.name, "standard");
});

test("the settings that rule are the layers laid over each other", () => {
  const all = [stored(SCOPE, { tier: "critical", override: { mfaRequired: false } })];
  const layers = settingsLayers(SCOPE, role("Contributor"), all, []);
  assert.deepEqual(
    layers.map(({ kind, name }) => [kind, name]),
    [
      ["builtIn", "critical"],
      ["roleSettings", SCOPE.toLowerCase()],
    ],
  );
  assert.equal(resolve(all).settings.ticket.required, true);
});

test("a tier that is called like something every object has is the tenant's own", () => {
  for (const name of ["constructor", "toString", "__proto__"]) {
    assert.equal(BUILT_IN_TIERS[name], undefined, name);
    assert.deepEqual(tierSettings(name, []), tierSettings("standard", []), name);
  }
});
