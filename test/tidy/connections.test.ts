/** Clients of PostgreSQL are made where each is guarded, and nowhere else. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";

// Our own database has one place. A target brings a socket of its own; the command line may not know the store.
const MAKERS = [
  "src/store/database.ts",
  "src/targets/postgres/run-statement.ts",
  "src/targets/postgres/session.ts",
];

test("no client or pool is made elsewhere, and each has a listener for the loss of its session", () => {
  const makers = globSync("src/**/*.ts")
    .filter((file) => !file.endsWith(".test.ts"))
    .filter((file) => /new pg\.(Client|Pool)\(/.test(readFileSync(file, "utf8")))
    .sort();
  assert.deepEqual(makers, MAKERS);
  for (const file of makers) assert.match(readFileSync(file, "utf8"), /\.on\("error", /, file);
});
