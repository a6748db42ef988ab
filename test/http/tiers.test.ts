/** Templates with what they say and whose word it is, and the roles that may be given. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Cast, openCast } from "../golden/cast.ts";

let cast: Cast;
before(async () => {
  cast = await openCast();
});
after(() => cast.close());

interface Tier {
  readonly name: string;
  readonly builtIn: boolean;
  readonly documentName: string | null;
  readonly rolesPermitting: readonly string[];
  readonly fields: readonly Field[];
  readonly template: readonly Field[];
}
interface Field {
  readonly field: string;
  readonly value: unknown;
  readonly from: { readonly kind: string; readonly name: string };
}

const tiers = async () => (await cast.call("administrator", "GET", "/tiers")).body.items as Tier[];
const fieldOf = (tier: Tier | undefined, name: string) => tier?.fields.find(({ field }) => field === name);

test("the three built in come first, and what a tenant says of one is told from the template", async () => {
  const spec = { maximumDuration: "PT3H", rolesPermitting: ["Contoso.Vault/*"] };
  const { status } = await cast.call("administrator", "PUT", "/configuration/Tier/vaults", { spec });
  assert.equal(status, 200);
  await cast.call("administrator", "PUT", "/configuration/Tier/low", { spec: { maximumDuration: "PT12H" } });
  const all = await tiers();
  assert.deepEqual(
    all.map(({ name, builtIn, documentName }) => [name, builtIn, documentName]),
    [
      ["standard", true, null],
      ["critical", true, "critical"],
      ["low", true, "low"],
      ["vaults", false, "vaults"],
    ],
  );
  const low = all.find(({ name }) => name === "low");
  const built = { kind: "builtIn", name: "low" };
  assert.deepEqual(fieldOf(low, "maximumDuration"), {
    field: "maximumDuration",
    value: "PT12H",
    from: { kind: "tier", name: "low" },
  });
  assert.deepEqual(fieldOf(low, "justificationRequired")?.from, built);
  assert.equal(low?.template.find(({ field }) => field === "maximumDuration")?.value, "P1D");
  const vaults = all.find(({ name }) => name === "vaults");
  assert.deepEqual(vaults?.rolesPermitting, ["Contoso.Vault/*"]);
  assert.deepEqual(fieldOf(vaults, "maximumTotal")?.value, "PT6H");
  assert.deepEqual(fieldOf(vaults, "mfaRequired")?.from, { kind: "builtIn", name: "standard" });
});

test("roles come with their ids, those built in and the tenant's own", async () => {
  const spec = { actions: ["Contoso.Vault/*/read"] };
  await cast.call("administrator", "PUT", "/configuration/RoleDefinition/Vault viewer", { spec });
  const { body } = await cast.call("administrator", "GET", "/role-definitions");
  const roles = body.items as { name: string; builtIn: boolean }[];
  assert.deepEqual(
    roles.map(({ name, builtIn }) => [name, builtIn]),
    [
      ["Contributor", true],
      ["Group Member", true],
      ["Group Owner", true],
      ["Owner", true],
      ["Reader", true],
      ["User Access Administrator", true],
      ["Vault viewer", false],
    ],
  );
});

test("nobody else reads them", async () => {
  for (const path of ["/tiers", "/role-definitions"]) {
    assert.equal((await cast.call("member", "GET", path)).body.code, "forbidden");
    assert.equal((await cast.call("auditor", "GET", path)).status, 200);
  }
});
