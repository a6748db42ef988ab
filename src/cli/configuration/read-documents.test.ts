import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { EXIT, Stop } from "../exit.ts";
import { withExactLine } from "./fault-places.ts";
import { readConfiguration } from "./read-documents.ts";

function inFolder(files: Readonly<Record<string, string>>, work: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "curfew-yaml-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function refuses(files: Readonly<Record<string, string>>, message: RegExp): void {
  inFolder(files, (folder) => {
    assert.throws(
      () => readConfiguration([folder], {}),
      (error: unknown) => {
        assert.ok(error instanceof Stop && error.exit === EXIT.usage);
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

const GROUP = "kind: Group\nname: night-shift\nspec:\n  displayName: Night shift\n  members: [casey]\n";

test("readConfiguration: every YAML file of a folder in order, with the line of each document", () => {
  const files = {
    "b.yaml": `# first\n${GROUP}---\n${GROUP}---\n`,
    "a/x.yml": GROUP,
    "a/.hidden.yaml": "{",
    "notes.txt": "{",
  };
  inFolder(files, (folder) => {
    const { documents } = readConfiguration([folder], {});
    assert.deepEqual(
      documents.map(({ source }) => source),
      [
        { file: join(folder, "a/x.yml"), line: 1 },
        { file: join(folder, "b.yaml"), line: 2 },
        { file: join(folder, "b.yaml"), line: 8 },
      ],
    );
    assert.deepEqual(documents[0]?.spec, { displayName: "Night shift", members: ["casey"] });
  });
});

test("readConfiguration: what is no YAML, or doubtful, is refused with file, line and column", () => {
  refuses({ "a.yaml": "kind: [Group\n" }, /a\.yaml:\d+:\d+: /);
  refuses({ "a.yaml": `${GROUP}name: twice\n` }, /a\.yaml:6:1: map keys must be unique/);
  refuses({ "a.yaml": "kind: Group\nname: !!js/function x\n" }, /a\.yaml:2:7: unresolved tag/);
  refuses({ "a.yaml": "- kind: Group\n" }, /a\.yaml:1:1: a document is a mapping/);
  refuses({ "a.yaml": "\n\nspec: {}\n" }, /a\.yaml:3:1: a document needs `kind` and `name`/);
  refuses({ "a.yaml": "\n" }, /there is no document in/);
});

test("readConfiguration: a bomb of aliases, deep nesting and a large file are refused", () => {
  const doubling = Array.from({ length: 30 }, (_, at) => `  l${at + 1}: &l${at + 1} [*l${at}, *l${at}]`).join(
    "\n",
  );
  refuses(
    { "a.yaml": `kind: Group\nname: bomb\nspec:\n  l0: &l0 x\n${doubling}\n` },
    /a\.yaml:1:1: excessive alias count/,
  );
  refuses(
    { "a.yaml": `kind: Group\nname: deep\nspec: ${"[".repeat(200)}${"]".repeat(200)}\n` },
    /nested deeper than 30 levels/,
  );
  refuses({ "a.yaml": `kind: Group\nname: x\n# ${"x".repeat(1_100_000)}\n` }, /larger than 1048576 bytes/);
});

test("readConfiguration: a link to a folder is not followed", () => {
  inFolder({ "a/x.yaml": GROUP }, (folder) => {
    symlinkSync(folder, join(folder, "a", "round.yaml"));
    symlinkSync(folder, join(folder, "a", "round"));
    assert.throws(() => readConfiguration([folder], {}), Stop);
  });
});

const SECRETS =
  "kind: User\nname: dora\nspec:\n  password: { fromEnv: DORA_PW }\n  keys:\n    - { fromFile: key.txt }\n";

test("secrets by reference become values here, files relative to their document", () => {
  inFolder({ "in/a.yaml": SECRETS, "in/key.txt": "s3cret\n" }, (folder) => {
    const { documents } = readConfiguration([join(folder, "in")], { DORA_PW: "horse" });
    assert.deepEqual(documents[0]?.spec, { password: { value: "horse" }, keys: [{ value: "s3cret" }] });
  });
});

test("secrets by reference: what is not there is named with its place, and no value is shown", () => {
  refuses({ "a.yaml": SECRETS, "key.txt": "x" }, /a\.yaml:4:13: the environment variable DORA_PW is not set/);
  refuses(
    { "a.yaml": SECRETS.replace("{ fromEnv: DORA_PW }", "x") },
    /a\.yaml:6:7: there is no file `key\.txt`/,
  );
  refuses({ "a.yaml": SECRETS.replace("DORA_PW", "'a b'") }, /a\.yaml:4:13: `fromEnv` takes the name/);
});

const OFFER = "kind: ApplicationDefinition\nname: ledger\nspec:\n  package: { fromDirectory: ../ledger }\n";

test("a package by reference: its files as they are, whatever letters name them; the folder relative to the document", () => {
  inFolder(
    { "in/a.yaml": OFFER, "ledger/CreateUIDefinition.json": "{ x\n}", "ledger/x.json": "{}" },
    (folder) => {
      const { documents } = readConfiguration([join(folder, "in")], {});
      assert.deepEqual(documents[0]?.spec, { package: { createUiDefinition: "{ x\n}" } });
    },
  );
});

test("a picture by reference: its bytes in base64, relative to the document; what is none is named", () => {
  const pictured = OFFER.replace(
    "package: { fromDirectory: ../ledger }",
    "logo: { fromPicture: ../logo.png }",
  );
  inFolder({ "in/a.yaml": pictured, "logo.png": "PNG\r\n" }, (folder) => {
    const { documents } = readConfiguration([join(folder, "in")], {});
    assert.deepEqual(documents[0]?.spec, { logo: "UE5HDQo=" }, "whole, with its last line end");
  });
  refuses({ "a.yaml": pictured }, /a\.yaml:4:9: there is no file `\.\.\/logo\.png`/);
  refuses(
    { "a.yaml": pictured.replace("../", ""), "logo.png": "x".repeat(65_537) },
    /`logo\.png` is larger than 65536 bytes/,
  );
});

test("a package by reference: what is no package's folder is named", () => {
  refuses({ "a.yaml": OFFER }, /ledger` cannot be read as a folder/);
  refuses(
    { "a.yaml": OFFER.replace("../ledger", "b"), "b/viewDefinition.json": "{}" },
    /no createUiDefinition/,
  );
  refuses({ "a.yaml": OFFER.replace("../ledger", "[]") }, /a\.yaml:4:12: `fromDirectory` takes the path/);
});

test("withExactLine: the server's pointer becomes the very line, as far as it leads", () => {
  inFolder({ "a.yaml": `${GROUP}---\n${GROUP}` }, (folder) => {
    const path = join(folder, "a.yaml");
    const { files } = readConfiguration([path], {});
    assert.equal(
      withExactLine(`${path}:7:/spec/members/0: unknown`, files),
      `${path}:11:/spec/members/0: unknown`,
    );
    assert.equal(withExactLine(`${path}:1:/spec/displayName: x`, files), `${path}:4:/spec/displayName: x`);
    assert.equal(
      withExactLine(`${path}:1:/spec/missing/deeper: x`, files),
      `${path}:3:/spec/missing/deeper: x`,
    );
    assert.equal(withExactLine("4 faults, nothing was stored", files), "4 faults, nothing was stored");
  });
});
