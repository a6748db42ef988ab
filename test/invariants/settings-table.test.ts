/** A row of the table of settings is all there is to a setting: documents, forms, tiers, policies and strictness follow from it. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { RULE_FIELDS } from "../../portal/src/pages/manage/rules/rule-fields.ts";
import { valueWords } from "../../portal/src/words/rule.ts";
import {
  type RoleSettings,
  SETTING_NAMES,
  SETTINGS,
  type SettingName,
  type Unit,
  type Values,
  wordOf,
} from "../../src/domain/role-settings.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/time.ts";
import { rulesOf } from "../../src/pim/policy-rules.ts";
import { strictest } from "../../src/policy/strictest.ts";
import { BUILT_IN_TIERS } from "../../src/policy/tiers.ts";
import { resolvingIn } from "../../src/use-cases/apply/resolving.ts";
import { overrideFields, overrideOf, overrideWords } from "../../src/use-cases/apply/settings-override.ts";
import type { Town } from "../fixtures/town.ts";
import { openWorld, type World } from "../fixtures/world.ts";

let world: World;
let town: Town;
before(async () => {
  world = await openWorld();
  town = await world.newTown();
});
after(() => world.close());

const STANDARD = BUILT_IN_TIERS.standard as RoleSettings;

const RULE = { level: "none", defaults: false, recipients: ["ops@contoso.example"] } as const;
const EACH_SIDE = { administrators: RULE, requester: RULE, approvers: RULE };
const EVERY_RULE = { eligible: EACH_SIDE, assigned: EACH_SIDE, activated: EACH_SIDE };

/** Of each kind of setting some values, none of them any row's own in the standard tier. */
function samples(unit: Unit): readonly unknown[] {
  const people = [town.ref("casey")];
  const stage = { approvers: people, required: 1, decideByMs: HOUR_MS, escalation: null };
  const escalation = { afterMs: 10 * MINUTE_MS, to: [town.ref("carol")] };
  const all: { readonly [U in Unit]: readonly Values[U][] } = {
    duration: [7 * MINUTE_MS, 7 * HOUR_MS],
    longest: [null, 90 * MINUTE_MS],
    pause: [9 * MINUTE_MS],
    required: [true, false],
    allowed: [true, false],
    ticket: [
      { required: true, patterns: [] },
      { required: false, patterns: ["INC-\\d+"] },
    ],
    text: ["c1", null],
    conditions: [
      ["permit(principal, action, resource);"],
      [{ text: "permit(principal, action, resource);", timeZone: "Europe/Berlin" }],
    ],
    timeZone: ["Europe/Berlin"],
    approval: [
      { mode: "automatic", notified: people },
      { mode: "manual", stages: [stage, { ...stage, escalation }] },
    ],
    approverJustification: ["always", "never"],
    emergency: [{ allowed: true, maximumDurationMs: 20 * MINUTE_MS }],
    administrators: [{ justificationRequired: true, mfaRequired: false }],
    assigning: [{ justificationRequired: false, mfaRequired: true, maximumDurationMs: HOUR_MS }],
    notifications: [EVERY_RULE],
  };
  return all[unit];
}

function eachSample(work: (name: SettingName, value: never) => void | Promise<void>): Promise<void> {
  return SETTING_NAMES.reduce(async (before, name) => {
    await before;
    for (const value of samples(SETTINGS[name].unit)) await work(name, value as never);
  }, Promise.resolve());
}

test("every row is a field of documents, in their words and in no others", () => {
  assert.deepEqual(Object.keys(overrideFields), SETTING_NAMES.map(wordOf));
});

test("what is told of a setting is read as the same setting", () =>
  town.rows("contoso", () =>
    world.deps.store.inTenant(town.tenants.contoso, (tx) =>
      eachSample(async (name, value) => {
        const words = await overrideWords(tx, { [name]: value });
        const word = wordOf(name);
        assert.deepEqual(Object.keys(words), [word]);
        const said = { [word]: overrideFields[word].parse(JSON.parse(JSON.stringify(words[word]))) };
        const { context, faults } = await resolvingIn(tx);
        assert.deepEqual(await overrideOf(context, said as never, STANDARD), { [name]: value }, word);
        assert.deepEqual(faults, []);
      }),
    ),
  ));

test("null takes a pause away", () =>
  world.deps.store.inTenant(town.tenants.contoso, async (tx) => {
    const said = { cooldownAfterDenial: overrideFields.cooldownAfterDenial.parse(null) };
    const { context } = await resolvingIn(tx);
    assert.deepEqual(await overrideOf(context, said, STANDARD), { cooldownAfterDenialMs: 0 });
    assert.deepEqual(await overrideWords(tx, { cooldownAfterDenialMs: 0 }), { cooldownAfterDenial: null });
  }));

test("of two that hold, either order comes to the same, and a setting beside itself is itself", () =>
  eachSample((name, value) => {
    const one: RoleSettings = { ...STANDARD, [name]: value };
    const known = { ...STANDARD, ...strictest([one, one]) }[name];
    if (name !== "defaultDurationMs") assert.deepEqual(known, value, name);
    assert.deepEqual(strictest([one, STANDARD])[name], strictest([STANDARD, one])[name], name);
  }));

test("a changed setting is seen in exactly the rules that its row names", async () => {
  const words = { principal: async () => ({ id: "id", displayName: "name", type: "User" }) };
  const shown = async (settings: RoleSettings) =>
    new Map((await rulesOf(words as never, settings)).map((rule) => [rule.id, JSON.stringify(rule)]));
  const before = await shown(STANDARD);
  const seen = new Map<SettingName, Set<string>>(SETTING_NAMES.map((name) => [name, new Set()]));
  await eachSample(async (name, value) => {
    const after = await shown({ ...STANDARD, [name]: value });
    for (const [id, rule] of after) if (before.get(id) !== rule) seen.get(name)?.add(id);
  });
  // One more that only both together show.
  for (const name of SETTING_NAMES)
    assert.deepEqual([...(seen.get(name) ?? [])].sort(), [...SETTINGS[name].inPolicyRules].sort(), name);
});

test("the portal edits every row and has words for every value", () =>
  world.deps.store.inTenant(town.tenants.contoso, async (tx) => {
    assert.deepEqual(
      RULE_FIELDS.map(({ field }) => field).sort(),
      SETTING_NAMES.map((name) => wordOf(name) as string).sort(),
    );
    await eachSample(async (name, value) => {
      const field = RULE_FIELDS.find((one) => one.field === wordOf(name));
      assert.ok(field);
      const words = await overrideWords(tx, { [name]: value });
      assert.match(valueWords(field.unit, JSON.parse(JSON.stringify(words[field.field]))), /\w/, name);
    });
  }));
