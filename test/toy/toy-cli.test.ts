/** The command line with a kind of target that nobody ships: it says what the kind says, and offers what it offers. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { keepLogin, tokenFile } from "../../src/cli/sign-in/kept-tokens.ts";
import { type Apart, runApart } from "../cli/capture.ts";
import { until } from "../fixtures/program.ts";
import { setTroubles } from "../fixtures/toy-target.ts";
import { type Cabinet, openToyWorld, type ToyWorld } from "../fixtures/toy-world.ts";

const AN_HOUR_MS = 3_600_000;

let world: ToyWorld;
let folder: string;
before(async () => {
  world = await openToyWorld();
  folder = mkdtempSync(join(tmpdir(), "curfew-cli-"));
  const { token } = await world.person("ben");
  const kept = {
    url: world.url,
    caFile: null,
    who: null,
    signedInAt: null,
    accessToken: token,
    refreshToken: null,
    expiresAt: Date.now() + AN_HOUR_MS,
  };
  keepLogin(tokenFile(join(folder, "curfew"), world.url), kept);
});
after(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});

const curfew = (...argv: string[]): Promise<Apart> =>
  runApart(argv, { TZ: "UTC", XDG_CONFIG_HOME: folder, CURFEW_URL: world.url }, folder);

const ask = ({ scope }: Cabinet, duration: string, ...more: string[]) =>
  curfew("request", "Contributor", "--on", scope, "--for", duration, "--because", "tidy up", ...more);

/** Of what is held there. */
async function grantAt({ scope }: Cabinet): Promise<string> {
  const listed = JSON.parse((await curfew("grants", "--json")).out) as { id: string; scope: string }[];
  return listed.find((one) => one.scope === scope)?.id ?? "";
}

test("what a target cannot hold is refused in its kind's words", async () => {
  const cabinet = await world.cabinet("narrow", { maxTtlMs: 60_000 });
  const { exit, err } = await ask(cabinet, "2m");
  assert.notEqual(exit, 0);
  assert.match(err, /TargetRule: Cabinet holds access for at most 1 min at a time/);
});

test("opening, the end and the secret are told as the kind tells them", async () => {
  const cabinet = await world.cabinet("worded");
  const asked = await ask(cabinet, "10m", "--wait");
  assert.equal(asked.exit, 0, asked.err);
  assert.match(asked.err, /opening in Cabinet, end armed/);
  assert.match((await curfew("grants")).out, /drawer locked/);
  const shown = await curfew("secret", "--last");
  assert.equal(shown.exit, 0, shown.err);
  assert.match(shown.out, /^Drawer +7\nPIN +\d{6}\nrun: open-drawer '7' --pin \d{6}\n/);
});

test("a client of another kind does not use the log-in, and none is spent on it", async () => {
  const cabinet = await world.cabinet("unused");
  assert.equal((await ask(cabinet, "10m", "--wait")).exit, 0);
  const id = await grantAt(cabinet);
  const tried = await curfew("secret", id, "--psql", "select 1");
  assert.notEqual(tried.exit, 0);
  assert.match(tried.err, /--psql cannot use this log-in: it is one of Cabinet/);
  assert.match((await curfew("secret", id)).out, /^Drawer/);
});

test("where there is nothing to fetch, it is none of those that could be meant, and asking for it says why", async () => {
  const cabinet = await world.cabinet("open", { issuesSecret: false });
  const asked = await ask(cabinet, "10m", "--wait", "--json");
  assert.equal(asked.exit, 0, asked.err);
  const id = await grantAt(cabinet);
  assert.match((await curfew("secret", id)).err, /lets its holder in without one/);
  assert.ok(!(await curfew("secret", "--last")).err.includes(id.slice(0, 8)));
});

test("a fault that does not pass says so, and is not called a retry", async () => {
  const cabinet = await world.cabinet("broken");
  setTroubles(cabinet.folder, { grant: { kind: "permanent", message: "the drawer is jammed" } });
  const { err } = await ask(cabinet, "3s", "--wait");
  assert.match(
    err,
    /not open in Cabinet: the drawer is jammed; it is tried again once somebody has put that right/,
  );
});

test("what cannot be taken away is not called closing, but not confirmed gone", async () => {
  const cabinet = await world.cabinet("stuck");
  assert.equal((await ask(cabinet, "10m", "--wait")).exit, 0);
  setTroubles(cabinet.folder, { revoke: { kind: "permanent", message: "the key broke off" } });
  const given = await curfew("deactivate", await grantAt(cabinet));
  assert.equal(given.exit, 1);
  assert.match(given.out, /not live any more, but not confirmed gone from Cabinet: the key broke off/);
  const isShown = async () => /stuck .*not confirmed gone/.test((await curfew("grants", "--all")).out);
  await until(isShown, 20_000, "it to be shown");
});
