/** What stands, written as the files that `apply` reads: applied again they change nothing, whatever stands. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { readConfiguration as readFiles } from "../../src/cli/configuration/read-documents.ts";
import { FILE_NAME, filesOf, KINDS, type WrittenFile } from "../../src/cli/configuration/write-documents.ts";
import { asId, type ObjectId } from "../../src/domain/ids.ts";
import { withTenant } from "../../src/store/within-tenant.ts";
import { deleteConfiguration } from "../../src/use-cases/apply/delete-configuration.ts";
import { KINDS as APPLIED, type GivenDocument } from "../../src/use-cases/apply/documents.ts";
import { readConfiguration } from "../../src/use-cases/apply/read-configuration.ts";
import type { Caller } from "../../src/use-cases/ports.ts";
import {
  type ApplyWorld,
  callerOf,
  changed,
  demoWorld,
  must,
  only,
  openApplyWorld,
  TARGET_SECRET,
} from "./apply-world.ts";

const SEED = Number(process.env.CURFEW_SEED ?? Date.now() % 2 ** 31);
const RUNS = Number(process.env.CURFEW_RUNS ?? 6);

let world: ApplyWorld;
const folder = mkdtempSync(join(tmpdir(), "curfew-export-"));
before(async () => {
  world = await openApplyWorld();
});
after(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});

/** As the command line would write it, page after page. */
async function exported(of: ApplyWorld, caller: Caller, tenant: string): Promise<readonly WrittenFile[]> {
  const documents: Parameters<typeof filesOf>[0][number][] = [];
  for (const kind of KINDS) {
    for (let more: string | null = ""; more !== null; ) {
      const limit = 3;
      const page = await readConfiguration(of.deps, caller, { kind, tenant, after: more, limit });
      assert.ok(page.ok, page.ok ? "" : page.rejection.message);
      documents.push(...page.value.map((one) => ({ ...one, spec: { ...one.spec } })));
      more = page.value.length < limit ? null : (page.value.at(-1)?.name ?? null);
    }
  }
  return filesOf(JSON.parse(JSON.stringify(documents)));
}

/** As the command line would read it. */
function documentsIn(files: readonly WrittenFile[]): GivenDocument[] {
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
  return readFiles(
    files.map(({ name }) => join(folder, name)),
    {},
  ).documents as unknown as GivenDocument[];
}

/** Nothing is to change, and each document stands for one object. */
async function changesNothing(
  caller: Caller,
  tenant: string,
  prune = false,
): Promise<readonly GivenDocument[]> {
  const documents = documentsIn(await exported(world, caller, tenant));
  const changes = must(await world.apply(caller, documents, { dryRun: true, prune }));
  assert.deepEqual(
    changes.filter(({ action }) => action !== "unchanged"),
    [],
  );
  assert.equal(changes.length, documents.length);
  return documents;
}

test("every kind has its file", () => {
  assert.deepEqual(KINDS, [...APPLIED]);
  const documents = KINDS.map((kind) => ({
    apiVersion: "curfew/v1",
    kind,
    tenant: "t",
    name: "n",
    id: "i",
    spec: {},
  }));
  const names = filesOf(documents).map(({ name }) => name);
  assert.equal(new Set(names).size, KINDS.length);
  assert.ok(names.every((name) => FILE_NAME.test(name)));
});

test("the demo's world: applied again it changes nothing, and an empty installation comes to say the same", async () => {
  must(await world.apply(world.operator, demoWorld()));
  const carol = await world.as("contoso", "carol", ["administrator"]);
  await changesNothing(world.operator, "contoso");
  await changesNothing(world.operator, "fabrikam", true);
  const mine = await changesNothing(carol, "contoso", true);
  assert.doesNotMatch(JSON.stringify(mine), /secret|password":|sesame|hash/i);
  const there = await openApplyWorld();
  try {
    const both = await Promise.all(
      ["fabrikam", "contoso"].map((name) => exported(world, world.operator, name)),
    );
    const documents = both.flatMap(documentsIn);
    const refused = await there.apply(there.operator, documents, { dryRun: true });
    assert.ok(!refused.ok);
    assert.match(refused.rejection.path ?? "", /targets\.yaml:\d+:\/spec\/secrets\/password/);
    const complete = documents.map((one) =>
      one.kind === "Target" ? changed(one, { secrets: { password: { value: TARGET_SECRET } } }) : one,
    );
    must(await there.apply(there.operator, complete));
    const again = [
      await exported(there, there.operator, "fabrikam"),
      await exported(there, there.operator, "contoso"),
    ];
    assert.deepEqual(again, both);
  } finally {
    await there.close();
  }
});

test("the same configuration is the same text, and what was written apart is read together", async () => {
  const [first, second] = [
    await exported(world, world.operator, "contoso"),
    await exported(world, world.operator, "contoso"),
  ];
  assert.deepEqual(first, second);
  const many = Array.from({ length: 3_000 }, (_, at) => ({
    ...{ apiVersion: "curfew/v1", kind: "User" as const, tenant: "contoso", id: "x", name: `user-${at}` },
    spec: { email: `user-${at}@contoso.example`, displayName: "x".repeat(200) },
  }));
  const files = filesOf(many);
  assert.ok(files.length > 2);
  assert.equal(files[1]?.name, "users-2.yaml");
  assert.equal(documentsIn(files).length, many.length);
});

test("what is refused by now, and stands: gone approvers, lowered limits, an operator, a closed tenant", async () => {
  const carol = await world.as("contoso", "carol", ["administrator"]);
  const limited = {
    ...{ kind: "RoleSettings", tenant: "contoso", name: "reader on production" },
    spec: {
      role: "Reader",
      scope: "/subscriptions/contoso-production",
      tier: "low",
      maximumEligibility: "P30D",
    },
  };
  must(await world.apply(carol, [limited]));
  const operator = {
    ...{ kind: "User", tenant: "contoso", name: "olaf" },
    spec: { email: "olaf+ops@contoso.example", displayName: "Olaf O'Neil", rights: ["operator"] },
  };
  must(
    await world.apply(world.operator, [
      {
        ...operator,
        name: "o'neil+1@contoso.example",
        spec: { ...operator.spec, email: "o'neil+1@contoso.example" },
      },
    ]),
  );
  const [colin, casey] = ["colin", "casey"];
  const approved = {
    ...{ kind: "RoleSettings", tenant: "contoso", name: "owner on web" },
    spec: {
      ...{ role: "Owner", scope: "/subscriptions/contoso-production/resourceGroups/web", tier: "critical" },
      approval: { mode: "manual", stages: [{ approvers: [casey] }] },
    },
  };
  must(await world.apply(carol, [approved]));
  const gone = await deleteConfiguration(world.deps, carol, { kind: "User", name: casey });
  assert.equal(gone.ok ? "" : gone.rejection.code, "nobody_left");
  const [left] = gone.ok ? [] : (gone.rejection.touched ?? []);
  const acknowledge = [left?.id ?? ""];
  const removed = await deleteConfiguration(world.deps, carol, { kind: "User", name: casey, acknowledge });
  assert.ok(removed.ok, removed.ok ? "" : removed.rejection.message);
  const documents = await changesNothing(carol, "contoso");
  await changesNothing(carol, "contoso", true);
  // As it is in daily life: all of it is applied, and one thing is another.
  const edited = documents.map((one) =>
    one.kind === "User" && one.name === colin ? changed(one, { displayName: "Colin C. Clarke" }) : one,
  );
  const [only_, ...more] = must(await world.apply(carol, edited)).filter(
    ({ action }) => action !== "unchanged",
  );
  assert.deepEqual([only_?.kind, only_?.name, more], ["User", colin, []]);
  // A change is still refused for what it does to something that is left as it was.
  const lowered = (await changesNothing(carol, "contoso")).map((one) =>
    one.name === "contributor on web" ? changed(one, { maximumEligibility: "P1D" }) : one,
  );
  const refused = await world.apply(carol, lowered, { dryRun: true });
  assert.match(refused.ok ? "" : (refused.rejection.path ?? ""), /eligibilities\.yaml:\d+:\/spec\/endsAt/);
  await withTenant(world.opened.db, await world.tenantId("fabrikam"), async ({ trx }) => {
    await trx.updateTable("tenant").set({ closed_at: new Date() }).where("name", "=", "fabrikam").execute();
  });
  const closed = await changesNothing(world.operator, "fabrikam");
  const fiona = only(closed, "User", "fiona");
  const opened = await world.apply(world.operator, [changed(fiona, { displayName: "F" })], { dryRun: true });
  assert.match(opened.ok ? "" : opened.rejection.message, /`fabrikam` is closed/);
});

// Names, words and texts that a careless writer of YAML turns into something else.
const NAMES = [
  "true",
  "1e3",
  "null",
  "0x1f",
  "2027-01-01",
  "Zoë K",
  "o'brien+x",
  "yes",
  "12.30",
  "a_",
  "3.14",
];
const TEXTS = [
  "# no comment",
  "key: value",
  "- item",
  "{a: b}",
  "[x]",
  "*alias",
  "&anchor",
  "!tag",
  "~",
  "null",
  "1_000",
  '"q"',
  "it's",
  "%pct",
  "@at",
  "`t`",
  "a \\ b",
  "👩‍💻",
  "x #y",
  "? q",
  "| p",
  "> f",
  "<<",
  "=",
  "---",
  "...",
];
const name = fc.constantFrom(...NAMES);
const text = fc.constantFrom(...TEXTS);
const actions = fc.uniqueArray(fc.constantFrom("*", "*/read", "a/b/read", "Microsoft.Storage/*", "1.5/2"), {
  minLength: 1,
  maxLength: 3,
});

/** A group may have the same name. */
const asUser = (one: string) => `user:${one}`;

const settings = (people: readonly string[]) =>
  fc.record(
    {
      maximumDuration: fc.constantFrom("PT8H", "P1D", "PT480M"),
      defaultDuration: fc.constantFrom("PT30M", "PT1H"),
      minimumDuration: fc.constantFrom("PT5M", "PT10M"),
      maximumTotal: fc.constantFrom("P2D", "P3D"),
      cooldownAfterDenial: fc.constantFrom(null, "PT1H"),
      justificationRequired: fc.boolean(),
      mfaRequired: fc.boolean(),
      ticket: fc.record({ required: fc.boolean(), patterns: fc.constantFrom([], ["OPS-[0-9]+"]) }),
      workloadsAllowed: fc.boolean(),
      conditions: fc.constantFrom(
        [],
        ["permit (principal, action, resource);"],
        [{ text: "permit (principal, action, resource);", timeZone: "Europe/Berlin" }],
      ),
      timeZone: fc.constantFrom("UTC", "Europe/Berlin"),
      approverJustification: fc.constantFrom("whereAsked", "always", "never"),
      maximumEligibility: fc.constantFrom(null, "P365D"),
      emergency: fc.constantFrom(
        { allowed: true },
        { allowed: true, maximumDuration: "PT30M" },
        { allowed: false },
      ),
      makingEligible: fc.record({
        justificationRequired: fc.constant(false),
        mfaRequired: fc.constant(false),
      }),
      approval: fc.oneof(
        fc.record({ mode: fc.constant("automatic"), notified: fc.subarray([...people]) }),
        fc.record({
          mode: fc.constant("manual"),
          stages: fc.array(
            fc.record(
              {
                approvers: fc.constant([...people]),
                required: fc.constant(1),
                decideBy: fc.constantFrom("PT2H", "P1D"),
                escalation: fc.constantFrom(null, { after: "PT1H", to: people.slice(0, 1) }),
              },
              { requiredKeys: ["approvers"] },
            ),
            { minLength: 1, maxLength: 2 },
          ),
        }),
      ),
    },
    { requiredKeys: [] },
  );

const dayIn = (days: number) =>
  `${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`;

/** A tenant with some of everything, of which the others know nothing. */
const tenantWorld = fc.uniqueArray(name, { minLength: 3, maxLength: 5 }).chain((people) =>
  fc.record({
    people: fc.constant(people),
    texts: fc.array(text, { minLength: 12, maxLength: 12 }),
    inner: fc.subarray(people.map(asUser)),
    owners: fc.subarray(people.map(asUser)),
    roleActions: actions,
    tier: settings(people.map(asUser)),
    rolesPermitting: fc.subarray(["*/read", "a/*"]),
    rules: settings(people.map(asUser)),
    named: fc.constantFrom(null, "standard", "Night"),
    jit: fc.constantFrom(
      {},
      { maximumDuration: "PT2H", ticket: { required: true }, timeZone: "Europe/Berlin" },
      {
        mode: "manual",
        approvers: people.map(asUser),
        conditions: ["permit (principal, action, resource);"],
      },
    ),
    declined: fc.boolean(),
    visibility: fc.constantFrom("nobody", "everybody", { tenants: ["contoso", "fabrikam"] }),
    ends: fc.constantFrom({}, { endsAt: dayIn(30) }, { startsAt: dayIn(20).replace("Z", "+02:00") }),
    package: fc.boolean(),
    removed: fc.nat(people.length - 1),
  }),
);
type Made = typeof tenantWorld extends fc.Arbitrary<infer T> ? T : never;

const PACKAGE = JSON.parse(
  readFileSync(new URL("../fixtures/offer-package/createUiDefinition.json", import.meta.url), "utf8"),
);

function documentsOf(tenant: string, made: Made): GivenDocument[] {
  const { people, texts } = made;
  const say = (at: number) => `${texts[at % texts.length]} ${at}`;
  const of = (kind: string, given: string, spec: object): GivenDocument => ({
    kind,
    tenant,
    name: given,
    spec,
  });
  return [
    { kind: "Tenant", name: tenant, spec: { displayName: say(0) } },
    of("Subscription", "1e3", {}),
    ...people.map((person, at) =>
      of("User", person, {
        ...{ email: `p${at}@${tenant}.example`, displayName: say(at) },
        ...(at === 0 ? { rights: ["auditor", "administrator"] } : {}),
        ...(at === 2 ? { linkedTo: asUser(people[1] ?? "") } : {}),
        ...(at === 1 ? { password: { value: "correct horse battery" } } : {}),
      }),
    ),
    of("ServicePrincipal", "deploy", {
      ...{ displayName: say(5), owners: made.owners, rights: ["administrator"] },
      clientSecret: { value: "s".repeat(40) },
    }),
    of("Group", "inner", { displayName: say(6), members: [...made.inner].reverse(), owners: made.owners }),
    // A name that a person has as well is told apart by its kind.
    of("Group", people[0] ?? "", { displayName: say(7), members: ["inner", asUser(people[0] ?? "")] }),
    of("RoleDefinition", "Operate", {
      ...{ description: say(8), actions: made.roleActions, notActions: ["a/b/read"] },
      assignableScopes: ["/", "/subscriptions/1e3/resourceGroups/Web", "/groups/inner"],
    }),
    of("Tier", "Night", { ...made.tier, rolesPermitting: made.rolesPermitting }),
    of("Tier", "standard", { justificationRequired: true }),
    of("ApplicationDefinition", "offer", {
      ...{ displayName: say(9), visibility: made.visibility },
      authorizations: [
        { principal: "inner", role: "Operate" },
        { principal: "deploy", role: "Contributor" },
      ],
      ...(made.package ? { package: { createUiDefinition: PACKAGE } } : {}),
    }),
    of("RoleSettings", "rules", {
      ...{ role: "Operate", scope: "/subscriptions/1e3/resourceGroups/Web", tier: made.named },
      ...made.rules,
    }),
    of("RoleSettings", "over the group", {
      role: "Reader",
      scope: "/groups/inner",
      justificationRequired: false,
    }),
    of("Eligibility", "may", {
      ...{ principal: "inner", role: "Operate", scope: "/subscriptions/1e3/resourceGroups/Web" },
      ...made.ends,
    }),
    of("Eligibility", "may too", {
      principal: `group:${people[0]}`,
      role: "Reader",
      scope: "/subscriptions/1e3",
    }),
    of("Target", "db", {
      kind: "postgres",
      config: { host: "db.example", port: 5432, database: "null", user: "1e3" },
      secrets: { password: { value: TARGET_SECRET } },
    }),
    of("Binding", "opens", {
      target: "db",
      role: "Reader",
      scope: "/subscriptions/1e3",
      entitlement: { role: "r" },
    }),
  ];
}

const deployed = (tenant: string, made: Made): GivenDocument => ({
  ...{ kind: "Application", tenant, name: "app.x" },
  spec: {
    ...{
      publisher: tenant,
      offer: "offer",
      subscription: "1e3",
      resourceGroup: "Apps",
      managedResourceGroup: "m",
    },
    owners: made.people.slice(0, 1).map(asUser),
    jit: made.declined ? { enabled: false, acknowledgePermanentAccess: "app.x" } : made.jit,
  },
});

test("random worlds: applied again they change nothing, also when somebody was removed from the middle of it", async () => {
  let number = 0;
  await fc.assert(
    fc.asyncProperty(tenantWorld, async (made) => {
      const tenant = `random-${number++}`;
      const documents = documentsOf(tenant, made);
      must(await world.apply(world.operator, documents));
      const consumed = await world.apply(world.operator, [deployed(tenant, made)]);
      if (made.visibility === "everybody") must(consumed);
      const id = await world.tenantId(tenant);
      const someone = callerOf(id, asId<ObjectId>("00000000-0000-4000-8000-000000000000"), ["administrator"]);
      await changesNothing(world.operator, tenant);
      await changesNothing(someone, tenant, true);
      const person = made.people[made.removed] ?? "";
      const gone = { kind: "User" as const, name: person, tenant };
      const first = await deleteConfiguration(world.deps, world.operator, gone);
      if (!first.ok && first.rejection.code === "nobody_left") {
        const acknowledge = first.rejection.touched?.map((one) => one.id) ?? [];
        const second = await deleteConfiguration(world.deps, world.operator, { ...gone, acknowledge });
        assert.ok(second.ok, second.ok ? "" : second.rejection.message);
      }
      await changesNothing(world.operator, tenant);
    }),
    { seed: SEED, numRuns: RUNS, endOnFailure: true },
  );
});
