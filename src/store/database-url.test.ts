import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDatabaseUrl } from "./database-url.ts";

test("to another machine the connection is verified unless the URL says otherwise", () => {
  assert.deepEqual(parseDatabaseUrl("postgresql://u:p%40@db.example/curfew").ssl, {
    rejectUnauthorized: true,
  });
  assert.deepEqual(parseDatabaseUrl("postgresql://u:p@db.example/curfew?sslmode=require").ssl, {
    rejectUnauthorized: false,
  });
  assert.equal(parseDatabaseUrl("postgresql://u:p@db.example/curfew?sslmode=disable").ssl, undefined);
  assert.equal(parseDatabaseUrl("postgresql://u:p@localhost/curfew").ssl, undefined);
});

test("a mode that is weaker than it sounds is refused", () => {
  assert.throws(() => parseDatabaseUrl("postgresql://u:p@db.example/curfew?sslmode=prefer"), /verify-full/);
});

test("escaped characters, ports and socket folders are understood", () => {
  const { host, port, user, password, database } = parseDatabaseUrl(
    "postgresql://u:p%40@localhost/records?host=/run/pg&port=5433",
  );
  assert.deepEqual(
    { host, port, user, password, database },
    { host: "/run/pg", port: 5433, user: "u", password: "p@", database: "records" },
  );
});
