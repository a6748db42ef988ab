/** What was given for one place is never sent to another. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { JsonObject } from "../../src/domain/target-binding.ts";
import type { ApplyDeps } from "../../src/use-cases/apply/apply-deps.ts";
import {
  checkProposed,
  type InTurn,
  type ProposedDocument,
} from "../../src/use-cases/grants/check-target.ts";
import type { EffectDeps } from "../../src/use-cases/ports.ts";
import {
  type ApplyWorld,
  changed,
  demoWorld,
  must,
  only,
  openApplyWorld,
  refusal,
} from "../apply/apply-world.ts";

let world: ApplyWorld;
const documents = demoWorld();
before(async () => {
  world = await openApplyWorld();
  must(await world.apply(world.operator, documents));
});
after(() => world.close());

test("a target is pointed elsewhere only by somebody who knows its secrets", async () => {
  const carol = await world.as("contoso", "carol", ["administrator"]);
  const given = only(documents, "Target", "orders-database");
  const { config, secrets } = given.spec as { config: object; secrets: object };
  const elsewhere = { ...config, host: "collector.example" };
  const blind = await world.apply(carol, [changed(given, { config: elsewhere, secrets: {} })]);
  assert.match(refusal(blind).path ?? "", /spec\/secrets\/password$/);
  const [same] = must(await world.apply(carol, [changed(given, { secrets: {} })]));
  assert.equal(same?.action, "unchanged");
  const [moved] = must(await world.apply(carol, [changed(given, { config: elsewhere, secrets })]));
  assert.deepEqual(moved?.fields, ["config"]);
});

test("a look into what is not saved takes along only what is stored for that place, whoever changes it meanwhile", async () => {
  const carol = await world.as("contoso", "carol", ["administrator"]);
  const given = only(documents, "Target", "orders-database");
  const { config, ...spec } = given.spec as { kind: string; config: object };
  const [here, there] = ["first.example", "second.example"].map((host) => ({ ...config, host }));
  const move = (to: object, value: string) =>
    world.apply(carol, [changed(given, { config: to, secrets: { password: { value } } })]);
  const sent: JsonObject[] = [];
  const gateway = {
    traitsOf: () => null,
    check: async (_target: unknown, _entitlements: unknown, whole: JsonObject) => {
      sent.push(whole);
      return { ok: true };
    },
  };
  const deps = { ...world.deps, gateway } as unknown as EffectDeps & ApplyDeps;
  const proposed = { kind: "Target", name: given.name, spec: { kind: spec.kind, config: here } };
  const look = (inTurn: InTurn) => checkProposed(deps, carol, proposed as ProposedDocument, inTurn);
  must(await move(here ?? {}, "the first one's"));
  assert.ok((await look((work) => work())).ok);
  assert.ok(
    (
      await look(async (work) => {
        const tried = await work();
        must(await move(there ?? {}, "the second one's"));
        return tried;
      })
    ).ok,
  );
  assert.deepEqual(
    sent.map(({ host, password }) => [host, password]),
    [
      ["first.example", "the first one's"],
      ["first.example", undefined],
    ],
  );
});
