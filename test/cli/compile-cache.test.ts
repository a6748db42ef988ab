/** Compiled code is executed as it lies there: it is kept in a folder that is ours alone, or not at all. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { compileCacheFolder } from "../../bin/compile-cache.mjs";

const PROGRAM = fileURLToPath(new URL("../../bin/curfew.mjs", import.meta.url));
const isRoot = process.geteuid?.() === 0;
let home: string;
let temporary: string;

beforeEach(() => {
  home = mkdtempSync(join(realpathSync(tmpdir()), "curfew-home-"));
  temporary = mkdtempSync(join(realpathSync(tmpdir()), "curfew-tmp-"));
});
afterEach(() => {
  for (const folder of [home, temporary]) rmSync(folder, { recursive: true });
});

const wanted = () => join(home, ".cache", "curfew");
const found = () => compileCacheFolder({ HOME: home }, temporary);
const fallback = () => join(temporary, `curfew-${process.geteuid?.()}`);

test("it lies in the user's cache folder, made for the user alone", () => {
  assert.equal(found(), wanted());
  assert.equal(lstatSync(wanted()).mode & 0o777, 0o700);
  assert.equal(found(), wanted(), "and is found again");
  const cache = join(home, "elsewhere");
  assert.equal(compileCacheFolder({ HOME: home, XDG_CACHE_HOME: cache }, temporary), join(cache, "curfew"));
  assert.equal(compileCacheFolder({}, temporary), fallback());
  assert.equal(compileCacheFolder({ HOME: join(home, "missing") }, temporary), fallback());
});

for (const mode of [0o770, 0o707, 0o750, 0o722]) {
  test(`a folder with mode ${mode.toString(8)} is refused, and left as it is`, () => {
    mkdirSync(wanted(), { recursive: true });
    chmodSync(wanted(), mode);
    assert.equal(found(), fallback());
    assert.equal(lstatSync(wanted()).mode & 0o777, mode);
  });
}

test("a folder that others could put another in the place of is refused", () => {
  mkdirSync(wanted(), { recursive: true, mode: 0o700 });
  chmodSync(join(home, ".cache"), 0o777);
  assert.equal(found(), fallback());
  chmodSync(join(home, ".cache"), 0o1777);
  assert.equal(found(), wanted(), "in a sticky folder only its owner can rename it");
});

test("a link is refused, even to a folder of ours", () => {
  const real = join(home, "real");
  mkdirSync(real, { mode: 0o700 });
  mkdirSync(join(home, ".cache"));
  symlinkSync(real, wanted());
  assert.equal(found(), fallback());
});

test("somebody else's folder is refused", {
  skip: isRoot ? false : "only root can give a folder away",
}, () => {
  mkdirSync(wanted(), { recursive: true, mode: 0o700 });
  chownSync(wanted(), 65_534, 65_534);
  assert.equal(found(), fallback());
  chownSync(wanted(), 0, 0);
  chownSync(join(home, ".cache"), 65_534, 65_534);
  assert.equal(found(), fallback(), "and so is ours inside theirs");
});

test("where no folder is safe there is none, and the program runs all the same", () => {
  chmodSync(temporary, 0o777);
  chmodSync(home, 0o777);
  assert.equal(found(), null);
  assert.match(version({ TMPDIR: temporary }), /^curfew \d/);
  assert.deepEqual([wanted(), fallback()].flatMap(entriesOf), []);
});

test("the program fills the folder; Node's own variable switches it off or names another", () => {
  version({ NODE_DISABLE_COMPILE_CACHE: "1" });
  assert.equal(existsSync(wanted()), false);
  const chosen = join(temporary, "chosen");
  version({ NODE_COMPILE_CACHE: chosen });
  assert.equal(existsSync(wanted()), false);
  assert.equal(entriesOf(chosen).length, 1);
  version({});
  assert.equal(entriesOf(wanted()).length, 1, "Node makes one folder for each of its versions");
});

function version(env: Readonly<Record<string, string>>): string {
  const own = { PATH: process.env.PATH, HOME: home, ...env };
  return execFileSync(process.execPath, [PROGRAM, "--version"], { env: own, encoding: "utf8" });
}

function entriesOf(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
