import assert from "node:assert/strict";
import { test } from "node:test";
import { readArguments, splitVerb } from "./arguments.ts";
import { EXIT, Stop } from "./exit.ts";
import type { Flags } from "./verb.ts";

const FLAGS: Flags = {
  for: { type: "text", value: "DURATION", help: "" },
  role: { type: "list", value: "ROLE", help: "" },
  file: { type: "list", short: "f", value: "PATH", help: "" },
  wait: { type: "switch", help: "" },
};

test("splitVerb: flags that go everywhere may stand before the verb", () => {
  assert.deepEqual(splitVerb(["--as", "frank", "--json", "request", "--wait"]), {
    verb: ["request", "--wait"],
    rest: ["--as", "frank", "--json"],
  });
});

test("readArguments: values, lists, switches, short flags and words", () => {
  const given = readArguments(
    ["A", "--for=2h", "--role", "x", "--role", "y", "--wait", "-f", "z", "B"],
    FLAGS,
  );
  assert.deepEqual(given.words, ["A", "B"]);
  assert.equal(given.text("for"), "2h");
  assert.deepEqual(given.list("role"), ["x", "y"]);
  assert.deepEqual(given.list("file"), ["z"]);
  assert.ok(given.has("wait") && !given.has("json"));
});

test("readArguments: what cannot be meant is refused with exit 2 and what to do", () => {
  const refusals: [string[], RegExp][] = [
    [["--wiat"], /no flag `--wiat` here; did you mean --wait\?/],
    [["--frobnicate"], /no flag `--frobnicate` here; --help lists them/],
    [["-x"], /no flag `-x` here/],
    [["--constructor"], /no flag `--constructor` here/],
    [["--for"], /--for needs a value: --for DURATION/],
    [["--for", "--wait"], /write --for=--wait/],
    [["--wait=yes"], /--wait stands alone/],
    [["--for", "1h", "--for", "2h"], /--for is given twice/],
    [["--for", "9".repeat(9_000)], /longer than 8192 characters/],
  ];
  for (const [argv, message] of refusals) {
    assert.throws(
      () => readArguments(argv, FLAGS),
      (error: unknown) => error instanceof Stop && error.exit === EXIT.usage && message.test(error.message),
      argv.join(" "),
    );
  }
});

test("readArguments: a value that begins with a dash can be given with =", () => {
  assert.equal(readArguments(["--for=-5"], FLAGS).text("for"), "-5");
});

test("readArguments: code that asks for a flag that its form does not have is told, whatever was typed", () => {
  const given = readArguments(["--last"], { last: { type: "switch", help: "" } });
  assert.equal(given.has("last"), true);
  for (const ask of [given.has, given.text, given.list])
    assert.throws(() => ask("because"), /the form of this command has no --because/);
});
