/** No tenant stands in the way when another one lets somebody go. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asId, type ObjectId } from "../../src/domain/ids.ts";
import { identityStore } from "../../src/store/identity/identity-store.ts";
import { deleteConfiguration } from "../../src/use-cases/apply/delete-configuration.ts";
import { type ApplyWorld, demoWorld, must, openApplyWorld, PASSWORD, refusal } from "../apply/apply-world.ts";

let world: ApplyWorld;
before(async () => {
  world = await openApplyWorld();
  must(await world.apply(world.operator, demoWorld()));
});
after(() => world.close());

const user = (name: string, email: string) => ({
  kind: "User",
  name,
  spec: { email, displayName: name, password: { value: PASSWORD }, mustChangePassword: false },
});

test("somebody is removed whatever addresses their id was put into elsewhere", async () => {
  const fiona = await world.as("fabrikam", "fiona", ["administrator"]);
  const carol = await world.as("contoso", "carol", ["administrator"]);
  const made = must(await world.apply(fiona, [user("leaver", "leaver@fabrikam.example")]));
  const id = asId<ObjectId>(made[0]?.id ?? "");
  must(await world.apply(carol, [user("squatter", `${id}@deleted.invalid`)]));
  assert.ok((await deleteConfiguration(world.deps, fiona, { kind: "User", name: "leaver" })).ok);

  const identities = identityStore(world.opened.db);
  assert.equal(await identities.accountById(id), null);
  assert.deepEqual(await identities.accountsNamed("leaver@fabrikam.example", null, 4), []);
  must(await world.apply(carol, [user("next", "leaver@fabrikam.example")]));
  must(await world.apply(fiona, [user("again", "leaver@fabrikam.example")]));
  assert.equal(
    refusal(await world.apply(fiona, [user("third", "leaver@fabrikam.example")])).code,
    "name_taken",
  );
});
