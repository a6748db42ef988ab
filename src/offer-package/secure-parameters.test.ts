import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutSecrets } from "./secure-parameters.ts";

const DECLARED = {
  size: { type: "string" },
  administratorPassword: { type: "secureString" },
  certificate: { type: "SECUREOBJECT" },
  odd: "secureString",
};

test("withoutSecrets: values of secure parameters go, whatever the letters of their names; the rest stays", () => {
  const given = {
    size: { value: "m2" },
    AdministratorPassword: { value: "hunter2" },
    certificate: { value: { pfx: "…" } },
    odd: { value: 1 },
    unknown: { value: 2 },
  };
  assert.deepEqual(withoutSecrets(given, DECLARED), {
    size: { value: "m2" },
    odd: { value: 1 },
    unknown: { value: 2 },
  });
});

test("withoutSecrets: without a template nothing is known to be secure", () => {
  assert.deepEqual(withoutSecrets({ password: { value: "x" } }, null), { password: { value: "x" } });
});
