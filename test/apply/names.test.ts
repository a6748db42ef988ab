/** What one tenant's documents may claim of the installation, what they learn of another's, and what is left on record. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { asId, type ObjectId } from "../../src/domain/ids.ts";
import { deleteConfiguration } from "../../src/use-cases/apply/delete-configuration.ts";
import { deriveId } from "../../src/use-cases/apply/derive-id.ts";
import { readConfiguration } from "../../src/use-cases/apply/read-configuration.ts";
import type { Caller } from "../../src/use-cases/ports.ts";
import { listAuditEntries } from "../../src/use-cases/views/read-audit.ts";
import { readPrincipal } from "../../src/use-cases/views/read-principal.ts";
import { type ApplyWorld, CLIENT_SECRET, demoWorld, must, openApplyWorld, refusal } from "./apply-world.ts";

let world: ApplyWorld;
let carol: Caller;
let fiona: Caller;
before(async () => {
  world = await openApplyWorld();
  must(await world.apply(world.operator, demoWorld()));
  carol = await world.as("contoso", "carol", ["administrator"]);
  fiona = await world.as("fabrikam", "fiona", ["administrator"]);
});
after(() => world.close());

const robot = (name: string, spec: object = {}) => ({
  kind: "ServicePrincipal",
  name,
  spec: { displayName: name, ...spec },
});
const withSecret = { clientSecret: { value: CLIENT_SECRET } };

async function tried(caller: Caller) {
  const found = await listAuditEntries(world.deps, caller, { limit: 100 });
  assert.ok(found.ok);
  return found.value.filter(({ entry }) => String(entry.type).startsWith("change."));
}

test("client ids are made here: the answer names it, and no document chooses one, of one's own or somebody else's", async () => {
  const [made] = must(await world.apply(carol, [robot("maker", withSecret)]));
  assert.equal(made?.note, `its client id is \`${made?.id}\``);
  const read = await readConfiguration(world.deps, carol, { kind: "ServicePrincipal", name: "maker" });
  assert.ok(read.ok);
  assert.deepEqual(read.value[0]?.spec.clientId, made?.id);

  for (const clientId of ["my-robot", made?.id ?? "", randomUUID()]) {
    const { code, path, message } = refusal(
      await world.apply(fiona, [robot("chooser", { ...withSecret, clientId })], { dryRun: true }),
    );
    assert.deepEqual([code, path], ["invalid_input", "/documents/0/spec/clientId"]);
    assert.match(message, /client ids are made by Curfew/);
  }
  const again = must(await world.apply(carol, [robot("maker", { ...withSecret, clientId: made?.id })]));
  assert.equal(again[0]?.action, "unchanged", "what was read is what can be applied");
});

test("a client id that was chosen when that was possible stays, with another secret too", async () => {
  const [made] = must(await world.apply(carol, [robot("old")]));
  const ref = { tenantId: carol.ref.tenantId, objectId: asId<ObjectId>(made?.id ?? "") };
  const { hash } = world.deps.secrets.accounts.newClientSecret();
  await world.deps.store.inTenant(ref.tenantId, (tx) => tx.accounts.setClientSecret(ref, "pipeline", hash));
  const [kept] = must(await world.apply(carol, [robot("old", { ...withSecret, clientId: "pipeline" })]));
  assert.deepEqual([kept?.action, kept?.fields, kept?.note], ["update", ["clientSecret"], undefined]);
  must(await world.apply(carol, [robot("old", withSecret)]));
  const other = robot("old", { ...withSecret, clientId: "another" });
  assert.match(refusal(await world.apply(carol, [other])).message, /this principal's is `pipeline`/);
});

test("a principal whose id somebody chose as a client id gets one that nobody can know", async () => {
  const id = randomUUID();
  const [holder] = must(await world.apply(fiona, [robot("holder")]));
  const ref = { tenantId: fiona.ref.tenantId, objectId: asId<ObjectId>(holder?.id ?? "") };
  const { hash } = world.deps.secrets.accounts.newClientSecret();
  await world.deps.store.inTenant(ref.tenantId, (tx) => tx.accounts.setClientSecret(ref, id, hash));
  const [made] = must(await world.apply(carol, [{ ...robot("late", withSecret), id }]));
  assert.equal(made?.id, id);
  assert.match(made?.note ?? "", /its client id is `[0-9a-f-]{36}`/);
  assert.ok(!made?.note?.includes(id));
});

test("a subscription is whose administrator made it; every other claim of its id gets one answer, of nobody", async () => {
  const id = randomUUID();
  const claim = { kind: "Subscription", name: "theirs", spec: { id } };
  must(await world.apply(carol, [claim]));
  const answers = [];
  for (const [caller, dryRun] of [
    [fiona, false],
    [fiona, true],
  ] as const)
    answers.push(refusal(await world.apply(caller, [{ ...claim, name: "mine" }], { dryRun })));
  assert.ok((await deleteConfiguration(world.deps, carol, { kind: "Subscription", name: "theirs" })).ok);
  answers.push(refusal(await world.apply(fiona, [{ ...claim, name: "mine" }])));
  answers.push(refusal(await world.apply(carol, [{ ...claim, name: "other" }])));
  for (const { code, message } of answers)
    assert.deepEqual(
      [code, message],
      ["name_taken", `the id \`${id}\` is not free; leave it out to get a new one`],
    );
});

test("ids that are derived from names tell nobody which names there are elsewhere", async () => {
  const contoso = carol.ref.tenantId;
  for (const kind of ["User", "Group", "ServicePrincipal", "Subscription", "Tier"] as const) {
    const answers = [];
    for (const name of ["carol", "platform-approvers", "contoso-production", "nobody-of-that-name"]) {
      const spec = {
        User: { email: "probe@fabrikam.example", displayName: "P" },
        Subscription: {},
        Tier: {},
      };
      const document = {
        kind,
        name: "probe",
        id: deriveId(contoso, kind, name, 0),
        spec: kind in spec ? spec[kind as keyof typeof spec] : { displayName: "P" },
      };
      const { code, message } = refusal(await world.apply(fiona, [document], { dryRun: true }));
      answers.push(`${code} ${message.replace(document.id, "ID")}`);
    }
    assert.equal(new Set(answers).size, 1, `${kind}: ${answers.join("\n")}`);
  }
  const own = { kind: "Group", name: "own", spec: { displayName: "Own" } };
  must(await world.apply(fiona, [{ ...own, id: deriveId(fiona.ref.tenantId, "Group", "own", 0) }]));
});

test("whom an operator tied to somebody of another tenant is named to neither, and stays when a document says nothing", async () => {
  const [made] = must(await world.apply(carol, [tiedUser("tied")]));
  const objectId = asId<ObjectId>(made?.id ?? "");
  must(await world.apply(world.operator, [tiedUser("tied", { linkedTo: "fabrikam/frank" })]));
  const read = await readConfiguration(world.deps, carol, { kind: "User", name: "tied" });
  const seen = await readPrincipal(world.deps, carol, objectId);
  assert.ok(read.ok && seen.ok);
  assert.deepEqual([seen.value.linkedTo, seen.value.linkedElsewhere], [null, true]);
  assert.doesNotMatch(JSON.stringify([read.value, seen.value]), /frank|fabrikam/i);

  const link = async () =>
    (await world.deps.store.inTenant(carol.ref.tenantId, (tx) => tx.principals.find(objectId)))?.linkedTo;
  const frank = (await world.as("fabrikam", "frank")).ref;
  for (const caller of [carol, world.operator]) {
    const [same] = must(await world.apply(caller, [tiedUser("tied")]));
    assert.equal(same?.action, "unchanged");
    assert.deepEqual(await link(), frank);
  }
  assert.equal(refusal(await world.apply(carol, [tiedUser("tied", { linkedTo: null })])).code, "forbidden");
  must(await world.apply(world.operator, [tiedUser("tied", { linkedTo: null })]));
  assert.equal(await link(), null);
});

const tiedUser = (name: string, spec: object = {}) => ({
  kind: "User",
  tenant: "contoso",
  name,
  spec: { email: `${name}@contoso.example`, displayName: name, ...spec },
});

test("what is refused or only tried is an entry of whoever tried, and nothing of the secret is in it", async () => {
  const before = (await tried(carol)).length;
  const user = { kind: "User", name: "probed", spec: { email: "p@contoso.example", displayName: "P" } };
  const secret = { ...user, spec: { ...user.spec, password: { value: "a secret of the user's" } } };
  must(await world.apply(carol, [secret], { dryRun: true }));
  refusal(await world.apply(carol, [{ ...secret, id: "00000000-0000-5000-8000-000000000000" }]));
  refusal(
    await world.apply(carol, [
      { ...secret, tenant: "fabrikam" },
      { kind: "\u202e", name: "<b>" },
    ]),
  );
  refusal(await world.apply({ ...carol, limited: true }, [user]));
  refusal(await deleteConfiguration(world.deps, carol, { kind: "User", name: "nobody", dryRun: true }));
  const entries = (await tried(carol)).slice(0, -before || undefined);
  assert.deepEqual(
    entries
      .reverse()
      .map(({ entry, sentence }) => [entry.type, (entry.facts as { code?: string }).code, sentence]),
    [
      ["change.tried", undefined, "Carol Castillo tried out a change of user `probed`; nothing was stored"],
      ["change.refused", "invalid_input", "Carol Castillo was refused a change of user `probed`"],
      ["change.refused", "not_found", "Carol Castillo was refused a change of user `probed` and 1 more"],
      ["change.refused", "forbidden", "Carol Castillo was refused a change of user `probed`"],
      ["change.refused", "not_found", "Carol Castillo was refused a change of user `nobody`, tried out"],
    ],
  );
  assert.doesNotMatch(JSON.stringify(entries), /a secret of|\\u202e|<b>/);
  const stored = await world.deps.store.inTenant(carol.ref.tenantId, (tx) => tx.principals.named("probed"));
  assert.deepEqual(stored, []);
});

test("a flood of tries leaves thirty entries a minute", async () => {
  world.move(120_000);
  const before = (await tried(fiona)).length;
  const user = { kind: "User", name: "flood", spec: { email: "f@fabrikam.example", displayName: "F" } };
  for (let at = 0; at < 33; at++) must(await world.apply(fiona, [user], { dryRun: true }));
  assert.equal((await tried(fiona)).length - before, 30);
});
