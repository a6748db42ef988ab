import assert from "node:assert/strict";
import { test } from "node:test";
import { documentName, memberLabel } from "./administration.ts";

test("members of a schema are read as words", () => {
  assert.deepEqual(["host", "publicHost", "tlsCa", "api_url"].map(memberLabel), [
    "Host",
    "Public host",
    "TLS CA",
    "API URL",
  ]);
});

test("a name for documents is made of what people say, and of nothing else", () => {
  assert.deepEqual(
    ["Ada Lovelace", " José  Núñez! ", "注文 係", "../..", "a".repeat(200)].map(documentName),
    ["ada-lovelace", "jose-nunez", "注文-係", "", "a".repeat(128)],
  );
});
