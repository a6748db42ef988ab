import assert from "node:assert/strict";
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { locateBinaries, placeBinaries, refuseUnrunnable } from "../../src/store/embedded/binaries.ts";
import { giveDirectory } from "../../src/store/embedded/data-dir.ts";
import { chooseRunAs } from "../../src/store/embedded/run-as.ts";
import { isRoot, temporaryFolder } from "./servers.ts";

/** The package as npm unpacks it when install scripts are off. */
function packageWithoutLinks(t: TestContext) {
  const packaged = locateBinaries();
  const nativeDir = join(temporaryFolder(t), "native");
  cpSync(packaged.nativeDir, nativeDir, {
    recursive: true,
    filter: (path) => !lstatSync(path).isSymbolicLink(),
  });
  return { nativeDir, version: packaged.version };
}

function emptyDataDir(t: TestContext): string {
  const dataDir = join(temporaryFolder(t), "data");
  mkdirSync(dataDir, { mode: 0o700 });
  return dataDir;
}

test("place: a package whose links are missing is left alone, a copy runs", (t) => {
  const packaged = packageWithoutLinks(t);
  const dataDir = emptyDataDir(t);
  mkdirSync(join(dataDir, "native-1.0.0"));
  const runAs = chooseRunAs(dataDir, packaged.nativeDir);
  const before = readdirSync(packaged.nativeDir, { recursive: true }).length;
  const placed = placeBinaries(packaged, dataDir, runAs);
  giveDirectory(dataDir, runAs);
  assert.equal(placed, join(dataDir, `native-${packaged.version}`));
  refuseUnrunnable(placed, runAs);
  assert.ok(existsSync(join(placed, "lib", "libpq.so.5")));
  assert.equal(readdirSync(packaged.nativeDir, { recursive: true }).length, before);
  assert.deepEqual(readdirSync(dataDir), [`native-${packaged.version}`]); // copies of other versions go
});

test("place: a package that the server's user cannot read is copied", {
  skip: !isRoot && "needs a second user",
}, (t) => {
  const packaged = locateBinaries();
  const nativeDir = join(temporaryFolder(t), "closed", "native");
  cpSync(packaged.nativeDir, nativeDir, { recursive: true, verbatimSymlinks: true });
  chmodSync(join(nativeDir, "bin", "postgres"), 0o700);
  chmodSync(join(nativeDir, ".."), 0o700);
  const dataDir = emptyDataDir(t);
  const runAs = chooseRunAs(dataDir, nativeDir);
  const placed = placeBinaries({ nativeDir, version: packaged.version }, dataDir, runAs);
  giveDirectory(dataDir, runAs);
  assert.notEqual(placed, nativeDir);
  refuseUnrunnable(placed, runAs);
});

test("refuse: programs that do not run are reported with a way out", (t) => {
  const dataDir = emptyDataDir(t);
  const runAs = chooseRunAs(dataDir, dataDir);
  const damaged = packageWithoutLinks(t).nativeDir;
  rmSync(join(damaged, "lib"), { recursive: true });
  assert.throws(() => refuseUnrunnable(damaged, runAs), {
    code: "binaries-unusable",
    message: /CURFEW_DATABASE_URL/,
  });
});

test("locate: other platforms are told to bring their own PostgreSQL", () => {
  for (const [platform, arch] of [
    ["darwin", "arm64"],
    ["win32", "x64"],
    ["linux", "riscv64"],
  ] as const) {
    const error = { code: "platform-unsupported", message: /CURFEW_DATABASE_URL/ };
    assert.throws(() => locateBinaries(platform, arch), error);
  }
});

test("locate: a package that npm left out is reported with a way out", () => {
  const missing = process.arch === "x64" ? "arm64" : "x64";
  assert.throws(() => locateBinaries("linux", missing), {
    code: "package-missing",
    message: /CURFEW_DATABASE_URL/,
  });
});
