/** Every operation of the native API, each with a fresh subject for whoever tries it. */
import type { Grant } from "../../src/domain/grant.ts";
import type { SubscriptionId } from "../../src/domain/ids.ts";
import { applicationScope, resourceGroupScope, type Scope } from "../../src/domain/scope.ts";
import { vouchForAddresses } from "../../src/use-cases/mail/confirm-address.ts";
import { decideRequest } from "../../src/use-cases/requests/decide-request.ts";
import { submitRequest } from "../../src/use-cases/requests/submit-request.ts";
import { askFor, CONTRIBUTOR, must } from "../fixtures/system.ts";
import type { Cast, Role } from "./cast.ts";

export interface Attempt {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly url: string;
  readonly body?: unknown;
}

export interface Operation {
  /** As in openapi.json. */
  readonly id: string;
  readonly words: string;
  prepare(cast: Cast, role: Role): Promise<Attempt> | Attempt;
}

const MINUTES_30 = 1_800_000;
const READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7";

const fixed = (id: string, words: string, attempt: Attempt): Operation => ({
  id,
  words,
  prepare: () => attempt,
});
const aboutRequest = (id: string, words: string, attempt: (id: string) => Attempt): Operation => ({
  id,
  words,
  prepare: async (cast) => attempt(await pendingRequest(cast)),
});
const aboutGrant = (
  id: string,
  words: string,
  attempt: (id: string) => Attempt,
  emergency = false,
): Operation => ({
  id,
  words,
  prepare: async (cast) => attempt((await liveGrant(cast, emergency)).id),
});

export const OPERATIONS: readonly Operation[] = [
  fixed("readMe", "read oneself", { method: "GET", url: "/me" }),
  fixed("listMyEligibilities", "list what one may ask for", { method: "GET", url: "/me/eligibilities" }),
  fixed("listMyNotifications", "read one's notifications", { method: "GET", url: "/me/notifications" }),
  fixed("markMyNotificationsRead", "mark them read", {
    method: "POST",
    url: "/me/notifications/read",
    body: { all: true },
  }),
  fixed("readMyNotificationPreferences", "read what one wants to hear by mail", {
    method: "GET",
    url: "/me/notification-preferences",
  }),
  fixed("setMyNotificationPreferences", "say what one wants to hear by mail", {
    method: "PUT",
    url: "/me/notification-preferences",
    body: { quietHours: { from: "22:00", to: "07:00" } },
  }),
  fixed("readNotificationPreferences", "read what people hear by mail", {
    method: "GET",
    url: "/notification-preferences",
  }),
  fixed("setNotificationPreferences", "say what people hear by mail", {
    method: "PUT",
    url: "/notification-preferences",
    body: { automatic: "weekly" },
  }),
  fixed("listMyHistory", "read one's own history", { method: "GET", url: "/me/audit" }),
  fixed("acceptClock", "vouch for the clock", {
    method: "POST",
    url: "/clock/accept",
    body: { justification: "the time server was mended" },
  }),
  fixed("repairClock", "lower the latest time that was told", {
    method: "POST",
    url: "/clock/repair",
    body: { justification: "a wrong clock", to: "2999-01-01T00:00:00Z" },
  }),
  fixed("readKey", "see how the installation's key stands", { method: "GET", url: "/key" }),
  fixed("rotateKey", "have the installation's key replaced", {
    method: "POST",
    url: "/key/rotate",
    body: { justification: "every half a year" },
  }),
  fixed("confirmRestore", "confirm a restored database", {
    method: "POST",
    url: "/restore/confirm",
    body: { justification: "everything was looked at" },
  }),
  fixed("search", "search what one may see", { method: "GET", url: "/search?q=contributor" }),
  fixed("listMailAddresses", "see where mail goes", { method: "GET", url: "/mail-addresses" }),
  fixed("listMails", "see what was mailed", { method: "GET", url: "/mails" }),
  fixed("readMailSettings", "see what mails say", { method: "GET", url: "/mail-settings" }),
  fixed("changeMailSettings", "change what mails say", {
    method: "PUT",
    url: "/mail-settings",
    body: { subjectPrefix: "[Contoso]", footer: null, replyTo: null },
  }),
  {
    id: "switchOnMailAddress",
    words: "have mail sent to an address again",
    prepare: async (cast) => ({
      method: "POST",
      url: `/mail-addresses/${await addressIdOf(cast)}/switch-on`,
    }),
  },
  fixed("listPrincipals", "look up people of one's own tenant", { method: "GET", url: "/principals" }),
  {
    id: "readPrincipal",
    words: "read one of Contoso's people",
    prepare: (cast) => ({
      method: "GET",
      url: `/principals/${cast.system.world.ref("User", "contoso", "colin").objectId}`,
    }),
  },
  ...(["own", "casey's"] as const).flatMap((whose): Operation[] => {
    const of = (cast: Cast, role: Role) =>
      whose === "own" && role !== "nobody"
        ? cast.caller(role).ref.objectId
        : cast.system.world.ref("User", "contoso", "casey").objectId;
    const words = whose === "own" ? "one's own sessions" : "the sessions of one of Contoso's people";
    return [
      {
        id: "listSessions",
        words: `see ${words}`,
        prepare: (cast, role) => ({ method: "GET", url: `/principals/${of(cast, role)}/sessions` }),
      },
      {
        id: "endSessions",
        words: `end ${words}`,
        prepare: (cast, role) => ({
          method: "POST",
          url: `/principals/${of(cast, role)}/sessions/end`,
          body: {},
        }),
      },
    ];
  }),
  {
    id: "readPerson",
    words: "look at the page of one of Contoso's people",
    prepare: (cast) => ({
      method: "GET",
      url: `/people/${cast.system.world.ref("User", "contoso", "casey").objectId}`,
    }),
  },
  {
    id: "readPlace",
    words: "look at the page of Contoso's application",
    prepare: (cast) => ({ method: "GET", url: `/place?scope=${encodeURIComponent(places(cast).ledger)}` }),
  },
  fixed("readOverview", "see what goes on in all of one's own tenant", { method: "GET", url: "/overview" }),
  ...(
    [
      ["lockOut", "lock", "lock one of Contoso's people out"],
      ["letIn", "unlock", "let somebody who is locked out in again"],
      ["endEverything", "end-everything", "end everything that one of Contoso's people holds"],
    ] as const
  ).map(
    ([id, verb, words]): Operation => ({
      id,
      words,
      prepare: async (cast) => {
        const spec = { email: `${verb}@contoso.example`, displayName: `To ${verb}` };
        await cast.call("administrator", "PUT", `/configuration/User/to-${verb}`, { spec });
        const found = await cast.call("administrator", "GET", `/principals?q=to-${verb}`);
        const { objectId } = (found.body.items as { objectId: string }[])[0] ?? { objectId: "" };
        const body = { justification: "a laptop was lost" };
        if (id === "letIn") await cast.call("administrator", "POST", `/principals/${objectId}/lock`, body);
        return { method: "POST", url: `/principals/${objectId}/${verb}`, body };
      },
    }),
  ),
  {
    id: "previewAccessRequest",
    words: "preview a request on the application",
    prepare: (cast) => ({ method: "POST", url: "/access-requests/preview", body: ask(cast) }),
  },
  {
    id: "submitAccessRequest",
    words: "request a role on the application",
    async prepare(cast) {
      await clear(cast);
      return { method: "POST", url: "/access-requests", body: ask(cast) };
    },
  },
  fixed("listAccessRequests", "list one's own requests", { method: "GET", url: "/access-requests" }),
  fixed("listAccessRequests", "list all requests", { method: "GET", url: "/access-requests?view=all" }),
  aboutRequest("readAccessRequest", "read the request", (id) => ({
    method: "GET",
    url: `/access-requests/${id}`,
  })),
  aboutRequest("readRequestContext", "read what stands beside it", (id) => ({
    method: "GET",
    url: `/access-requests/${id}/context`,
  })),
  aboutRequest("readRequestTimeline", "read what became of the request", (id) => ({
    method: "GET",
    url: `/access-requests/${id}/timeline`,
  })),
  aboutRequest("decideAccessRequest", "approve the request", (id) => decide(id, "approve")),
  aboutRequest("decideAccessRequest", "deny the request", (id) => decide(id, "deny")),
  aboutRequest("commentAccessRequest", "write a comment on the request", (id) => ({
    method: "POST",
    url: `/access-requests/${id}/comments`,
    body: { text: "which order is it?" },
  })),
  aboutRequest("remindApprovers", "remind whoever can decide the request", (id) => ({
    method: "POST",
    url: `/access-requests/${id}/reminders`,
  })),
  aboutRequest("cancelAccessRequest", "cancel the request", (id) => ({
    method: "POST",
    url: `/access-requests/${id}/cancel`,
  })),
  {
    id: "acceptAccessRequest",
    words: "accept a counter-offer with a later start",
    async prepare(cast) {
      const id = await pendingRequest(cast);
      const startAt = new Date(cast.system.deps.clock.now() + 3_600_000).toISOString();
      await cast.call("approver", "POST", `/access-requests/${id}/decisions`, {
        decision: "approve",
        justification: "tonight",
        terms: { startAt },
      });
      return { method: "POST", url: `/access-requests/${id}/accept` };
    },
  },
  fixed("listGrants", "list one's own grants", { method: "GET", url: "/grants" }),
  fixed("listGrants", "list all grants", { method: "GET", url: "/grants?view=all" }),
  aboutGrant("readGrant", "read the grant", (id) => ({ method: "GET", url: `/grants/${id}` })),
  aboutGrant("readSessions", "see who is logged in with the grant", (id) => ({
    method: "GET",
    url: `/grants/${id}/sessions`,
  })),
  aboutGrant("extendGrant", "ask to extend the grant", (id) => ({
    method: "POST",
    url: `/grants/${id}/extend`,
    body: { duration: "PT1H" },
  })),
  aboutGrant("previewExtension", "preview such an extension", (id) => ({
    method: "POST",
    url: `/grants/${id}/extend/preview`,
    body: { duration: "PT1H" },
  })),
  aboutGrant("deactivateGrant", "end the grant as its holder", (id) => ({
    method: "POST",
    url: `/grants/${id}/deactivate`,
  })),
  aboutGrant("revokeGrant", "revoke the grant", (id) => ({
    method: "POST",
    url: `/grants/${id}/revoke`,
    body: {},
  })),
  aboutGrant(
    "reviewGrant",
    "review an emergency",
    (id) => ({
      method: "POST",
      url: `/grants/${id}/review`,
      body: { outcome: "justified", justification: "it was" },
    }),
    true,
  ),
  aboutGrant("claimSecret", "fetch the secret (no target here: 409 for its holder)", (id) => ({
    method: "POST",
    url: `/grants/${id}/secret`,
    body: {},
  })),
  {
    id: "assignRole",
    words: "assign a role directly",
    async prepare(cast) {
      await clear(cast);
      const principalId = cast.caller("member").ref.objectId;
      return {
        method: "POST",
        url: "/assignments",
        body: {
          scope: places(cast).group,
          roleDefinitionId: READER,
          principalId,
          tenantId: cast.caller("member").ref.tenantId,
        },
      };
    },
  },
  {
    id: "checkAccess",
    words: "ask whether oneself may",
    prepare: (cast, role) => ({
      method: "POST",
      url: "/decisions/check",
      body: {
        principalId: role === "nobody" ? cast.caller("member").ref.objectId : cast.caller(role).ref.objectId,
        scope: places(cast).ledger,
        action: "Microsoft.Web/sites/read",
      },
    }),
  },
  {
    id: "checkAccess",
    words: "ask whether somebody else may",
    prepare: (cast) => ({
      method: "POST",
      url: "/decisions/check",
      body: {
        principalId: cast.system.world.ref("User", "contoso", "colin").objectId,
        tenantId: cast.system.world.tenant("contoso"),
        scope: places(cast).ledger,
        action: "Microsoft.Web/sites/read",
      },
    }),
  },
  fixed("listAuditEntries", "read the tenant's log", { method: "GET", url: "/audit-entries?limit=1" }),
  fixed("exportAuditEntries", "export the tenant's log", {
    method: "GET",
    url: "/audit-entries/export?format=json",
  }),
  fixed("readAuditHead", "read the head of the log", { method: "GET", url: "/audit-head" }),
  fixed("streamEvents", "hear what kinds of things change", { method: "GET", url: "/events" }),
  fixed("listApplications", "list applications", { method: "GET", url: "/applications" }),
  {
    id: "readApplication",
    words: "look at one application",
    prepare: (cast) => ({ method: "GET", url: `/applications/${places(cast).ledgerId}` }),
  },
  {
    id: "readApplicationHistory",
    words: "read how the application was changed",
    prepare: (cast) => ({ method: "GET", url: `/applications/${places(cast).ledgerId}/history` }),
  },
  {
    id: "changeJitPolicy",
    words: "change the application's JIT policy",
    prepare: (cast) => ({
      method: "PUT",
      url: `/applications/${places(cast).ledgerId}/jit-policy`,
      body: { mode: "manual", approvers: ["casey"], emergencyAllowed: true },
    }),
  },
  fixed("listRoleSettings", "list which settings rule where", { method: "GET", url: "/role-settings" }),
  {
    id: "readRoleSettingsInForce",
    words: "read the settings in force on a part of Contoso's",
    prepare: (cast) => ({
      method: "GET",
      url: `/role-settings/in-force?roleDefinitionId=${CONTRIBUTOR}&scope=${places(cast).group}`,
    }),
  },
  {
    id: "replayRoleSettings",
    words: "see what other settings on a part of Contoso's would have changed",
    prepare: (cast) => ({
      method: "POST",
      url: "/role-settings/replay",
      body: { roleDefinitionId: CONTRIBUTOR, scope: places(cast).group, spec: { maximumDuration: "PT1H" } },
    }),
  },
  fixed("listTiers", "list tiers", { method: "GET", url: "/tiers" }),
  fixed("listRoleDefinitions", "list roles", { method: "GET", url: "/role-definitions" }),
  fixed("listEligibilities", "list who is eligible for what", { method: "GET", url: "/eligibilities" }),
  {
    id: "assignEligibility",
    words: "make a member of Contoso eligible",
    async prepare(cast) {
      await endEligibilities(cast);
      return { method: "POST", url: "/eligibilities", body: eligibilityOf(cast) };
    },
  },
  {
    id: "endEligibility",
    words: "end that eligibility",
    async prepare(cast) {
      await endEligibilities(cast);
      const { body } = await cast.call("administrator", "POST", "/eligibilities", eligibilityOf(cast));
      return { method: "POST", url: `/eligibilities/${body.id}/end`, body: {} };
    },
  },
  fixed("listExports", "list where events are sent to", { method: "GET", url: "/exports" }),
  fixed("listExportKinds", "list what exports can be", { method: "GET", url: "/export-kinds" }),
  fixed("listExportDeadLetters", "list what an export's far side refused (none here: 404)", {
    method: "GET",
    url: "/exports/nowhere/dead-letters",
  }),
  fixed("pauseExport", "pause an export (none here: 404)", { method: "POST", url: "/exports/nowhere/pause" }),
  fixed("resumeExport", "resume an export (none here: 404)", {
    method: "POST",
    url: "/exports/nowhere/resume",
  }),
  fixed("replayExport", "have events sent again to an export (none here: 404)", {
    method: "POST",
    url: "/exports/nowhere/replay",
    body: { deadLetters: "all" },
  }),
  fixed("renewExportSecret", "have a new secret made for an export (none here: 404)", {
    method: "POST",
    url: "/exports/nowhere/secret",
  }),
  fixed("listInstallationExports", "list where the installation's events are sent to", {
    method: "GET",
    url: "/installation/exports",
  }),
  fixed("replayInstallationExport", "have what was refused sent again by the installation (none here: 404)", {
    method: "POST",
    url: "/installation/exports/nowhere/replay",
  }),
  fixed("listTargets", "list targets", { method: "GET", url: "/targets" }),
  fixed("listTargetKinds", "list what targets can be", { method: "GET", url: "/target-kinds" }),
  fixed("checkProposed", "look into a target that is not saved (none may be reached there)", {
    method: "POST",
    url: "/targets/check",
    body: {
      kind: "Target",
      name: "probe",
      spec: {
        kind: "postgres",
        config: { host: "127.0.0.1", database: "orders", user: "curfew_manager" },
        secrets: { password: { value: "of nobody" } },
      },
    },
  }),
  fixed("checkTargetAgain", "have what failed in a target tried again (none here: 404)", {
    method: "POST",
    url: "/targets/nowhere/check",
  }),
  fixed("checkTarget", "look into a target (none here: 404)", {
    method: "GET",
    url: "/targets/orders-database/health",
  }),
  fixed("listSubscriptions", "list subscriptions", { method: "GET", url: "/subscriptions" }),
  fixed("listOffers", "list offers", { method: "GET", url: "/offers" }),
  {
    id: "readOfferForm",
    words: "read the form of an offer made to Contoso",
    prepare: async (cast) => ({ method: "GET", url: `/offers/${await offerId(cast)}/form` }),
  },
  {
    id: "readOfferLogo",
    words: "see the logo of that offer (it has none: 404)",
    prepare: async (cast) => ({
      method: "GET",
      url: `/offers/${await offerId(cast)}/logo/${"0".repeat(64)}`,
    }),
  },
  {
    id: "evaluateOfferForm",
    words: "fill in that form (it has none: 404)",
    prepare: async (cast) => ({
      method: "POST",
      url: `/offers/${await offerId(cast)}/form/evaluate`,
      body: { subscriptionId: places(cast).ledger.split("/")[2], resourceGroup: "apps" },
    }),
  },
  fixed("validateOfferPackage", "check a package", {
    method: "POST",
    url: "/offer-packages/validate",
    body: { createUiDefinition: "{}" },
  }),
  fixed("applyConfiguration", "apply configuration to Contoso", {
    method: "POST",
    url: "/configuration",
    body: { documents: [tierOf("contoso")], dryRun: true },
  }),
  fixed("listConfiguration", "list one's tenant's configuration", {
    method: "GET",
    url: "/configuration/Group",
  }),
  fixed("readConfiguration", "read Contoso's configuration", {
    method: "GET",
    url: "/configuration/Group/platform-approvers?tenant=contoso",
  }),
  fixed("putConfiguration", "change one object of Contoso's", {
    method: "PUT",
    url: "/configuration/Tier/probe?tenant=contoso",
    body: { spec: tierOf("contoso").spec },
  }),
  {
    id: "deleteConfiguration",
    words: "delete one object of Contoso's",
    async prepare(cast) {
      await cast.call("administrator", "PUT", "/configuration/Tier/probe", { spec: tierOf("contoso").spec });
      return { method: "DELETE", url: "/configuration/Tier/probe?tenant=contoso" };
    },
  },
];

/** The ledger, and a part of Contoso's that has nothing to do with it. */
export function places(cast: Cast): { ledger: Scope; ledgerId: string; group: Scope } {
  const subscription = cast.system.world.id(
    "Subscription",
    "contoso",
    "contoso-production",
  ) as SubscriptionId;
  return {
    ledger: applicationScope(subscription, "applications", "ledger"),
    ledgerId: ledgerIds.get(cast) ?? "",
    group: resourceGroupScope(subscription, "elsewhere"),
  };
}

async function offerId(cast: Cast): Promise<string> {
  const { body } = await cast.call("administrator", "GET", "/offers");
  return (body.items as { id: string }[])[0]?.id ?? "";
}

const ledgerIds = new WeakMap<Cast, string>();
export async function learnIds(cast: Cast): Promise<void> {
  const { body } = await cast.call("administrator", "GET", "/applications");
  const items = body.items as { name: string; id: string }[];
  ledgerIds.set(cast, items.find(({ name }) => name === "ledger")?.id ?? "");
}

export async function pendingRequest(cast: Cast): Promise<string> {
  await clear(cast);
  const request = must(
    await submitRequest(cast.system.deps, cast.caller("requester"), askFor(places(cast).ledger, MINUTES_30)),
  );
  return request.id;
}

export async function liveGrant(cast: Cast, emergency = false): Promise<Grant> {
  await clear(cast);
  const { deps } = cast.system;
  const request = must(
    await submitRequest(deps, cast.caller("requester"), {
      ...askFor(places(cast).ledger, MINUTES_30),
      emergency,
    }),
  );
  const decision = {
    decision: "approve",
    justification: "fine",
    terms: null,
    surfaceAsks: true,
    expectedVersion: null,
  } as const;
  const decided = emergency
    ? request
    : must(await decideRequest(deps, cast.caller("approver"), { ...decision, requestId: request.id }));
  const [id] = decided.state.name === "approved" ? decided.state.grantIds : [];
  const grant =
    id === undefined ? null : await deps.store.inTenant(request.tenantId, (tx) => tx.grants.find(id));
  if (grant === null) throw new Error("the grant of the matrix was not made");
  return grant;
}

/** Nothing pending and nothing live: each attempt starts from the same place. */
async function clear(cast: Cast): Promise<void> {
  for (const state of ["pending"]) {
    const { body } = await cast.call(
      "administrator",
      "GET",
      `/access-requests?view=all&state=${state}&limit=200`,
    );
    for (const { id } of body.items as { id: string }[])
      await cast.call("administrator", "POST", `/access-requests/${id}/cancel`);
  }
  const { body } = await cast.call("administrator", "GET", "/grants?view=all&limit=200");
  for (const { id, endedBecause, scopeName } of body.items as {
    id: string;
    endedBecause: string | null;
    scopeName: string;
  }[]) {
    if (endedBecause === null && ["ledger", "elsewhere"].includes(scopeName))
      await cast.call("administrator", "POST", `/grants/${id}/revoke`, {});
  }
}

function eligibilityOf(cast: Cast) {
  return {
    principalId: cast.caller("member").ref.objectId,
    roleDefinitionId: READER,
    scope: places(cast).group,
  };
}

async function endEligibilities(cast: Cast): Promise<void> {
  const { principalId } = eligibilityOf(cast);
  const { body } = await cast.call("administrator", "GET", `/eligibilities?principalId=${principalId}`);
  for (const { id } of body.items as { id: string }[])
    await cast.call("administrator", "POST", `/eligibilities/${id}/end`, {});
}

function ask(cast: Cast) {
  return {
    scope: places(cast).ledger,
    roleDefinitionIds: [CONTRIBUTOR],
    duration: "PT30M",
    justification: "fix order 4711",
  };
}

function decide(id: string, decision: string): Attempt {
  return {
    method: "POST",
    url: `/access-requests/${id}/decisions`,
    body: { decision, justification: "because" },
  };
}

function tierOf(tenant: string) {
  return { kind: "Tier", tenant, name: "probe", spec: { maximumDuration: "PT2H" } };
}

async function addressIdOf({ system }: Cast): Promise<string> {
  const { tenantId } = system.world.ref("User", "contoso", "colin");
  const email = "colin@contoso.example";
  await vouchForAddresses(system.deps, tenantId, [email]);
  return system.opened.store.inTenant(tenantId, async (tx) => (await tx.mail.address(email))?.id ?? "");
}
