import assert from "node:assert/strict";
import { test } from "node:test";
import { asId, type ObjectId, type TenantId } from "../../domain/ids.ts";
import type { LocalAccount, PasswordHash } from "../../use-cases/identity-ports.ts";
import { hintsIn, tryPassword } from "./log-in-names.ts";

const TENANT = asId<TenantId>("3076970a-1a0c-5a67-9041-35cb5a81f07f");
const RIGHT = "right" as PasswordHash;

/** Accounts whose password is right or wrong, and what was hashed for them. */
function withAccounts(...hashes: string[]) {
  const hashed: (string | null)[][] = [];
  const accounts = hashes.map((passwordHash, at) => ({
    ref: { tenantId: TENANT, objectId: String(at) as ObjectId },
    passwordHash: passwordHash as PasswordHash,
  })) as unknown as LocalAccount[];
  const passwords = {
    async matchEach(_password: string, stored: readonly (PasswordHash | null)[]) {
      hashed.push([...stored]);
      return stored.map((one) => one === RIGHT);
    },
  };
  const tryOn = (ofOneTenant: boolean, known: readonly LocalAccount[] = [], all = true) =>
    tryPassword(passwords, {
      password: "password",
      named: accounts,
      ofOneTenant,
      admitted: { known, all, lane: "strangers" },
    });
  return { tryOn, accounts, hashed };
}

test("three are hashed whether nobody has the name, somebody, or more than can be tried", async () => {
  for (const accounts of [
    [],
    ["right"],
    ["right", "wrong"],
    ["wrong", "right", "right"],
    Array(4).fill("right"),
  ]) {
    const { tryOn, hashed } = withAccounts(...accounts);
    await tryOn(false);
    assert.deepEqual(
      hashed.map((one) => one.length),
      [3],
      accounts.join(),
    );
  }
});

test("of a named tenant one is hashed, with and without somebody of that name", async () => {
  for (const accounts of [[], ["right"], ["wrong"]]) {
    const { tryOn, hashed } = withAccounts(...accounts);
    const tried = await tryOn(true);
    assert.deepEqual(
      hashed.map((one) => one.length),
      [1],
    );
    assert.equal(tried?.fitting.length, accounts[0] === "right" ? 1 : 0);
  }
});

test("a name of four tenants fits nobody, though its password is right in all of them", async () => {
  const { tryOn, accounts, hashed } = withAccounts("right", "right", "right", "right");
  const tried = await tryOn(false);
  assert.deepEqual([tried?.on.length, tried?.fitting.length], [4, 0]);
  assert.deepEqual(hashed, [[null, null, null]]);
  // But whoever is known at one of them gets into that one.
  const known = await tryOn(false, accounts.slice(2, 3));
  assert.deepEqual(known?.fitting, accounts.slice(2, 3));
});

test("who is known at one account tries that one alone while others wait, with as many hashes", async () => {
  const { tryOn, accounts, hashed } = withAccounts("wrong", "right");
  const tried = await tryOn(false, accounts.slice(0, 1), false);
  assert.deepEqual([tried?.on.length, tried?.fitting.length], [1, 0]);
  assert.deepEqual(hashed, [["wrong", null, null]]);
});

test("hints: the request's tenant goes before the one in the login hint, and an address alone names none", () => {
  const hints = (params: Record<string, unknown>) => Object.values(hintsIn(params));
  assert.deepEqual(hints({}), [null, ""]);
  assert.deepEqual(hints({ login_hint: "carol@contoso.example" }), [null, "carol@contoso.example"]);
  assert.deepEqual(hints({ login_hint: "contoso/carol@a.example" }), ["contoso", "carol@a.example"]);
  assert.deepEqual(hints({ tenant: "fabrikam", login_hint: "contoso/c@a.example" }), [
    "fabrikam",
    "c@a.example",
  ]);
  assert.deepEqual(hints({ tenant: "", login_hint: "" }), [null, ""]);
});
