/** A password is hashed for what is stored, once, and for nothing that is only tried out or refused. */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { asId, type ObjectId, type TenantId } from "../../src/domain/ids.ts";
import type { PrincipalRef } from "../../src/domain/principal.ts";
import { applyConfiguration } from "../../src/use-cases/apply/apply-configuration.ts";
import type { ApplyDeps } from "../../src/use-cases/apply/apply-deps.ts";
import type { GivenDocument } from "../../src/use-cases/apply/documents.ts";
import type { Caller } from "../../src/use-cases/ports.ts";
import { type ApplyWorld, openApplyWorld } from "./apply-world.ts";

const MANY = 150;
const worked = { hashed: 0, compared: 0 };

let world: ApplyWorld;
let deps: ApplyDeps;
let operator: Caller;
before(async () => {
  world = await openApplyWorld();
  operator = world.operator;
  const { secrets } = world.deps;
  deps = {
    ...world.deps,
    secrets: {
      ...secrets,
      accounts: {
        ...secrets.accounts,
        hashPassword(password) {
          worked.hashed++;
          return secrets.accounts.hashPassword(password);
        },
      },
      passwordMatches(password, stored) {
        worked.compared++;
        return secrets.passwordMatches(password, stored);
      },
    },
  };
  await apply([document("Tenant", "crowd", { displayName: "Crowd" })]);
});
after(() => world.close());
beforeEach(() => Object.assign(worked, { hashed: 0, compared: 0 }));

function document(kind: string, name: string, spec: object): GivenDocument {
  return {
    apiVersion: "curfew/v1",
    kind,
    ...(kind === "Tenant" ? {} : { tenant: "crowd" }),
    name,
    spec,
  } as never;
}

function user(name: string, more: object = {}): GivenDocument {
  const email = `${name}@crowd.example`;
  return document("User", name, {
    email,
    displayName: name,
    password: { value: `long enough for ${name}` },
    ...more,
  });
}

const apply = (documents: readonly GivenDocument[], dryRun = false) =>
  applyConfiguration(deps, operator, { documents, dryRun, prune: false });

async function changesOf(documents: readonly GivenDocument[], dryRun = false) {
  const outcome = await apply(documents, dryRun);
  assert.ok(outcome.ok, outcome.ok ? "" : outcome.rejection.message);
  return outcome.value.changes;
}

test(`a dry run of ${MANY} people with passwords hashes none, and says what it would do`, async () => {
  const people = Array.from({ length: MANY }, (_, index) => user(`person-${index}`));
  const changes = await changesOf(people, true);
  assert.equal(changes.filter(({ action }) => action === "create").length, MANY);
  assert.deepEqual(worked, { hashed: 0, compared: 0 });
});

test("what is refused hashes none: a fault elsewhere, a name that is taken, a password that is too short", async () => {
  const refusedBy: [readonly GivenDocument[], RegExp][] = [
    [[user("one"), user("two", { linkedTo: "nobody" })], /nobody/],
    [[user("one"), user("two", { email: "one@crowd.example" })], /belongs to|somebody else/],
    [[user("one", { password: { value: "short" } })], /too short/],
    [[user("one"), document("Group", "team", { displayName: "Team", members: ["missing"] })], /missing/],
  ];
  for (const [documents, why] of refusedBy) {
    for (const dryRun of [true, false]) {
      const outcome = await apply(documents, dryRun);
      assert.ok(!outcome.ok, String(why));
      assert.match(outcome.rejection.message, why);
    }
  }
  assert.deepEqual(worked, { hashed: 0, compared: 0 });
});

test("what is stored is hashed once, compared the next time, and neither by a dry run, which says so", async () => {
  const pair = [user("ann"), user("bob"), user("cal", { password: undefined })];
  assert.ok((await changesOf(pair)).every(({ action }) => action === "create"));
  assert.deepEqual(worked, { hashed: 2, compared: 0 });
  assert.ok((await changesOf(pair)).every(({ action }) => action === "unchanged"));
  assert.deepEqual(worked, { hashed: 2, compared: 2 });
  const [ann, , cal] = await changesOf(
    [user("ann", { password: { value: "quite another one" } }), ...pair.slice(1)],
    true,
  );
  assert.match(ann?.note ?? "", /a dry run hashes none/);
  assert.equal(cal?.note, undefined);
  assert.deepEqual(worked, { hashed: 2, compared: 2 });
  const [changed] = await changesOf([user("ann", { password: { value: "quite another one" } })]);
  assert.deepEqual([changed?.action, changed?.fields], ["update", ["password"]]);
  assert.deepEqual(worked, { hashed: 3, compared: 3 });
});

test("a password that somebody else sets is good for one sign-in, unless the document says otherwise; one's own stays", async () => {
  const [tenant] = await changesOf([document("Tenant", "crowd", { displayName: "Crowd" })]);
  const tenantId = asId<TenantId>(tenant?.id ?? "");
  const made = await changesOf([user("gia"), user("hal", { mustChangePassword: false })]);
  const [gia, hal] = made.map(({ id }) => ({ tenantId, objectId: asId<ObjectId>(id) }));
  assert.ok(gia && hal);
  const isGiven = (ref: PrincipalRef) =>
    deps.store.inTenant(tenantId, (tx) => tx.accounts.hasGivenPassword(ref));
  assert.deepEqual([await isGiven(gia), await isGiven(hal)], [true, false]);
  // Said again it is the same password, and nothing is done with it.
  assert.deepEqual(
    (await changesOf([user("hal")])).map(({ action }) => action),
    ["unchanged"],
  );
  assert.equal(await isGiven(hal), false);
  const documents = [user("gia", { password: { value: "chosen by gia alone" } })];
  const own = await applyConfiguration(
    deps,
    { ...operator, ref: gia },
    { documents, dryRun: false, prune: false },
  );
  assert.ok(own.ok, own.ok ? "" : own.rejection.message);
  assert.equal(await isGiven(gia), false);
});
