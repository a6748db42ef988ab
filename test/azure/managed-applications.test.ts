/** `@azure/arm-managedapplications`, unmodified, over TLS: a publisher asks, a consumer decides, a database obeys. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { ApplicationClient, JitRequestDefinition } from "@azure/arm-managedapplications";
import pg from "pg";
import { apiWith, until } from "../fixtures/program.ts";
import { type Azure, type Credential, startAzure } from "./clients.ts";
import { MISSING } from "./contract.ts";

let azure: Azure;
let frank: Credential;
let casey: Credential;
let carol: Credential;
let asFrank: ApplicationClient;
let asCasey: ApplicationClient;
let asCarol: ApplicationClient;
const GROUP = "applications";

before(async () => {
  azure = await startAzure();
  [frank, casey, carol] = await Promise.all([
    azure.person("frank"),
    azure.person("casey"),
    azure.person("carol"),
  ]);
  [asFrank, asCasey, asCarol] = [
    azure.applications(frank),
    azure.applications(casey),
    azure.applications(carol),
  ];
});
after(() => azure.close());

const idOf = (name: string) => azure.demo.ready.applications[name] ?? "";
const frankId = () => azure.demo.ready.personas.frank?.objectId ?? "";

function ask(application: string, duration: string, startTime = new Date(0)): JitRequestDefinition {
  return {
    location: "westeurope",
    applicationResourceId: idOf(application),
    jitAuthorizationPolicies: [
      { principalId: frankId(), roleDefinitionId: azure.demo.ready.roles.Contributor ?? "" },
    ],
    jitSchedulingPolicy: { type: "Once", duration, startTime },
  };
}

async function stateOf(client: ApplicationClient, name: string): Promise<string | undefined> {
  return (await client.jitRequests.get(GROUP, name)).jitRequestState;
}

function decision(originRequestId: string, status: string, subStatus: string, approver?: string) {
  return {
    ...(approver === undefined ? {} : { approver }),
    metadata: {
      originRequestId,
      requestorId: frankId(),
      tenantDisplayName: "Fabrikam",
      subjectDisplayName: "Frank",
    },
    status,
    subStatus,
  };
}

test("a publisher asks, the approver decides by updateAccess, the grant is live in PostgreSQL and expires", async () => {
  const made = await asFrank.jitRequests.beginCreateOrUpdateAndWait(
    GROUP,
    "fix-4711",
    ask("orders", "PT12S"),
  );
  assert.equal(made.jitRequestState, "Pending");
  assert.equal(made.provisioningState, "Succeeded");
  assert.equal(made.publisherTenantId, azure.demo.ready.tenants.fabrikam?.tenantId);
  assert.match(made.systemData?.createdBy ?? "", new RegExp(frankId()));

  const seen = await asCasey.jitRequests.get(GROUP, "fix-4711");
  assert.equal(seen.jitRequestState, "Pending");
  await asCasey.applications.beginUpdateAccessAndWait(
    GROUP,
    "orders",
    decision(made.id ?? "", "Elevate", "Approved", "casey@contoso.example"),
  );
  assert.equal(await stateOf(asFrank, "fix-4711"), "Approved");

  const api = apiWith(azure.demo.ready.http, (await frank.getToken()).token);
  const live = async () => (await api.get("/grants?view=mine&state=active")).body.items;
  let grantId = "";
  await until(
    async () => {
      const found = (await live()).find(
        (one: { liveness: string; kind: string }) => one.liveness === "live" && one.kind === "activation",
      );
      grantId = found?.id ?? "";
      return found?.scope === idOf("orders");
    },
    8_000,
    "the grant to be live",
  );
  const secret = await api.post(`/grants/${grantId}/secret`, {});
  assert.equal(secret.status, 200, JSON.stringify(secret.body));
  const client = new pg.Client({ connectionString: secret.body.connectionString });
  client.on("error", () => {});
  await client.connect();
  assert.equal((await client.query("UPDATE orders SET note = 'by Azure' WHERE id = 4711")).rowCount, 1);
  await until(async () => (await stateOf(asFrank, "fix-4711")) === "Expired", 20_000, "it to expire");
  await assert.rejects(new pg.Client({ connectionString: secret.body.connectionString }).connect());
});

test("a denial, with the state told to both sides", async () => {
  const made = await asFrank.jitRequests.beginCreateOrUpdateAndWait(GROUP, "no-need", ask("orders", "PT1H"));
  await asCasey.applications
    .beginUpdateAccessAndWait(GROUP, "orders", decision(made.name ?? "", "Elevate", "Denied"))
    .then(
      () => assert.fail("a name is neither a resource id nor a GUID"),
      (error) => assert.equal(error.statusCode, 404),
    );
  await asCasey.applications.beginUpdateAccessAndWait(
    GROUP,
    "orders",
    decision(made.id ?? "", "Elevate", "Denied"),
  );
  assert.equal(await stateOf(asFrank, "no-need"), "Denied");
  assert.equal(await stateOf(asCasey, "no-need"), "Denied");
});

test("whoever is named as approver must be whoever signs in", async () => {
  const made = await asFrank.jitRequests.beginCreateOrUpdateAndWait(GROUP, "named", ask("orders", "PT1H"));
  await assert.rejects(
    asCasey.applications.beginUpdateAccessAndWait(
      GROUP,
      "orders",
      decision(made.id ?? "", "Elevate", "Approved", "Carol Castillo"),
    ),
    { statusCode: 400, code: "InvalidRequestContent" },
  );
  await assert.rejects(
    asFrank.applications.beginUpdateAccessAndWait(
      GROUP,
      "orders",
      decision(made.id ?? "", "Elevate", "Approved"),
    ),
    { statusCode: 403 },
  );
  await assert.rejects(
    asCasey.applications.beginUpdateAccessAndWait(
      GROUP,
      "billing",
      decision(made.id ?? "", "Elevate", "Approved"),
    ),
    { statusCode: 404 },
  );
  await asFrank.jitRequests.delete(GROUP, "named");
  assert.equal(await stateOf(asFrank, "named"), "Canceled");
});

test("deleting cancels what is pending, and history stays", async () => {
  await asFrank.jitRequests.beginCreateOrUpdateAndWait(GROUP, "changed-my-mind", ask("orders", "PT1H"));
  await asFrank.jitRequests.delete(GROUP, "changed-my-mind");
  assert.equal(await stateOf(asCasey, "changed-my-mind"), "Canceled");
  await asFrank.jitRequests.delete(GROUP, "changed-my-mind");
  // Unlike others, this list of the client's is not paged.
  const listed = await asFrank.jitRequests.listBySubscription();
  assert.ok(listed.value?.some(({ name }) => name === "changed-my-mind"));
});

test("automatic mode approves at once; another ask of the same name is refused, the same one is not", async () => {
  const later = new Date(Date.now() + 40 * 86_400_000);
  const made = await asFrank.jitRequests.beginCreateOrUpdateAndWait(
    GROUP,
    "nightly",
    ask("billing", "PT2H", later),
  );
  assert.equal(made.jitRequestState, "Approved");
  const again = await asFrank.jitRequests.beginCreateOrUpdateAndWait(
    GROUP,
    "nightly",
    ask("billing", "PT2H", later),
  );
  assert.equal(again.id, made.id);
  await assert.rejects(
    asFrank.jitRequests.beginCreateOrUpdateAndWait(GROUP, "nightly", ask("billing", "PT3H", later)),
    { statusCode: 409, code: "Conflict" },
  );
  assert.equal(new Date(made.jitSchedulingPolicy?.startTime ?? 0).getTime(), later.getTime());
  await assert.rejects(asFrank.jitRequests.delete(GROUP, "nightly"), {
    statusCode: 409,
    code: "JitRequestApproved",
  });
  await asCarol.applications.beginUpdateAccessAndWait(
    GROUP,
    "billing",
    decision(made.id ?? "", "Remove", "Approved"),
  );
  assert.equal(await stateOf(asFrank, "nightly"), "Canceled");
});

test("a maximum is enforced, and the error names the rule", async () => {
  await assert.rejects(
    asFrank.jitRequests.beginCreateOrUpdateAndWait(GROUP, "too-long", ask("orders", "PT5H")),
    (error: { statusCode: number; code: string; message: string }) => {
      assert.equal(error.statusCode, 400);
      assert.equal(error.code, "RoleAssignmentRequestPolicyValidationFailed");
      assert.match(error.message, /The following policy rules failed: \["ExpirationRule"\]/);
      return true;
    },
  );
});

test("a workload signs in with @azure/identity and asks for itself", async () => {
  const asWorkload = azure.applications(azure.workload("fabrikam-deploy"));
  const { objectId } = azure.demo.ready.servicePrincipals["fabrikam-deploy"] ?? { objectId: "" };
  const later = new Date(Date.now() + 41 * 86_400_000);
  const body = ask("billing", "PT1H", later);
  const own = {
    ...body,
    jitAuthorizationPolicies: [
      { principalId: objectId, roleDefinitionId: azure.demo.ready.roles.Contributor ?? "" },
    ],
  };
  const made = await asWorkload.jitRequests.beginCreateOrUpdateAndWait(GROUP, "by-workload", own);
  assert.equal(made.jitRequestState, "Approved");
  await assert.rejects(
    asWorkload.jitRequests.beginCreateOrUpdateAndWait(GROUP, "for-frank", body),
    (error: Error) => {
      assert.match(error.message, /BeneficiaryRule/);
      return true;
    },
  );
});

test("both sides read the application; who approves is told to the consumer alone", async () => {
  const seen = await asFrank.applications.get(GROUP, "orders");
  assert.equal(seen.jitAccessPolicy?.jitAccessEnabled, true);
  assert.equal(seen.jitAccessPolicy?.jitApprovalMode, "ManualApprove");
  assert.equal(seen.jitAccessPolicy?.maximumJitAccessDuration, "PT4H");
  assert.equal(seen.jitAccessPolicy?.jitApprovers, undefined);
  const own = await asCarol.applications.get(GROUP, "orders");
  assert.deepEqual(
    own.jitAccessPolicy?.jitApprovers?.map(({ type, displayName }) => [type, displayName]),
    [["group", "Platform approvers"]],
  );
  const legacy = await asFrank.applications.get(GROUP, "legacy");
  assert.equal(legacy.jitAccessPolicy?.jitAccessEnabled, false);
});

test("a consumer deploys, changes the policy's settings, and cannot change the choice", async () => {
  const root = idOf("orders").split("/").slice(0, 3).join("/");
  const definition = (await asCarol.applications.get(GROUP, "orders")).applicationDefinitionId ?? "";
  const deployed = await asCarol.applications.beginCreateOrUpdateAndWait("apps", "ledger", {
    location: "westeurope",
    kind: "ServiceCatalog",
    tags: { team: "finance" },
    managedResourceGroupId: `${root}/resourceGroups/ledger-managed`,
    applicationDefinitionId: definition,
    parameters: { size: { value: "small" } },
    jitAccessPolicy: {
      jitAccessEnabled: true,
      jitApprovalMode: "ManualApprove",
      maximumJitAccessDuration: "PT2H",
      jitApprovers: [{ id: azure.demo.ready.personas.casey?.objectId ?? "", type: "user" }],
    },
  });
  assert.equal(deployed.provisioningState, "Succeeded");
  assert.deepEqual(deployed.parameters, { size: { value: "small" } });
  const changed = await asCarol.applications.beginUpdateAndWait("apps", "ledger", {
    parameters: {
      jitAccessPolicy: { jitAccessEnabled: true, maximumJitAccessDuration: "PT3H" },
      tags: { team: "ledger" },
    } as never,
  });
  void changed;
  const now = await asCarol.applications.get("apps", "ledger");
  assert.equal(now.jitAccessPolicy?.maximumJitAccessDuration, "PT3H");
  assert.equal(now.jitAccessPolicy?.jitApprovalMode, "ManualApprove");
  assert.deepEqual(now.tags, { team: "ledger" });
  await assert.rejects(
    asCarol.applications.beginCreateOrUpdateAndWait("apps", "ledger", {
      kind: "ServiceCatalog",
      jitAccessPolicy: { jitAccessEnabled: false },
    }),
    { statusCode: 409, code: "PropertyChangeNotAllowed" },
  );
  await assert.rejects(
    asFrank.applications.beginCreateOrUpdateAndWait("apps", "ledger", {
      kind: "ServiceCatalog",
      jitAccessPolicy: { jitAccessEnabled: true },
    }),
    { statusCode: 403 },
  );
  await asCarol.applications.beginDeleteAndWait("apps", "ledger");
  // The client models this operation's 404 as an answer: it does not throw.
  const gone = await asCarol.applications.get("apps", "ledger");
  assert.equal(gone.id, undefined);
  assert.equal(azure.answers.at(-1)?.status, 404);
});

test("everything that came back has the form that Microsoft describes", { skip: MISSING }, () => {
  assert.ok(azure.answers.length > 30);
  assert.deepEqual(azure.contractFaults(), []);
});
