import assert from "node:assert/strict";
import { test } from "node:test";
import { homeWords, ownMenuWords, restoredWords } from "./shell.ts";

test("whose house one is in, and whose menu it is, is said to whoever does not see it", () => {
  assert.equal(homeWords("Contoso"), "Curfew Contoso, home");
  assert.equal(ownMenuWords("Carol Castillo"), "Carol Castillo, your menu");
});

test("after a restore everybody is told what holds, since when and why", () => {
  const words = restoredWords({ because: "the disk was replaced", since: "2026-12-01T10:00:00Z" });
  assert.match(
    words,
    /at 2026-12-01T10:00:00Z that its database was restored from a backup: the disk was replaced\./,
  );
  assert.match(words, /nobody can ask, decide or change anything\.$/);
});
