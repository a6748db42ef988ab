/** A plan, a change and a removal say what they do to open access, to waiting requests and to other rules; and then it is so. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { GrantId } from "../../src/domain/ids.ts";
import { recheckGrant } from "../../src/use-cases/grants/recheck-grant.ts";
import { type Cast, openCast, type Reply, type Role } from "../golden/cast.ts";
import { learnIds, liveGrant, pendingRequest } from "../golden/operations.ts";

const READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7";

let cast: Cast;
before(async () => {
  cast = await openCast();
  await learnIds(cast);
});
after(() => cast.close());

interface Touched {
  readonly items: readonly { readonly kind: string; readonly id: string; readonly sentence: string }[];
  readonly more: boolean;
}

const touchedIn = (body: Reply) => (body.touched as Touched).items;

async function apply(role: Role, documents: readonly object[], dryRun: boolean) {
  const { status, body } = await cast.call(role, "POST", "/configuration", { documents, dryRun });
  assert.equal(status, 200, JSON.stringify(body));
  return touchedIn(body);
}

async function remove(role: Role, path: string) {
  const { status, body } = await cast.call(role, "DELETE", `/configuration/${path}`);
  assert.equal(status, 200, JSON.stringify(body));
  return touchedIn(body);
}

const scopeOfWeb = () => `${subscriptionOf()}/resourceGroups/web`;
const subscriptionOf = () =>
  `/subscriptions/${cast.system.world.id("Subscription", "contoso", "contoso-production")}`;

/** Mia reads web, through what is applied here; automatically, so that she asks and has it. */
async function miaReads(through: readonly object[]): Promise<string> {
  const rules = {
    role: "Reader",
    scope: scopeOfWeb(),
    justificationRequired: false,
    approval: { mode: "automatic" },
  };
  await apply(
    "administrator",
    [{ kind: "RoleSettings", name: "reader on web", spec: rules }, ...through],
    false,
  );
  const asked = await cast.call("member", "POST", "/access-requests", {
    scope: scopeOfWeb(),
    roleDefinitionIds: [READER],
    duration: "PT1H",
  });
  assert.equal(asked.status, 201, JSON.stringify(asked.body));
  const { body } = await cast.call("member", "GET", "/grants");
  const live = (body.items as { id: string; liveness: string }[]).find(({ liveness }) => liveness === "live");
  assert.ok(live, JSON.stringify(body));
  return live.id;
}

/** After a look like the worker's. */
async function isOpen(id: string): Promise<boolean> {
  const { tenantId } = cast.caller("administrator").ref;
  await recheckGrant(cast.system.deps, tenantId, id as GrantId);
  const { body } = await cast.call("administrator", "GET", `/grants/${id}`);
  return body.liveness === "live";
}

const eligible = (principal: string) => ({
  kind: "Eligibility",
  name: "reads web",
  spec: { principal, role: "Reader", scope: scopeOfWeb() },
});
const group = (members: string[]) => ({
  kind: "Group",
  name: "readers",
  spec: { displayName: "Readers", members },
});

test("an eligibility that access stands on", async () => {
  const id = await miaReads([eligible("mia")]);
  const shorter = { ...eligible("mia"), spec: { ...eligible("mia").spec, endsAt: "2026-01-01T00:00:00Z" } };
  const planned = await cast.call("administrator", "POST", "/configuration", {
    documents: [shorter],
    dryRun: true,
  });
  if (planned.status === 200) assert.equal(touchedIn(planned.body)[0]?.id, id);
  assert.equal(await isOpen(id), true);
  const tried = await remove("administrator", "Eligibility/reads web?dryRun=true");
  assert.equal(tried[0]?.id, id);
  assert.equal(await isOpen(id), true);
  const touched = await remove("administrator", "Eligibility/reads web");
  assert.deepEqual(
    touched.map((one) => [one.kind, one.id]),
    [["grant", id]],
  );
  assert.match(touched[0]?.sentence ?? "", /^mia loses Reader on web until .*: the right to it is gone$/);
  assert.equal(await isOpen(id), false);
});

test("a group that somebody is eligible through: leaving it, and taking it away", async () => {
  const id = await miaReads([group(["mia"]), eligible("group:readers")]);
  assert.deepEqual(await apply("administrator", [group(["mia", "oscar"])], true), []);
  const [left, ...more] = await apply("administrator", [group(["oscar"])], true);
  assert.deepEqual([left?.id, more], [id, []]);
  const one = { spec: group([]).spec };
  const put = await cast.call("administrator", "PUT", "/configuration/Group/readers?dryRun=true", one);
  assert.equal(put.body.applied, false);
  assert.equal(touchedIn(put.body)[0]?.id, id);
  assert.equal(await isOpen(id), true);
  assert.equal((await apply("administrator", [group([])], false))[0]?.id, id);
  assert.equal(await isOpen(id), false);
});

test("settings and tiers whose conditions would take it away, and what else they say would not", async () => {
  const id = await miaReads([eligible("mia")]);
  const rules = (more: object) => ({
    kind: "RoleSettings",
    name: "reader on web",
    spec: {
      role: "Reader",
      scope: scopeOfWeb(),
      justificationRequired: false,
      approval: { mode: "automatic" },
      ...more,
    },
  });
  const never = ["forbid(principal, action, resource);"];
  assert.deepEqual(
    await apply("administrator", [rules({ maximumDuration: "PT5M", defaultDuration: "PT5M" })], true),
    [],
  );
  const [lost] = await apply("administrator", [rules({ conditions: never })], true);
  assert.match(lost?.sentence ?? "", /: its conditions are no longer met$/);
  const tier = { kind: "Tier", name: "standard", spec: { conditions: never } };
  assert.equal((await apply("administrator", [tier], true))[0]?.id, id);
  assert.equal(await isOpen(id), true);
});

test("a publisher who removes one of its own sees what that ends at its customer", async () => {
  const { id } = await liveGrant(cast);
  const [lost] = await apply(
    "publisher's administrator",
    [
      {
        kind: "User",
        name: "frank",
        spec: { displayName: "Frank Fischer", email: "frank@fabrikam.example" },
      },
    ],
    true,
  );
  assert.equal(lost, undefined);
  const touched = await remove("publisher's administrator", "User/frank");
  assert.deepEqual(
    touched.map((one) => [one.kind, one.id]),
    [["grant", id]],
  );
});

test("the last who could approve: the request that waits, and the rule, are named before anybody is gone", async () => {
  const fresh = await openCast();
  try {
    await learnIds(fresh);
    const id = await pendingRequest(fresh);
    const { status, body } = await fresh.call("administrator", "POST", "/configuration", {
      documents: [
        {
          kind: "Group",
          name: "platform-approvers",
          spec: { displayName: "Platform approvers", members: [] },
        },
      ],
      dryRun: true,
    });
    assert.equal(status, 200, JSON.stringify(body));
    const rules = touchedIn(body);
    assert.deepEqual(
      rules.map((one) => [one.kind, one.sentence]),
      [["rule", "nobody could approve by Tier `critical` any more"]],
    );
    const gone = await fresh.call("administrator", "DELETE", "/configuration/User/casey");
    // What waits keeps the seats it was made with: that its owner could approve a new one does not help it.
    assert.deepEqual(
      touchedIn(gone.body).map((one) => [one.kind, one.id]),
      [["request", id]],
    );
    assert.match(touchedIn(gone.body)[0]?.sentence ?? "", /^nobody could decide Frank Fischer's request/);
    const owner = await fresh.call("administrator", "DELETE", "/configuration/User/oscar");
    assert.deepEqual(
      touchedIn(owner.body).map(({ sentence }) => sentence),
      ["nobody could approve by Application `ledger` any more"],
    );
  } finally {
    await fresh.close();
  }
});
