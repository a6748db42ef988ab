import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldsOf, readFrom, typedOf, unreadable } from "./schema.ts";

const SCHEMA = {
  properties: {
    host: { type: "string", description: "host name or address", maxLength: 253 },
    port: { type: "integer", default: 5432 },
    tls: { type: "string", enum: ["verify-full", "off"] },
    password: { type: "string", writeOnly: true },
    readOnly: { type: "boolean" },
    labels: { type: "object", title: "Marks" },
  },
  required: ["host", "port", "password"],
};
const fields = fieldsOf(SCHEMA, ["password"]);

test("each member is a field of its own kind, with the schema's words", () => {
  assert.deepEqual(
    fields.map(({ name, label, type, isRequired, isSecret, byDefault }) => [
      ...[name, label, type],
      ...[isRequired, isSecret, byDefault],
    ]),
    [
      ["host", "Host", "text", true, false, undefined],
      ["port", "Port", "number", false, false, "5432"],
      ["tls", "TLS", "text", false, false, undefined],
      ["password", "Password", "text", true, true, undefined],
      ["readOnly", "Read only", "boolean", false, false, undefined],
      ["labels", "Marks", "json", false, false, undefined],
    ],
  );
  assert.equal(fields[0]?.help, "Host name or address.");
  assert.deepEqual(fields[2]?.choices, ["verify-full", "off"]);
});

test("what was read is typed, and typed it is what was read; what is empty is left out", () => {
  const value = { host: "db", port: 6543, tls: "off", readOnly: true, labels: { a: [1] } };
  assert.deepEqual(readFrom(fields, typedOf(fields, value)), value);
  assert.deepEqual(readFrom(fields, { host: "db", port: "", tls: "" }), { host: "db" });
});

test("what is no number or no JSON is told before it is sent, and never becomes another value", () => {
  const [, port, tls, , , labels] = fields;
  assert.ok(port && tls && labels);
  assert.deepEqual(
    [unreadable(port, "5x"), unreadable(port, "5"), unreadable(labels, "{"), unreadable(tls, "{")],
    ["Write a number.", null, "Write it as JSON.", null],
  );
  assert.deepEqual(readFrom(fields, { port: "5x", labels: "{" }), { port: "5x", labels: "{" });
});
