import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parse } from "yaml";
import { documentText, environmentName, withSecretsByReference } from "./document-text.ts";

const awkward = fc.constantFrom(
  ...[
    "",
    " ",
    "yes",
    "No",
    "null",
    "~",
    "1",
    "1e3",
    "0x1f",
    "2027-01-31T12:00:00Z",
    "- a",
    "a: b",
    "a:",
    "#a",
    "a #b",
  ],
  ...[
    "'",
    '"',
    "a\nb\n",
    "a\n\nb",
    "\na",
    "a\n",
    "a\n b",
    "a\nb\n\n",
    "a\r\nb",
    "\u202eevil",
    "👩‍🚀",
    "\u{1d159}x",
    "&a",
    "*a",
  ],
  ...[
    "!tag",
    "%x",
    "@x",
    "`x",
    "{}",
    "[]",
    "|",
    ">",
    "? a",
    "=",
    "<<",
    ".inf",
    "group:readers",
    "a\tb",
    "permit(a, b, c);\nforbid(d);",
  ],
);
const text = fc.oneof(awkward, fc.string({ unit: "binary" }), fc.string());
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.boolean(),
    fc.integer(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(text, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

test("what is written is read again as it was, whatever it is", () => {
  fc.assert(
    fc.property(fc.dictionary(text, value, { maxKeys: 4, noNullPrototype: true }), (spec) => {
      const { spec: read } = parse(documentText({ kind: "Target", name: "a", spec }), { schema: "core" });
      assert.deepEqual(read, JSON.parse(JSON.stringify(spec)));
    }),
    { numRuns: 2_000 },
  );
});

test("nothing of it is hidden, several lines stand as lines, and ids are left out", () => {
  const spec = {
    displayName: "Ab\u202eba",
    clientId: "x",
    owners: ["user:ada"],
    ca: "BEGIN\nabc\nEND\n",
    none: [],
  };
  assert.equal(
    documentText({ kind: "ServicePrincipal", tenant: "contoso", name: "bot", spec }),
    `apiVersion: curfew/v1
kind: ServicePrincipal
tenant: contoso
name: bot
spec:
  displayName: "Ab\\u202eba"
  owners:
    - user:ada
  ca: |
    BEGIN
    abc
    END
  none: []
`,
  );
});

test("a secret stands there by reference; what only looks like one stays", () => {
  const spec = {
    config: { value: "x" },
    secrets: { password: { value: "hunter2" } },
    clientSecret: { value: "s" },
    totpSecret: null,
  };
  assert.deepEqual(withSecretsByReference({ name: "orders-database", spec }), {
    config: { value: "x" },
    secrets: { password: { fromEnv: "ORDERS_DATABASE_PASSWORD" } },
    clientSecret: { fromEnv: "ORDERS_DATABASE_CLIENT_SECRET" },
    totpSecret: null,
  });
  assert.equal(environmentName("7 zwölf", "password"), "CURFEW_7_ZW_LF_PASSWORD");
});
