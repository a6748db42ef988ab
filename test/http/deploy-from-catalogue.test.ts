/** Deploying an offer as the page "Create from catalogue" does it: over HTTP alone, from the offer to the application. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { type Cast, openCast, type Reply, type Role } from "../golden/cast.ts";
import { learnIds } from "../golden/operations.ts";

const FILES = new URL("../fixtures/offer-package/", import.meta.url);
const text = (name: string) => readFileSync(new URL(name, FILES), "utf8");
const PUBLISHER = "publisher's administrator";

interface Offer {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly jitOffered: boolean;
  readonly publisher: { readonly tenantId: string; readonly name: string };
}
interface Application {
  readonly id: string;
  readonly name: string;
  readonly jitEnabled: boolean;
  readonly jitPolicy: { mode: string; maximumDuration: string; approvers: { names: string[] } } | null;
}
interface Subscription {
  readonly id: string;
  readonly name: string;
  readonly resourceGroups: string[];
}

let cast: Cast;
let subscription: Subscription;
before(async () => {
  cast = await openCast();
  await learnIds(cast);
  // The demo's offer gets another form, and a sister that offers no JIT access and has no form.
  const { body } = await cast.call(PUBLISHER, "GET", "/configuration/ApplicationDefinition/orders-platform");
  const createUiDefinition = text("createUiDefinition.json");
  const { package: _, ...plain } = body.spec as Record<string, unknown>;
  await publish("orders-platform", { ...plain, package: { createUiDefinition } });
  await publish("orders-plain", {
    ...plain,
    displayName: "Orders, plain",
    jitOffered: false,
  });
  const found = await cast.call("administrator", "GET", "/subscriptions");
  [subscription] = found.body.items as [Subscription];
});
after(() => cast.close());

async function publish(name: string, spec: object): Promise<void> {
  const answer = await cast.call(PUBLISHER, "PUT", `/configuration/ApplicationDefinition/${name}`, { spec });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
}

async function offer(name: string): Promise<Offer> {
  const { body } = await cast.call("administrator", "GET", "/offers");
  const found = (body.items as Offer[]).find((one) => one.name === name);
  assert.ok(found, `${name} is in the catalogue`);
  return found;
}

async function application(name: string): Promise<Application | undefined> {
  const { body } = await cast.call("administrator", "GET", "/applications");
  return (body.items as Application[]).find((one) => one.name === name);
}

/** What the form gives for what was chosen in its JIT control. */
async function filled(of: Offer, chosen: object): Promise<Reply> {
  const { status, body } = await cast.call("administrator", "POST", `/offers/${of.id}/form/evaluate`, {
    basics: { ledgerName: "Orders" },
    steps: { jitConfiguration: { jitConfigurationControl: chosen } },
    subscriptionId: subscription.id,
    resourceGroup: "shops",
  });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

function specFor(of: Offer, name: string, jit: unknown): object {
  return {
    publisher: of.publisher.tenantId,
    offer: of.id,
    subscription: subscription.id,
    resourceGroup: "shops",
    managedResourceGroup: `${name}-managed`,
    owners: ["carol"],
    jit,
  };
}

const dryRun = (name: string, spec: object, role: Role = "administrator") =>
  cast.call(role, "POST", "/configuration", {
    documents: [{ kind: "Application", name, spec }],
    dryRun: true,
  });
const deploy = (name: string, spec: object, role: Role = "administrator") =>
  cast.call(role, "PUT", `/configuration/Application/${name}`, { spec });
const refusal = ({ status, body }: { status: number; body: Reply }) => [status, body.code, body.path];

test("the page learns where it may deploy: subscriptions, and the resource groups that something names", () => {
  assert.equal(subscription.name, "contoso-production");
  assert.deepEqual(subscription.resourceGroups, [
    "applications",
    "billing-managed",
    "ledger-managed",
    "legacy-managed",
    "orders-managed",
    "web",
  ]);
});

test("with JIT access, as chosen in the form: manual approval by the people named there", async () => {
  const of = await offer("orders-platform");
  assert.equal(of.jitOffered, true);
  const casey = cast.caller("approver").ref.objectId;
  const { jit, jitAccessPolicy } = await filled(of, {
    jitAccessEnabled: true,
    jitApprovalMode: "ManualApprove",
    maximumJitAccessDuration: "PT3H",
    jitApprovers: [{ id: casey, type: "user", displayName: "Casey Chen" }],
  });
  assert.deepEqual(jit, { enabled: true, mode: "manual", approvers: [casey], maximumDuration: "PT3H" });
  assert.equal((jitAccessPolicy as { jitApprovalMode: string }).jitApprovalMode, "ManualApprove");
  const spec = specFor(of, "shop", jit);
  const dry = await dryRun("shop", spec);
  assert.equal(dry.body.applied, false);
  const [change] = dry.body.changes as { action: string; note: string }[];
  assert.equal(change?.action, "create");
  assert.match(change?.note ?? "", /may always read it, and asks for anything more/);
  assert.equal(await application("shop"), undefined, "a dry run leaves nothing behind");
  assert.equal((await deploy("shop", spec)).status, 200);
  const made = await application("shop");
  assert.equal(made?.jitEnabled, true);
  assert.deepEqual(
    [made?.jitPolicy?.mode, made?.jitPolicy?.maximumDuration, made?.jitPolicy?.approvers.names],
    ["manual", "PT3H", ["Casey Chen"]],
  );
});

test("JIT access declined in the form: refused without the name typed, and then for ever", async () => {
  const of = await offer("orders-platform");
  const { jit } = await filled(of, { jitAccessEnabled: false });
  assert.deepEqual(jit, { enabled: false });
  const refused = await deploy("kiosk", specFor(of, "kiosk", jit));
  assert.deepEqual(refusal(refused), [
    422,
    "acknowledgement_required",
    "/spec/jit/acknowledgePermanentAccess",
  ]);
  assert.match(String(refused.body.detail), /Fabrikam will hold its roles on `kiosk` permanently/);
  const misspelt = { enabled: false, acknowledgePermanentAccess: "Kiosk" };
  assert.equal((await deploy("kiosk", specFor(of, "kiosk", misspelt))).body.code, "acknowledgement_required");
  assert.deepEqual(refusal(await dryRun("kiosk", specFor(of, "kiosk", jit))), [
    422,
    "acknowledgement_required",
    "/documents/0/spec/jit/acknowledgePermanentAccess",
  ]);
  assert.equal(await application("kiosk"), undefined);
  const typed = { ...(jit as object), acknowledgePermanentAccess: "kiosk" };
  const dry = await dryRun("kiosk", specFor(of, "kiosk", typed));
  assert.match(JSON.stringify(dry.body.changes), /Fabrikam holds Contributor permanently/);
  assert.equal((await deploy("kiosk", specFor(of, "kiosk", typed))).status, 200);
  const made = await application("kiosk");
  assert.deepEqual([made?.jitEnabled, made?.jitPolicy], [false, null]);
  const again = await deploy("kiosk", specFor(of, "kiosk", { enabled: true }));
  assert.deepEqual(refusal(again), [409, "jit_access_is_fixed", "/spec/jit/enabled"]);
});

test("an offer without JIT access: only with the acknowledgement, and it says so where JIT was asked for", async () => {
  const of = await offer("orders-plain");
  assert.equal(of.jitOffered, false);
  const form = await cast.call("administrator", "GET", `/offers/${of.id}/form`);
  assert.equal(form.body.form, null);
  const asked = await deploy("depot", specFor(of, "depot", { enabled: true, mode: "manual" }));
  assert.deepEqual(refusal(asked), [422, "acknowledgement_required", "/spec/jit/enabled"]);
  assert.match(String(asked.body.detail), /does not offer JIT access/);
  const { jit: _, ...silent } = specFor(of, "depot", null) as { jit: unknown };
  assert.equal((await deploy("depot", silent)).body.code, "acknowledgement_required");
  const typed = { enabled: false, acknowledgePermanentAccess: "depot" };
  assert.equal((await deploy("depot", specFor(of, "depot", typed))).status, 200);
  assert.equal((await application("depot"))?.jitEnabled, false);
});

test("faults stand where the page put them, and several are told at once", async () => {
  const of = await offer("orders-platform");
  const spec = { ...specFor(of, "stall", { approvers: ["nobody"] }), owners: ["nobody"] };
  assert.deepEqual(refusal(await deploy("stall", spec)), [400, "invalid_input", "/spec/owners/0"]);
  const many = await deploy("stall", { ...spec, resourceGroup: "a/b", managedResourceGroup: "c/d" });
  assert.match(
    String(many.body.detail),
    /^2 faults.*\n\/spec\/resourceGroup: .*\n\/spec\/managedResourceGroup: /,
  );
  const taken = await deploy("stall", {
    ...spec,
    owners: [],
    jit: {},
    managedResourceGroup: "orders-managed",
  });
  assert.deepEqual(refusal(taken), [400, "invalid_input", "/spec/managedResourceGroup"]);
});

test("members deploy nothing and see no subscriptions; strangers see neither the offer nor the place", async () => {
  const of = await offer("orders-platform");
  const spec = specFor(of, "stand", {});
  for (const role of ["member", "auditor"] as const)
    assert.equal((await deploy("stand", spec, role)).body.code, "forbidden");
  assert.equal((await cast.call("member", "GET", "/subscriptions")).body.code, "forbidden");
  assert.equal((await cast.call("auditor", "GET", "/subscriptions")).status, 200);
  const theirs = await cast.call("stranger", "GET", "/subscriptions");
  assert.deepEqual(theirs.body.items, []);
  const tried = await deploy("stand", spec, "stranger");
  assert.equal(tried.status, 400);
  assert.match(String(tried.body.detail), /no offer .* that you can see/);
  assert.equal((await cast.call("stranger", "GET", `/offers/${of.id}/form`)).status, 404);
  const foreign = await cast.call("stranger", "PUT", "/configuration/Application/stand?tenant=contoso", {
    spec,
  });
  assert.deepEqual(refusal(foreign).slice(0, 2), [404, "not_found"]);
});
