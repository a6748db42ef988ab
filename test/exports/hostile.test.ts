/** What somebody wrote to do harm, in a file of JSON Lines and in a webhook's body: one line, one value, the same again. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { instant } from "../../src/domain/time.ts";
import { jsonLinesSink } from "../../src/exports/json-lines.ts";
import { asciiJson, FORMATS, fitted, ownForm, safeJson } from "../../src/exports/payload.ts";
import { cloudEvent } from "../../src/exports/webhook.ts";
import { exported, HOSTILE, hostileEvents, hugeEvents } from "./events.ts";
import { faultsOf, NO_SCHEMA } from "./ocsf-schema.ts";

/** Ends a line, drives a terminal, is not seen or turns the order of reading around. */
const ACTING =
  /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/u;

test("JSON Lines: as many lines as events, each the same again", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "curfew-hostile-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const events = [...hostileEvents(), ...hugeEvents()].map((event, at) => ({ ...event, number: at + 1 }));
  for (const format of FORMATS) {
    const path = join(folder, `${format}.jsonl`);
    const options = { path, mostBytes: 1_000_000_000, format, now: () => instant(Date.now()) };
    const sender = await jsonLinesSink(options).open();
    assert.deepEqual(await sender.send(events), { kind: "accepted", through: events.length });
    await sender.close();
    const lines = readFileSync(path, "utf8").split("\n");
    assert.equal(lines.pop(), "");
    assert.equal(lines.length, events.length);
    for (const [at, line] of lines.entries()) {
      assert.doesNotMatch(line, ACTING);
      assert.ok(Buffer.byteLength(line) < 1_048_576);
      const read = JSON.parse(line);
      const event = events[at] as (typeof events)[0];
      const cut = read.cut ?? read.unmapped?.cut;
      if (format === "curfew" && cut === undefined)
        assert.deepEqual(read, JSON.parse(JSON.stringify(ownForm(event))));
      if (format === "ocsf" && !NO_SCHEMA) assert.deepEqual(faultsOf(read), []);
      assert.equal(cut !== undefined, Buffer.byteLength(JSON.stringify(event)) > 900_000);
    }
  }
});

test("a webhook's body is one CloudEvent, and what is cut of it is said", () => {
  for (const event of [...hostileEvents(), ...hugeEvents()]) {
    for (const format of FORMATS) {
      const body = cloudEvent(event, format);
      assert.doesNotMatch(body, ACTING);
      const { data, id, type } = JSON.parse(body);
      assert.deepEqual([id, type], [event.id, `curfew.${event.type}`]);
      if (format !== "curfew") continue;
      assert.deepEqual(
        [data.leafHash, data.linkHash, data.entry.id],
        [event.leafHash, event.linkHash, event.id],
      );
      if (data.cut === undefined) assert.deepEqual(data, JSON.parse(JSON.stringify(ownForm(event))));
      else assert.ok(Buffer.byteLength(JSON.stringify(data)) <= 262_144);
    }
  }
});

test("either text of JSON is on one line and reads the same again", () => {
  for (const text of Object.values(HOSTILE))
    for (const textOf of [safeJson, asciiJson]) {
      const line = textOf({ [text]: [text] });
      assert.doesNotMatch(line, ACTING);
      assert.deepEqual(JSON.parse(line), { [text]: [text] });
    }
  assert.match(asciiJson(HOSTILE.long ?? ""), /^[\x20-\x7e]+$/);
});

test("a cut says which part and how long it was, never half a character, and leaves the rest whole", () => {
  const facts = { "a/b~c": "😀".repeat(10_000), kept: "whole", list: ["y".repeat(9_000), 1] };
  const { payload, cut } = fitted(exported("grant.live", 1, { facts }), {
    format: "curfew",
    mostBytes: 16_384,
  });
  assert.deepEqual(cut, [
    { path: "/facts/a~1b~0c", characters: 20_000 },
    { path: "/facts/list/0", characters: 9_000 },
  ]);
  assert.deepEqual(payload.cut, cut);
  const { facts: left } = payload.entry as { facts: { kept: string; "a/b~c": string } };
  assert.equal(left.kept, "whole");
  assert.ok(left["a/b~c"].isWellFormed());
  assert.match(left["a/b~c"], /^(😀)+… \(cut: was 20000 characters\)$/u);
});
