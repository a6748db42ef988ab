/** Publishing as the page "Offers" does it: a package, its setting, who is authorized, who may deploy it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { type Cast, openCast, type Reply, type Role } from "../golden/cast.ts";
import { learnIds } from "../golden/operations.ts";

const FILES = new URL("../fixtures/offer-package/", import.meta.url);
const text = (name: string) => readFileSync(new URL(name, FILES), "utf8");
const PUBLISHER = "publisher's administrator";
const URL_OF = "/configuration/ApplicationDefinition/ledger-shop";

let cast: Cast;
before(async () => {
  cast = await openCast();
  await learnIds(cast);
});
after(() => cast.close());

const FILES_INLINE = {
  createUiDefinition: text("createUiDefinition.json"),
  viewDefinition: text("viewDefinition.json"),
  mainTemplate: text("mainTemplate.json"),
};
const SPEC = {
  displayName: "Ledger",
  jitOffered: true,
  authorizations: [
    { principal: "support", role: "Contributor" },
    { principal: "fabrikam-deploy", role: "Reader" },
  ],
  visibility: "nobody",
  package: FILES_INLINE,
};

const put = (spec: object, role: Role = PUBLISHER) => cast.call(role, "PUT", URL_OF, { spec });
const read = async () => (await cast.call(PUBLISHER, "GET", URL_OF)).body.spec as Record<string, unknown>;
const seenBy = async (role: Role) => {
  const { body } = await cast.call(role, "GET", "/offers");
  return (body.items as { name: string; version: number }[]).find(({ name }) => name === "ledger-shop");
};
const changeIn = ({ body }: { body: Reply }) =>
  (body.changes as { action: string; fields?: string[]; note?: string }[])[0];

test("a package is published inline and read back whole: form, view, parameters of the template", async () => {
  const made = await put(SPEC);
  assert.equal(made.status, 200, JSON.stringify(made.body));
  assert.equal(changeIn(made)?.action, "create");
  const spec = await read();
  assert.deepEqual(spec.package, {
    createUiDefinition: JSON.parse(FILES_INLINE.createUiDefinition),
    viewDefinition: JSON.parse(FILES_INLINE.viewDefinition),
    mainTemplate: { parameters: JSON.parse(FILES_INLINE.mainTemplate).parameters },
  });
  const { package: _, ...rest } = SPEC;
  assert.deepEqual({ ...spec, package: undefined }, { ...rest, package: undefined });
});

test("what was read can be put as it is and changes nothing; a changed text is the next version", async () => {
  assert.equal(changeIn(await put(await read()))?.action, "unchanged");
  const spec = await read();
  const form = spec.package as { createUiDefinition: object };
  const createUiDefinition = JSON.stringify(form.createUiDefinition, null, 2).replace(
    "Name of the ledger",
    "How it is called",
  );
  const changed = changeIn(await put({ ...spec, package: { ...form, createUiDefinition } }));
  assert.deepEqual([changed?.action, changed?.fields], ["update", ["package"]]);
  assert.match(changed?.note ?? "", /^version 2;/);
});

test("nobody, named organisations, all: who finds it in the catalogue", async () => {
  const spec = await read();
  assert.equal(await seenBy("administrator"), undefined);
  assert.equal((await seenBy(PUBLISHER))?.version, 2);
  assert.equal(
    changeIn(await put({ ...spec, visibility: { tenants: ["contoso"] } }))?.fields?.join(),
    "visibility",
  );
  assert.equal((await seenBy("administrator"))?.version, 2);
  assert.equal(await seenBy("stranger"), undefined);
  assert.deepEqual((await read()).visibility, { tenants: ["contoso"] });
  await put({ ...spec, visibility: "everybody" });
  assert.equal((await seenBy("stranger"))?.version, 2);
  await put({ ...spec, visibility: "nobody" });
  assert.equal(await seenBy("stranger"), undefined);
});

test("the JIT setting and the form must agree; without its control the setting can be switched off", async () => {
  const spec = await read();
  const off = await put({ ...spec, jitOffered: false });
  assert.deepEqual([off.status, off.body.code, off.body.path], [400, "invalid_input", "/spec/package"]);
  assert.match(String(off.body.detail), /createUiDefinition\.json:\d+:\d+ /);
  const { package: _, ...bare } = spec;
  const switched = changeIn(await put({ ...bare, jitOffered: false }));
  assert.deepEqual(switched?.fields, ["jitOffered", "package"]);
  assert.equal((await read()).package, undefined);
  await put(spec);
});

test("authorizations change by principal and role, and a fault in any part says where it is", async () => {
  const spec = await read();
  const fewer = [{ principal: "support", role: "Reader" }];
  assert.deepEqual(changeIn(await put({ ...spec, authorizations: fewer }))?.fields, [
    "authorizations",
    "permissions",
  ]);
  assert.deepEqual((await read()).authorizations, fewer);
  const refused = async (more: object) => {
    const { status, body } = await put({ ...spec, ...more });
    return [status, body.code, body.path];
  };
  const at = (principal: string, role: string) => ({ authorizations: [{ principal, role }] });
  assert.deepEqual(await refused(at("casey", "Reader")), [
    400,
    "invalid_input",
    "/spec/authorizations/0/principal",
  ]);
  assert.deepEqual(await refused(at("support", "King")), [
    422,
    "unknown_role",
    "/spec/authorizations/0/role",
  ]);
  assert.deepEqual(await refused({ authorizations: [] }), [400, "invalid_input", "/spec/authorizations"]);
  assert.deepEqual(await refused({ visibility: { tenants: ["nowhere"] } }), [
    400,
    "invalid_input",
    "/spec/visibility/tenants/0",
  ]);
  const broken = FILES_INLINE.createUiDefinition.replace("basics('ledgerName')", "nobody('ledgerName')");
  const fault = await put({ ...spec, package: { createUiDefinition: broken } });
  assert.equal(fault.body.path, "/spec/package");
  assert.match(String(fault.body.detail), /createUiDefinition\.json:\d+:\d+ .*`nobody`/);
  assert.deepEqual((await read()).authorizations, fewer, "nothing of what was refused is stored");
});

test("a package may be as large as its files may, and no larger", async () => {
  const padded = (chars: number) => {
    const file = FILES_INLINE.createUiDefinition;
    return file + "\n".repeat(chars - file.length);
  };
  const sent = (createUiDefinition: string) =>
    cast.call(PUBLISHER, "POST", "/offer-packages/validate", {
      createUiDefinition,
      viewDefinition: `${FILES_INLINE.viewDefinition}${"\n".repeat(250_000)}`,
      mainTemplate: `${FILES_INLINE.mainTemplate}${"\n".repeat(250_000)}`,
    });
  assert.deepEqual((await sent(padded(262_144))).body.faults, []);
  assert.equal((await sent(padded(262_145))).status, 400);
  const spec = { ...(await read()), package: { ...FILES_INLINE, createUiDefinition: padded(262_144) } };
  assert.equal((await put(spec)).status, 200);
});

test("only the publisher's administrators publish; to other organisations its definitions do not exist", async () => {
  const spec = await read();
  assert.equal((await put(spec, "requester")).body.code, "forbidden");
  for (const role of ["administrator", "stranger"] as const) {
    const url = `${URL_OF}?tenant=fabrikam`;
    for (const answer of [await cast.call(role, "PUT", url, { spec }), await cast.call(role, "GET", url)])
      assert.deepEqual([answer.status, answer.body.code], [404, "not_found"]);
    assert.equal((await cast.call(role, "GET", URL_OF)).status, 404);
  }
});
