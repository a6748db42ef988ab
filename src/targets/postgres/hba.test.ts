import assert from "node:assert/strict";
import { test } from "node:test";
import { type HbaRule, judgeHba } from "./hba.ts";

/** Reads `type database user [address] method [option]`, as in pg_hba.conf. */
function rules(...lines: string[]): HbaRule[] {
  return lines.map((text, index) => {
    const [type = "", database = "", user = "", ...rest] = text.split(/\s+/);
    const address = type === "local" ? null : (rest.shift() ?? null);
    const [method = "", ...options] = rest;
    const lists = { database: database.split(","), user: user.split(","), options };
    return { line: index + 1, type, address, netmask: null, method, ...lists };
  });
}

test("hba: passwords everywhere leave no way past an end", () => {
  const verdict = judgeHba(
    rules("local all all scram-sha-256", "host all all all md5", "host all all all reject"),
  );
  assert.deepEqual(verdict, { holes: [], doubts: [] });
});

test("hba: trust for all is a hole, for one named user it is not", () => {
  assert.equal(judgeHba(rules("local all postgres trust")).holes.length, 0);
  assert.equal(judgeHba(rules("local all all trust")).holes.length, 1);
  assert.equal(judgeHba(rules("local all postgres,all trust")).holes.length, 1);
  assert.equal(judgeHba(rules("local orders all trust")).holes.length, 1);
});

test("hba: a group or a pattern of users may mean a temporary role", () => {
  assert.equal(judgeHba(rules("host all +orders_rw 10.0.0.0 trust")).holes.length, 1);
  assert.equal(judgeHba(rules("host all /^cur 10.0.0.0 trust")).holes.length, 1);
});

test("hba: replication alone is closed to temporary roles", () => {
  assert.equal(judgeHba(rules("local replication all trust")).holes.length, 0);
  assert.equal(judgeHba(rules("local replication,all all trust")).holes.length, 1);
});

test("hba: the first line that matches decides, so a wider one above closes the hole", () => {
  assert.equal(judgeHba(rules("local all all scram-sha-256", "local all all trust")).holes.length, 0);
  assert.equal(
    judgeHba(rules("host all all all scram-sha-256", "hostssl all all 10.0.0.0 trust")).holes.length,
    0,
  );
  assert.equal(
    judgeHba(rules("hostssl all all all scram-sha-256", "host all all 10.0.0.0 trust")).holes.length,
    1,
  );
  assert.equal(judgeHba(rules("host all all all scram-sha-256", "local all all trust")).holes.length, 1);
  assert.equal(judgeHba(rules("local orders all scram-sha-256", "local all all trust")).holes.length, 1);
});

test("hba: peer without a map lets nobody be a temporary role; with one, it may", () => {
  assert.deepEqual(judgeHba(rules("local all all peer")), { holes: [], doubts: [] });
  assert.equal(judgeHba(rules("local all all peer map=ops")).doubts.length, 1);
});
