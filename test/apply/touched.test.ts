/** A plan, a change and a removal say what they do to open access, to waiting requests and to other rules; and then it is so. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { GrantId } from "../../src/domain/ids.ts";
import { sequenceAudit } from "../../src/store/sequencer.ts";
import { recheckGrant } from "../../src/use-cases/grants/recheck-grant.ts";
import { deliverNotifications } from "../../src/use-cases/notifications/deliver-notifications.ts";
import { lookAtPending } from "../../src/use-cases/requests/look-at-pending.ts";
import { type Cast, openCast, type Reply, type Role } from "../golden/cast.ts";
import { learnIds, liveGrant, pendingRequest, places } from "../golden/operations.ts";

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

const scopeOf = ({ system }: Cast) =>
  `/subscriptions/${system.world.id("Subscription", "contoso", "contoso-production")}/resourceGroups/web`;
const scopeOfWeb = () => scopeOf(cast);

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

const END = new Date(Date.now() + 90 * 86_400_000).toISOString();
const eligible = (principal: string) => ({
  kind: "Eligibility",
  name: "reads web",
  spec: { principal, role: "Reader", scope: scopeOfWeb(), endsAt: END },
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
    touched.map(({ kind }) => kind),
    ["grant", "eligibility"],
  );
  assert.equal(touched[0]?.id, id);
  assert.match(
    touched[0]?.sentence ?? "",
    /^mia loses Reader on Contoso\/web until .*: the right to it is gone$/,
  );
  assert.equal(touched[1]?.sentence, "mia may no longer ask for Reader on Contoso/web");
  assert.equal(await isOpen(id), false);
});

test("a group that somebody is eligible through: leaving it, and taking it away", async () => {
  const id = await miaReads([group(["mia"]), eligible("group:readers")]);
  assert.deepEqual(await apply("administrator", [group(["mia", "oscar"])], true), []);
  const [left, ...more] = await apply("administrator", [group(["oscar"])], true);
  assert.equal(left?.id, id);
  assert.deepEqual(
    more.map(({ sentence }) => sentence),
    ["mia may no longer ask for Reader on Contoso/web"],
  );
  const one = { spec: group([]).spec };
  const put = await cast.call("administrator", "PUT", "/configuration/Group/readers?dryRun=true", one);
  assert.equal(put.body.applied, false);
  assert.equal(touchedIn(put.body)[0]?.id, id);
  assert.equal(await isOpen(id), true);
  assert.equal((await apply("administrator", [group([])], false))[0]?.id, id);
  assert.equal(await isOpen(id), false);
});

test("what somebody may still ask for otherwise is not lost, and what lasts less long is said with its end", async () => {
  const soon = new Date(Date.now() + 3_600_000).toISOString();
  const through = { ...eligible("group:readers"), name: "readers read web" };
  await apply("administrator", [group(["mia", "oscar"]), eligible("mia"), through], false);
  const sentences = async (documents: readonly object[]) =>
    (await apply("administrator", documents, true)).map(({ sentence }) => sentence);
  assert.deepEqual(await sentences([group([])]), ["oscar may no longer ask for Reader on Contoso/web"]);
  const shorter = { ...eligible("mia"), spec: { ...eligible("mia").spec, endsAt: soon } };
  assert.deepEqual(await sentences([shorter]), []);
  const [one] = await sentences([shorter, group(["oscar"])]);
  assert.equal(one, `mia may ask for Reader on Contoso/web only until ${soon}`);
  await remove("administrator", "Eligibility/readers read web");
  await remove("administrator", "Eligibility/reads web");
});

test("a request that waits, and would be refused when it is decided; nothing of it needs an acknowledgement", async () => {
  const rules = {
    role: "Reader",
    scope: scopeOfWeb(),
    approval: { mode: "manual", stages: [{ approvers: ["casey"] }] },
  };
  await apply(
    "administrator",
    [{ kind: "RoleSettings", name: "reader on web", spec: rules }, group(["mia"]), eligible("group:readers")],
    false,
  );
  const asked = await cast.call("member", "POST", "/access-requests", {
    scope: scopeOfWeb(),
    roleDefinitionIds: [READER],
    duration: "PT1H",
    justification: "to look",
  });
  assert.equal(asked.status, 201, JSON.stringify(asked.body));
  const told = [
    ["eligibility", "mia may no longer ask for Reader on Contoso/web"],
    [
      "refused",
      `mia's request for Reader on Contoso/web for 1 h would be refused: mia is not eligible for Reader at ${scopeOfWeb()}`,
    ],
  ];
  const said = (items: Touched["items"]) => items.map(({ kind, sentence }) => [kind, sentence]);
  assert.deepEqual(said(await apply("administrator", [group([])], true)), told);
  assert.deepEqual(said(await remove("administrator", "Eligibility/reads web?dryRun=true")), told);
  assert.deepEqual(said(await apply("administrator", [group([])], false)), told);
  await cast.call("member", "POST", `/access-requests/${asked.body.id}/cancel`, {});
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
  const [ended, ...others] = await remove("publisher's administrator", "User/frank");
  assert.deepEqual([ended?.kind, ended?.id], ["grant", id]);
  assert.deepEqual(
    others.filter(({ kind }) => kind === "eligibility").map(({ sentence }) => sentence),
    ["billing", "ledger", "orders"].map(
      (name) => `Frank Fischer may no longer ask for Contributor on Contoso/${name}`,
    ),
  );
});

test("what is done to nobody's access alone needs no acknowledgement", async () => {
  const { status, body } = await cast.call("administrator", "DELETE", "/configuration/Eligibility/reads web");
  assert.equal(status, 200, JSON.stringify(body));
});

const APPROVERS = (members: string[]) => ({ displayName: "Platform approvers", members });

interface Refused {
  readonly code: string;
  readonly detail: string;
  readonly touched: Touched["items"];
}

/** A cast of its own: what these tests leave to nobody would be in everybody's way. */
async function withRequest(work: (fresh: Cast, id: string) => Promise<void>): Promise<void> {
  const fresh = await openCast();
  try {
    await learnIds(fresh);
    await work(fresh, await pendingRequest(fresh));
  } finally {
    await fresh.close();
  }
}

const NOBODY = 409;
const kindsAndIds = (items: Touched["items"]) => items.map(({ kind, id }) => [kind, id]);

test("the last who could approve: what waits and every rule are named, and nothing happens unless it is acknowledged", () =>
  withRequest(async (fresh, id) => {
    const admin = (method: "GET" | "PUT" | "DELETE" | "POST", url: string, body?: unknown) =>
      fresh.call("administrator", method, url, body);
    const put = (path: string, spec: object, more: object = {}, query = "") =>
      admin("PUT", `/configuration/${path}${query}`, { spec, ...more });
    const refused = async (call: Promise<{ status: number; body: Reply }>, expected: string[][]) => {
      const { status, body } = await call;
      const { code, touched, detail } = body as unknown as Refused;
      assert.deepEqual([status, code], [NOBODY, "nobody_left"], JSON.stringify(body));
      assert.deepEqual(kindsAndIds(touched), expected);
      for (const one of touched) assert.ok(detail.includes(`${one.sentence} [${one.id}]`), detail);
    };
    const critical = ["rule", "contoso/critical"];

    // The only group of a rule: emptied, also from within, or removed; and the rule itself.
    const planned = await put("Group/platform-approvers", APPROVERS([]), {}, "?dryRun=true");
    assert.deepEqual(
      touchedIn(planned.body).map((one) => [one.kind, one.id, one.sentence]),
      [[...critical, "nobody could approve by Tier `critical` any more"]],
    );
    await refused(put("Group/platform-approvers", APPROVERS([])), [critical]);
    const nested = {
      documents: [
        { kind: "Group", name: "night", spec: { displayName: "Night", members: ["casey"] } },
        { kind: "Group", name: "platform-approvers", spec: APPROVERS(["group:night"]) },
      ],
    };
    assert.equal((await admin("POST", "/configuration", nested)).status, 200);
    await refused(put("Group/night", { displayName: "Night", members: [] }), [critical]);
    await refused(admin("DELETE", "/configuration/Tier/critical"), [critical]);
    const left = await admin("GET", "/configuration/Group/night");
    assert.deepEqual((left.body.spec as { members: string[] }).members, ["casey"]);

    // A person: what waits for them keeps the seats it was made with.
    await refused(admin("DELETE", "/configuration/User/casey"), [critical, ["request", id]]);
    await refused(admin("DELETE", `/configuration/User/casey?acknowledge=${critical[1]}`), [["request", id]]);
    const elsewhere = encodeURIComponent(`contoso/standard,${READER}`);
    await refused(admin("DELETE", `/configuration/User/casey?acknowledge=${elsewhere}`), [
      critical,
      ["request", id],
    ]);

    // The terms of the application: by its own route, as a document, and by Azure's.
    const to = (approver: string) => ({ mode: "manual", approvers: [approver], emergencyAllowed: true });
    const policy = `/applications/${places(fresh).ledgerId}/jit-policy`;
    await refused(admin("PUT", policy, to("oscar")), [["request", id]]);
    const read = await admin("GET", "/configuration/Application/ledger");
    const spec = { ...(read.body.spec as object), jit: { enabled: true, ...to("oscar") } };
    await refused(put("Application/ledger", spec), [["request", id]]);
    const oscar = fresh.caller("application owner").ref.objectId;
    const azure = await fresh.at("administrator", "PATCH", `${places(fresh).ledger}?api-version=2021-07-01`, {
      properties: {
        jitAccessPolicy: { jitAccessEnabled: true, jitApprovers: [{ id: oscar, type: "user" }] },
      },
    });
    assert.equal(azure.status, NOBODY, JSON.stringify(azure.body));
    const { error } = azure.body as { error: { code: string; message: string } };
    assert.equal(error.code, "Conflict");
    assert.ok(error.message.includes(id), error.message);

    // Acknowledged it is done: an entry says so, and administrators and the requester are told.
    const both = encodeURIComponent(`${id},contoso/critical`);
    const gone = await admin("DELETE", `/configuration/User/casey?acknowledge=${both}`);
    assert.equal(gone.status, 200, JSON.stringify(gone.body));
    await sequenceAudit(fresh.system.opened.db, () => fresh.system.opened.clock.now());
    const log = await admin("GET", "/audit-entries?type=configuration.acknowledged");
    const [entry] = log.body.items as { sentence: string }[];
    assert.match(
      entry?.sentence ?? "",
      /^Carol Castillo acknowledged .*Tier `critical`.*Frank Fischer's request/,
    );
    const { tenantId } = fresh.caller("administrator").ref;
    await lookAtPending(fresh.system.deps, tenantId, (what) => assert.fail(what));
    await deliverNotifications(fresh.system.deps, tenantId);
    for (const role of ["administrator", "requester"] as const) {
      const { body } = await fresh.call(role, "GET", "/me/notifications");
      const types = (body.items as { type: string }[]).map(({ type }) => type);
      assert.ok(types.includes("request_stranded"), `${role}: ${types}`);
    }
    // Said again it changes nothing, and so nothing is left to anybody by it.
    assert.equal((await put("Group/night", { displayName: "Night", members: [] })).status, 200);
    const owner = await admin("DELETE", "/configuration/User/oscar?dryRun=true");
    assert.deepEqual(kindsAndIds(touchedIn(owner.body)), [["rule", places(fresh).ledgerId]]);
  }));

test("rules of a role at a place, and the tier that a role comes under, are rules as well", () =>
  withRequest(async (fresh) => {
    const apply = (documents: readonly object[], acknowledge: readonly string[] = []) =>
      fresh.call("administrator", "POST", "/configuration", { documents, acknowledge });
    const rules = (name: string, spec: object) => ({
      kind: "RoleSettings",
      name,
      spec: { role: "Owner", scope: scopeOf(fresh), ...spec },
    });
    const own = { approval: { mode: "manual", stages: [{ approvers: ["aude"] }] } };
    const made = await apply([rules("owner on web", own)]);
    assert.equal(made.status, 200, JSON.stringify(made.body));
    const [{ id }] = made.body.changes as [{ id: string }];
    const lost = async (call: Promise<{ status: number; body: Reply }>) => {
      const { status, body } = await call;
      assert.equal(status, NOBODY, JSON.stringify(body));
      return kindsAndIds((body as unknown as Refused).touched);
    };
    const remove = (path: string) => fresh.call("administrator", "DELETE", `/configuration/${path}`);
    assert.deepEqual(await lost(remove("User/aude")), [["rule", id]]);

    const critical = { kind: "Tier", name: "critical", spec: {} };
    assert.deepEqual(await lost(apply([critical])), [["rule", "contoso/critical"]]);
    assert.equal((await apply([critical], ["contoso/critical"])).status, 200);
    // A role that comes under a tier by which nobody can approve, and then loses the settings that it had for itself.
    const reads = { ...critical, spec: { rolesPermitting: ["*/read"] } };
    const moved = await lost(apply([reads]));
    assert.ok(
      moved.some(([kind, role]) => kind === "rule" && role === `contoso/${READER}`),
      JSON.stringify(moved),
    );
    const all = moved.map(([, one]) => String(one));
    // The role is every tenant's: what is acknowledged of it in another is not of it here.
    const elsewhere = all.map((one) => one.replace("contoso/", "fabrikam/"));
    assert.ok((await lost(apply([reads], elsewhere))).some(([, one]) => one === `contoso/${READER}`));
    assert.equal((await apply([reads], all)).status, 200);
    assert.deepEqual(await lost(remove("RoleSettings/owner on web")), [["rule", id]]);
    assert.equal((await remove(`RoleSettings/owner on web?acknowledge=${id}`)).status, 200);
  }));

test("by Azure's policy of a role, and a change that gives somebody a seat is none of it", () =>
  withRequest(async (fresh) => {
    const at = (method: string, path: string, body?: unknown) =>
      fresh.at(
        "administrator",
        method,
        `${scopeOf(fresh)}/providers/Microsoft.Authorization/${path}?api-version=2020-10-01`,
        body,
      );
    const listed = await at("GET", "roleManagementPolicyAssignments");
    const { value } = listed.body as { value: { name: string }[] };
    const policy = value.find(({ name }) => name.endsWith(READER))?.name.split("_")[0];
    const approvedBy = (...roles: Role[]) => {
      const primaryApprovers = roles.map((role) => ({
        id: fresh.caller(role).ref.objectId,
        userType: "User",
      }));
      const rule = {
        id: "Approval_EndUser_Assignment",
        ruleType: "RoleManagementPolicyApprovalRule",
        setting: { isApprovalRequired: true, approvalStages: [{ primaryApprovers }] },
      };
      return at("PATCH", `roleManagementPolicies/${policy}`, { properties: { rules: [rule] } });
    };
    const first = await approvedBy("approver");
    assert.equal(first.status, 200, JSON.stringify(first.body));
    const mia = {
      kind: "Eligibility",
      name: "reads web",
      spec: { principal: "mia", role: "Reader", scope: scopeOf(fresh) },
    };
    assert.equal(
      (await fresh.call("administrator", "POST", "/configuration", { documents: [mia] })).status,
      200,
    );
    const asked = await fresh.call("member", "POST", "/access-requests", {
      scope: scopeOf(fresh),
      roleDefinitionIds: [READER],
      duration: "PT1H",
      justification: "to look",
    });
    assert.equal(asked.status, 201, JSON.stringify(asked.body));
    const refused = await approvedBy("application owner");
    assert.equal(refused.status, NOBODY, JSON.stringify(refused.body));
    assert.equal((refused.body as { error: { code: string } }).error.code, "Conflict");
    assert.ok(JSON.stringify(refused.body).includes(String(asked.body.id)));
    assert.equal((await approvedBy("approver", "application owner")).status, 200);
  }));
