/** The published schema and the page of fields are what the program reads, and every document in the docs is valid by them. */
import assert from "node:assert/strict";
import { globSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parseAllDocuments } from "yaml";
import { TARGET_KINDS } from "../../src/compose.ts";
import { EXPORT_KINDS } from "../../src/compose-exports.ts";
import { exportKinds } from "../../src/exports/kinds.ts";
import { postgresWords } from "../../src/targets/postgres/words.ts";
import { configurationSchema } from "../../src/use-cases/apply/configuration-schema.ts";
import { toyTarget } from "../fixtures/toy-target.ts";
import { configurationReference } from "./configuration-reference.ts";

const SCHEMA = new URL("../../docs/configuration.schema.json", import.meta.url);
const REFERENCE = new URL("../../docs/configuration-reference.md", import.meta.url);
const WORLD = new URL("../../demo/world/", import.meta.url);

const known = (targets = TARGET_KINDS) => ({ targets, exports: exportKinds(EXPORT_KINDS).described });
const validatorOf = (kinds = TARGET_KINDS) =>
  new Ajv2020({ strict: false, validateFormats: false }).compile(configurationSchema(known(kinds)));
const validate = validatorOf();
const faultsOf = () => JSON.stringify(validate.errors?.slice(0, 3));

test("the published schema of configuration files is what the program reads", () => {
  compare(SCHEMA, `${JSON.stringify(configurationSchema(known()), null, 2)}\n`);
});

test("the page of fields, and of what each setting is by default, is what the program reads", async () => {
  compare(REFERENCE, await configurationReference(known()));
});

test("the demo's world, as it stands in its files, is valid by the published schema", () => {
  for (const file of readdirSync(WORLD)) {
    for (const document of parseAllDocuments(readFileSync(new URL(file, WORLD), "utf8"))) {
      assert.ok(validate(document.toJS()), `${file}: ${faultsOf()}`);
    }
  }
});

test("every document that the docs show is valid by the published schema", () => {
  const shown = globSync("{README.md,docs/**/*.md}").flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/^( *)```ya?ml\n(.*?)^ *```/gms)].flatMap(
      ([, indent = "", text = ""]) =>
        parseAllDocuments(text.replace(new RegExp(`^${indent}`, "gm"), ""))
          .map((document) => document.toJS())
          .filter((document) => document?.kind !== undefined)
          .map((document) => ({ file, document })),
    ),
  );
  for (const kind of ["Target", "Binding", "User", "RoleSettings", "Eligibility"])
    assert.ok(
      shown.some(({ document }) => document.kind === kind),
      `the docs show no ${kind}`,
    );
  for (const { file, document } of shown)
    assert.ok(validate(document), `${file}: ${document.kind} ${document.name}: ${faultsOf()}`);
  assert.ok(validate(parseAllDocuments(postgresWords.example)[0]?.toJS()), faultsOf());
});

test("the published schema refuses a secret in clear and an unknown field", () => {
  const user = { kind: "User", name: "carol", spec: { email: "c@contoso.example", displayName: "Carol" } };
  const withSpec = (more: object) => ({ ...user, spec: { ...user.spec, ...more } });
  assert.ok(validate(user));
  assert.ok(validate(withSpec({ password: { fromEnv: "CAROLS_PASSWORD" } })));
  assert.ok(!validate(withSpec({ password: "hunter2" })));
  assert.ok(!validate(withSpec({ password: { value: "hunter2" } })));
  assert.ok(!validate(withSpec({ colour: "red" })));
});

test("what a target and a binding hold is checked by what their kind says, whichever kinds there are", () => {
  const config = { host: "db.example", database: "orders", user: "curfew_management" };
  const target = (spec: object) => ({ kind: "Target", name: "orders-database", spec });
  const postgres = (more: object, secrets: object = {}) =>
    target({ kind: "postgres", config: { ...config, ...more }, secrets });
  const toy = target({ kind: "toy", config: { folder: "/cabinet" }, secrets: { key: { fromFile: "key" } } });
  const binding = (entitlement: object) => ({
    kind: "Binding",
    name: "writers",
    spec: { target: "orders-database", role: "Contributor", scope: "orders", entitlement },
  });
  assert.ok(validate(postgres({ port: 5433 }, { password: { fromEnv: "PASSWORD" } })), faultsOf());
  assert.ok(validate(binding({ role: "orders_rw", database: "orders" })), faultsOf());
  for (const wrong of [
    postgres({ hots: "db.example" }),
    postgres({ port: "5433" }),
    postgres({ tls: "require" }),
    postgres({ password: "hunter2" }),
    postgres({}, { password: "hunter2" }),
    postgres({}, { passwort: { fromEnv: "PASSWORD" } }),
    target({ kind: "postgres", config: { host: "db.example" } }),
    toy,
    binding({ roles: ["orders_rw"] }),
    binding({ drawer: "3" }),
    binding({}),
  ])
    assert.ok(!validate(wrong), JSON.stringify(wrong));
  const both = validatorOf([...TARGET_KINDS, toyTarget]);
  assert.ok(both(toy) && both(postgres({})) && both(binding({ drawer: "3" })), JSON.stringify(both.errors));
  assert.ok(
    !both(target({ kind: "toy", config })) &&
      !both(target({ kind: "toy", config: { key: "1", folder: "/" } })),
  );
});

test("another kind's fields stand in the page as well, its secrets among the secrets", async () => {
  const page = await configurationReference(known([...TARGET_KINDS, toyTarget]));
  assert.match(page, /With `kind: toy`:\n\n.*\n.*\n\| `kind` \| `toy` \| \*\*required\*\* \|/);
  assert.match(page, /^\| `config\.folder` \| text \| \*\*required\*\* \|/m);
  assert.match(page, /^\| `secrets\.key` \| secret \| {2}\| of the cabinet \|/m);
  assert.doesNotMatch(page, /config\.key/);
  assert.match(page, /^\| `entitlement\.drawer` \|/m);
});

function compare(file: URL, wanted: string): void {
  if (process.env.CURFEW_UPDATE_GOLDEN === "1") writeFileSync(file, wanted);
  else
    assert.equal(
      readFileSync(file, "utf8"),
      wanted,
      `${file.pathname} differs; if the change is meant, run \`npm run golden -- configuration-schema\``,
    );
}
