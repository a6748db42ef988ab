import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { createScreen } from "./screen.ts";

function watched(isTTY: boolean) {
  const written = { out: "", err: "" };
  const output = (name: "out" | "err") => ({
    isTTY,
    write(text: string, done: () => void) {
      written[name] += text;
      done();
    },
  });
  const stdin = new PassThrough();
  return { written, terminal: { stdin, stdout: output("out"), stderr: output("err"), on() {}, off() {} } };
}

test("screen: colour for a terminal only, and not with NO_COLOR or a dumb one", () => {
  for (const [isTTY, env, coloured] of [
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: "1" }, false],
    [true, { TERM: "dumb" }, false],
    [true, { LC_ALL: "C" }, false],
  ] as const) {
    const { written, terminal } = watched(isTTY);
    createScreen(terminal, { LANG: "C.UTF-8", ...env }, false).result("✓ fine");
    assert.equal(written.out.includes("\u001b[32m"), coloured, JSON.stringify({ isTTY, env }));
  }
});

test("screen: results stay silent with --json, and JSON without it; progress goes to stderr", () => {
  const asJson = watched(false);
  const screen = createScreen(asJson.terminal, { LANG: "C.UTF-8" }, true);
  screen.result("for people");
  screen.progress("meanwhile");
  screen.json({ a: "\u009b31m\u202e" });
  assert.deepEqual(asJson.written, { out: '{\n  "a": "\\u009b31m\\u202e"\n}\n', err: "meanwhile\n" });
  const asText = watched(false);
  createScreen(asText.terminal, {}, false).json({});
  assert.equal(asText.written.out, "");
});
