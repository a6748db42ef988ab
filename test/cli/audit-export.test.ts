/** The log as a list of any length and as a file: page by page, never held as a whole, and verified without a server. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chain, headAt, type Row } from "../../src/audit/chain.fixture.ts";
import { keepLogin, tokenFile } from "../../src/cli/sign-in/kept-tokens.ts";
import { type Apart, runApart } from "./capture.ts";

const MANY = 4_000;
/** Openings are no part of what is hashed: they make entries large. */
const PADDING = "p".repeat(18_000);
/** Less than all of it has: whoever holds the log as a whole dies. */
const SMALL_HEAP = { NODE_OPTIONS: "--max-old-space-size=48" };

let rows: readonly Row[];
let server: Server;
let folder: string;
let env: Record<string, string>;
const asked: URLSearchParams[] = [];
/** From which page on the server fails. */
let failsAt = Number.POSITIVE_INFINITY;

before(async () => {
  rows = chain(MANY - 1, 1);
  folder = mkdtempSync(join(tmpdir(), "curfew-export-"));
  server = createServer((request, reply) => {
    const { searchParams } = new URL(request.url ?? "/", "http://localhost");
    asked.push(searchParams);
    if (asked.length >= failsAt) reply.writeHead(500).end("{}");
    else reply.setHeader("content-type", "application/json").end(JSON.stringify(pageOf(searchParams)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tokens = {
    accessToken: "t",
    refreshToken: null,
    expiresAt: Date.now() + 86_400_000,
    ...{ url, caFile: null, who: null, signedInAt: null },
  };
  keepLogin(tokenFile(join(folder, "curfew"), url), tokens);
  env = { XDG_CONFIG_HOME: folder, CURFEW_URL: url, TZ: "Europe/Paris" };
});
after(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
  rmSync(folder, { recursive: true });
});

function pageOf(query: URLSearchParams) {
  const from = Number(Buffer.from(query.get("cursor") ?? "", "base64url").toString());
  const to = from + Number(query.get("limit"));
  const padding = query.get("order") === "sequence" && query.has("cursor") ? PADDING : "";
  const items = rows.slice(from, to).map(({ entry, sequence, leafHash, linkHash }) => ({
    id: entry.id,
    sequence,
    entry,
    leafHash: leafHash.toString("base64url"),
    linkHash: linkHash?.toString("base64url") ?? null,
    openings: [{ name: "why", salt: "c2FsdA", value: padding }],
    sentence: `Frank Fischer did ${sequence}`,
    actorName: "Frank Fischer",
  }));
  return { items, nextCursor: to < rows.length ? Buffer.from(String(to)).toString("base64url") : null };
}

async function curfew(argv: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Apart> {
  asked.length = 0;
  return runApart(argv, { ...env, ...more }, folder);
}

test("audit: pages as far as was asked, says where to go on, and goes on there", async () => {
  const some = await curfew(["audit", "--limit", "450"]);
  assert.equal(some.exit, 0, some.err);
  assert.equal(some.out.trimEnd().split("\n").length, 451);
  assert.match(some.out, /^NUMBER +AT +TYPE +WHAT +ABOUT\n1 .* Frank Fischer did 1 /);
  assert.deepEqual(
    asked.map((query) => query.get("limit")),
    ["200", "200", "50"],
  );
  const cursor = / --cursor (\S+)/.exec(some.err)?.[1] ?? "";
  const on = await curfew(["audit", "--limit", "2", "--cursor", cursor, "--json"]);
  assert.deepEqual(
    JSON.parse(on.out).map(({ sequence }: { sequence: number }) => sequence),
    [451, 452],
  );
  assert.equal((await curfew(["audit", "--limit", "2", "--all"])).exit, 2);
});

test("audit --all: every page in one list, for people and for programs, in a bounded memory", async () => {
  const all = await curfew(["audit", "--all", "--json"], SMALL_HEAP);
  assert.equal(all.exit, 0, all.err);
  assert.equal(JSON.parse(all.out).length, MANY);
  assert.equal(all.err, "");
  const columns = (await curfew(["audit", "--all"])).out.trimEnd().split("\n");
  assert.equal(columns.length, MANY + 1);
});

test("audit export: all of the log in a bounded memory, its owner's alone, and it verifies without a server", async () => {
  const file = join(folder, "log.json");
  const made = await curfew(["audit", "export", "--out", file, "--json"], SMALL_HEAP);
  assert.equal(made.exit, 0, made.err);
  assert.deepEqual(JSON.parse(made.out), { file, entries: MANY, last: MANY - 1 });
  assert.ok(statSync(file).size > 70_000_000, "more than the heap");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const alone = { ...SMALL_HEAP, CURFEW_URL: "http://127.0.0.1:9" };
  const head = join(folder, "head.json");
  const verified = await curfew(["audit", "verify", "--file", file, "--save-head", head], alone);
  assert.equal(verified.exit, 0, verified.err + verified.out);
  assert.match(verified.out, /Verified: 3999 entries, 1 not linked yet\.\n$/);
  const saved = headAt(rows, MANY - 1);
  assert.equal(JSON.parse(readFileSync(head, "utf8")).linkHash, saved.linkHash);
});

test("audit export: what was done to the file afterwards is found, and a cut end with a saved head", async () => {
  const file = join(folder, "small.json");
  const kept = rows;
  rows = chain(40);
  try {
    assert.equal((await curfew(["audit", "export", "--out", file])).exit, 0);
    const toStdout = await curfew(["audit", "export"]);
    assert.equal(toStdout.out, readFileSync(file, "utf8"));
    assert.equal(JSON.parse(toStdout.out).length, 40);
  } finally {
    rows = kept;
  }
  const head = join(folder, "small-head.json");
  assert.equal((await curfew(["audit", "verify", "--file", file, "--save-head", head])).exit, 0);
  const lines = readFileSync(file, "utf8").split("\n");
  const verify = async (name: string, changed: readonly string[], ...more: string[]) => {
    writeFileSync(join(folder, name), changed.join("\n"));
    return curfew(["audit", "verify", "--file", join(folder, name), ...more]);
  };
  const edited = lines.map((line, at) => (at === 20 ? line.replace(/"type":"[^"]+"/, '"type":"x.y"') : line));
  assert.match((await verify("edited.json", edited)).out, /edited_entry at entry 20/);
  const removed = lines.filter((_, at) => at !== 20);
  assert.match((await verify("removed.json", removed)).out, /removed_entry/);
  const cut = [...lines.slice(0, 30), (lines[30] ?? "").replace(/,$/, ""), "]", ""];
  assert.equal((await verify("cut.json", cut)).exit, 0, "nothing in the file can show it");
  assert.match((await verify("cut.json", cut, "--head", head)).out, /cut_tail/);
  for (const [name, text] of [
    ["torn.json", lines.slice(0, 30)],
    ["other.json", ["{}", ""]],
    ["twice.json", [...lines.slice(0, -1), ...lines]],
    ["word.json", ["[", "entry", "]"]],
    ["none.json", ["[]", ""]],
  ] as const) {
    const refused = await verify(name, text);
    assert.deepEqual([name, refused.exit], [name, 2], refused.out);
    assert.match(refused.err, /^curfew: `.*` (ends|is|holds) .*curfew audit export/);
  }
  assert.match((await curfew(["audit", "verify", "--file", "nowhere.json"])).err, /cannot be read: ENOENT/);
});

test("audit export: what fails on the way leaves the file that was there and no other", async () => {
  const file = join(folder, "kept.json");
  writeFileSync(file, "what was there");
  failsAt = 4;
  try {
    const failed = await curfew(["audit", "export", "--out", file]);
    assert.equal(failed.exit, 1, failed.err);
  } finally {
    failsAt = Number.POSITIVE_INFINITY;
  }
  assert.equal(readFileSync(file, "utf8"), "what was there");
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes(".part")),
    [],
  );
  const nowhere = await curfew(["audit", "export", "--out", join(folder, "no", "folder.json")]);
  assert.equal(nowhere.exit, 1);
  assert.match(nowhere.err, /folder\.json` cannot be written: ENOENT/);
});
