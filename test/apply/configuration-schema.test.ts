import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parseAllDocuments } from "yaml";
import { configurationSchema } from "../../src/use-cases/apply/configuration-schema.ts";

const FILE = new URL("../../docs/configuration.schema.json", import.meta.url);
const WORLD = new URL("../../demo/world/", import.meta.url);

test("the published schema of configuration files is what the program reads", () => {
  const made = configurationSchema();
  const published = JSON.parse(readFileSync(FILE, "utf8"));
  assert.deepEqual(
    published,
    made,
    "run `node src/use-cases/apply/write-configuration-schema.ts` and `npm run format`, then commit it",
  );
});

test("the demo's world, as it stands in its files, is valid by the published schema", () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(configurationSchema());
  for (const file of readdirSync(WORLD)) {
    for (const document of parseAllDocuments(readFileSync(new URL(file, WORLD), "utf8"))) {
      assert.ok(validate(document.toJS()), `${file}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
    }
  }
});

test("the published schema refuses a secret in clear and an unknown field", () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(configurationSchema());
  const user = { kind: "User", name: "carol", spec: { email: "c@contoso.example", displayName: "Carol" } };
  const withSpec = (more: object) => ({ ...user, spec: { ...user.spec, ...more } });
  assert.ok(validate(user));
  assert.ok(validate(withSpec({ password: { fromEnv: "CAROLS_PASSWORD" } })));
  assert.ok(!validate(withSpec({ password: "hunter2" })));
  assert.ok(!validate(withSpec({ password: { value: "hunter2" } })));
  assert.ok(!validate(withSpec({ colour: "red" })));
});
