/** From a publisher's package to a deployment: published, described, filled in, deployed with what was chosen. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { offerSeenBehind } from "../../src/http/azure/solutions/definition-ids.ts";
import { type Cast, openCast, type Role } from "../golden/cast.ts";
import { learnIds, places } from "../golden/operations.ts";

const FILES = new URL("../fixtures/offer-package/", import.meta.url);
const text = (name: string) => readFileSync(new URL(name, FILES), "utf8");
const CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c";
const VERSION = "?api-version=2021-07-01";
const PUBLISHER = "publisher's administrator";

let cast: Cast;
let definitionId: string;
before(async () => {
  cast = await openCast();
  await learnIds(cast);
  const fabrikam = cast.system.world.id("Subscription", "fabrikam", "fabrikam-operations");
  definitionId = `/subscriptions/${fabrikam}/resourceGroups/offers/providers/Microsoft.Solutions/applicationDefinitions/ledger-shop`;
});
after(() => cast.close());

function definition(createUiDefinition: unknown) {
  return {
    location: "westeurope",
    properties: {
      lockLevel: "None",
      displayName: "Ledger",
      authorizations: [
        {
          principalId: cast.system.world.ref("Group", "fabrikam", "support").objectId,
          roleDefinitionId: CONTRIBUTOR,
        },
      ],
      createUiDefinition,
      mainTemplate: text("mainTemplate.json"),
    },
  };
}

const offers = async () =>
  (await cast.call("administrator", "GET", "/offers")).body.items as {
    id: string;
    name: string;
    jitOffered: boolean;
    version: number;
  }[];

test("a package with a fault is refused with file, line and column, and nothing of it is stored", async () => {
  const broken = text("createUiDefinition.json").replace("basics('ledgerName')", "nobody('ledgerName')");
  const { status, body } = await cast.at(PUBLISHER, "PUT", `${definitionId}${VERSION}`, definition(broken));
  const { error } = body as { error: { code: string; message: string } };
  assert.equal(status, 400);
  assert.match(error.message, /createUiDefinition\.json:\d+:\d+ .*`nobody`/);
  assert.equal((await cast.at(PUBLISHER, "GET", `${definitionId}${VERSION}`)).status, 404);
});

test("the setting and the form must agree, whichever surface publishes", async () => {
  const spec = {
    displayName: "Ledger",
    jitOffered: false,
    authorizations: [{ principal: "support", role: "Contributor" }],
    package: { createUiDefinition: text("createUiDefinition.json") },
  };
  const refused = await cast.call(PUBLISHER, "PUT", "/configuration/ApplicationDefinition/ledger-off", {
    spec,
  });
  assert.equal(refused.status, 400);
  assert.match(String(refused.body.detail), /JIT/);
  const checked = await cast.call(PUBLISHER, "POST", "/offer-packages/validate", {
    createUiDefinition: text("createUiDefinition.json"),
    jitOffered: false,
  });
  assert.ok((checked.body.faults as unknown[]).length > 0);
  const fine = await cast.call(PUBLISHER, "POST", "/offer-packages/validate", {
    createUiDefinition: text("createUiDefinition.json"),
    jitOffered: true,
  });
  assert.deepEqual(fine.body.faults, []);
});

test("an Azure client publishes, the offer carries the form, and its version follows the package", async () => {
  const made = await cast.at(
    PUBLISHER,
    "PUT",
    `${definitionId}${VERSION}`,
    definition(JSON.parse(text("createUiDefinition.json"))),
  );
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const spec = (await cast.call(PUBLISHER, "GET", "/configuration/ApplicationDefinition/ledger-shop")).body
    .spec as Record<string, unknown>;
  assert.equal(spec.jitOffered, true);
  const offered = await cast.call(PUBLISHER, "PUT", "/configuration/ApplicationDefinition/ledger-shop", {
    spec: { ...spec, visibility: { tenants: ["contoso"] } },
  });
  assert.equal(offered.status, 200, JSON.stringify(offered.body));
  const [before] = (await offers()).filter(({ name }) => name === "ledger-shop");
  assert.deepEqual([before?.version, before?.jitOffered], [1, true]);
  const other = text("createUiDefinition.json").replace("Name of the ledger", "How it is called");
  assert.equal((await cast.at(PUBLISHER, "PUT", `${definitionId}${VERSION}`, definition(other))).status, 200);
  assert.equal((await offers()).find(({ name }) => name === "ledger-shop")?.version, 2);
});

test("a consumer is shown the form, fills it in, and deploys with the JIT policy that comes of it", async () => {
  const offer = (await offers()).find(({ name }) => name === "ledger-shop");
  assert.ok(offer);
  const described = await cast.call("administrator", "GET", `/offers/${offer.id}/form`);
  const form = described.body.form as {
    steps: { name: string; elements: { kind: string; name: string }[] }[];
  };
  assert.ok(form.steps.some(({ elements }) => elements.some(({ kind }) => kind === "jitConfigurator")));
  const step = form.steps.find(({ elements }) => elements.some(({ kind }) => kind === "jitConfigurator"));
  const control = step?.elements.find(({ kind }) => kind === "jitConfigurator");
  assert.ok(step && control);
  const casey = cast.caller("approver").ref.objectId;
  const subscriptionId = places(cast).ledger.split("/")[2];
  const chosen = {
    jitAccessEnabled: true,
    jitApprovalMode: "ManualApprove",
    maximumJitAccessDuration: "PT3H",
    jitApprovers: [{ id: casey, type: "user", displayName: "Casey" }],
  };
  const evaluated = await cast.call("administrator", "POST", `/offers/${offer.id}/form/evaluate`, {
    basics: { ledgerName: "[concat('not', 'evaluated')]" },
    steps: { [step.name]: { [control.name]: chosen } },
    subscriptionId,
    resourceGroup: "shops",
  });
  assert.equal(evaluated.status, 200, JSON.stringify(evaluated.body));
  assert.deepEqual(evaluated.body.jitAccessPolicy, chosen);
  assert.ok(
    JSON.stringify(evaluated.body.outputs).includes("[concat('not', 'evaluated')]"),
    "values are data",
  );
  const foreign = await cast.call("stranger", "POST", `/offers/${offer.id}/form/evaluate`, {
    subscriptionId,
    resourceGroup: "shops",
  });
  assert.equal(foreign.status, 404);

  const application = `/subscriptions/${subscriptionId}/resourceGroups/shops/providers/Microsoft.Solutions/applications/shop`;
  const deployed = await cast.at("administrator", "PUT", `${application}${VERSION}`, {
    kind: "ServiceCatalog",
    location: "westeurope",
    properties: {
      managedResourceGroupId: `/subscriptions/${subscriptionId}/resourceGroups/shop-managed`,
      applicationDefinitionId: definitionId,
      parameters: { databaseSize: { value: "m2" }, administratorPassword: { value: "correct horse" } },
      jitAccessPolicy: evaluated.body.jitAccessPolicy,
    },
  });
  assert.equal(deployed.status, 201, JSON.stringify(deployed.body));
  const { properties } = deployed.body as {
    properties: {
      parameters: object;
      jitAccessPolicy: Record<string, unknown>;
      applicationDefinitionId: string;
    };
  };
  assert.deepEqual(properties.parameters, { databaseSize: { value: "m2" } }, "what is secure is not kept");
  assert.equal(properties.applicationDefinitionId, definitionId);
  assert.equal(properties.jitAccessPolicy.jitApprovalMode, "ManualApprove");
  assert.equal(properties.jitAccessPolicy.maximumJitAccessDuration, "PT3H");
});

test("an offer of another organisation's cannot be deployed by naming it, and has no form", async () => {
  const secret = definitionId.replace("ledger-shop", "secret-shop");
  await cast.at(PUBLISHER, "PUT", `${secret}${VERSION}`, definition(text("createUiDefinition.json")));
  const subscriptionId = places(cast).ledger.split("/")[2];
  const tried = await cast.at(
    "administrator",
    "PUT",
    `/subscriptions/${subscriptionId}/resourceGroups/shops/providers/Microsoft.Solutions/applications/secret${VERSION}`,
    {
      kind: "ServiceCatalog",
      properties: {
        managedResourceGroupId: `/subscriptions/${subscriptionId}/resourceGroups/secret-managed`,
        applicationDefinitionId: secret,
      },
    },
  );
  assert.equal(tried.status, 404);
  assert.equal((await cast.at("administrator", "GET", `${secret}${VERSION}`)).status, 404);
  assert.ok(!(await offers()).some(({ name }) => name === "secret-shop"));
});

test("a definition's id names an offer to whoever may see it; to everybody else it names nothing", async () => {
  const hidden = definitionId.replace("ledger-shop", "hidden-shop");
  await cast.at(PUBLISHER, "PUT", `${hidden}${VERSION}`, definition(text("createUiDefinition.json")));
  const behind = (role: Role, id: string) => offerSeenBehind(cast.system.deps, cast.caller(role), id);
  const named = await behind(PUBLISHER, hidden);
  assert.equal(named?.publisher, cast.caller(PUBLISHER).ref.tenantId);
  assert.equal(await behind("administrator", hidden), null);
  const byOfferId = `/tenants/${named.publisher}/providers/Microsoft.Solutions/applicationDefinitions/${named.offer}`;
  assert.equal(await behind("administrator", byOfferId), null);
  assert.notEqual(await behind("administrator", definitionId), null);
});
