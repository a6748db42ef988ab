/** What each operation's answer depends on, and what each change can have changed: by these two it is read again. */
import type { OperationId } from "../../../src/client/client.ts";

type Topic = "access-requests" | "grants" | "notifications" | "configuration" | "audit";

const GRANTS = ["grants"] as const;
/** What came of a request is told with it, and what waits on a grant with the grant. */
const STORY = ["access-requests", "grants"] as const;
const CONFIGURATION = ["configuration"] as const;
/** Asked anew by whoever looks, not by whoever changes something. */
const NOTHING = [] as const;

const DEPENDS = {
  checkTarget: NOTHING,
  deleteConfiguration: CONFIGURATION,
  listAccessRequests: STORY,
  listApplications: CONFIGURATION,
  listAuditEntries: ["audit"],
  listConfiguration: CONFIGURATION,
  listEligibilities: CONFIGURATION,
  listExportDeadLetters: CONFIGURATION,
  listExportKinds: NOTHING,
  listExports: ["configuration", "audit"],
  listGrants: STORY,
  listInstallationExports: ["audit"],
  listMailAddresses: CONFIGURATION,
  listMyEligibilities: CONFIGURATION,
  listMyHistory: ["audit"],
  listMyNotifications: ["notifications"],
  listOffers: CONFIGURATION,
  listPrincipals: CONFIGURATION,
  listRoleDefinitions: CONFIGURATION,
  listRoleSettings: CONFIGURATION,
  listSessions: NOTHING,
  listSubscriptions: CONFIGURATION,
  listTargetKinds: NOTHING,
  listTargets: CONFIGURATION,
  listTiers: CONFIGURATION,
  previewAccessRequest: ["access-requests", "grants", "configuration"],
  previewExtension: ["access-requests", "grants", "configuration"],
  putConfiguration: CONFIGURATION,
  readAccessRequest: STORY,
  readApplication: CONFIGURATION,
  readApplicationHistory: CONFIGURATION,
  readAuditHead: ["audit"],
  readConfiguration: CONFIGURATION,
  readGrant: STORY,
  readMailSettings: CONFIGURATION,
  readMe: ["access-requests", "notifications", "configuration"],
  readMyNotificationPreferences: NOTHING,
  readNotificationPreferences: CONFIGURATION,
  readOfferForm: CONFIGURATION,
  readOverview: [...STORY, "configuration"],
  readPerson: [...STORY, "configuration"],
  readPlace: ["configuration", "grants"],
  readPrincipal: ["configuration", "grants"],
  readRequestContext: STORY,
  readRequestTimeline: STORY,
  readRoleSettingsInForce: CONFIGURATION,
  readSessions: GRANTS,
  search: ["access-requests", "grants", "configuration"],
  session: NOTHING,
  validateOfferPackage: NOTHING,
} as const satisfies Partial<Record<OperationId | "session", readonly Topic[]>>;

const ASKED = ["access-requests", "grants", "audit"] as const;

/** What a change can have changed at once; what follows from it is told by the server. One that is not here: anything. */
const CHANGES: Partial<Record<OperationId, readonly Topic[]>> = {
  acceptAccessRequest: ASKED,
  cancelAccessRequest: ASKED,
  checkProposed: NOTHING,
  commentAccessRequest: ASKED,
  decideAccessRequest: ASKED,
  deactivateGrant: ASKED,
  extendGrant: ASKED,
  markMyNotificationsRead: ["notifications"],
  remindApprovers: ASKED,
  replayRoleSettings: NOTHING,
  reviewGrant: ASKED,
  revokeGrant: ASKED,
  submitAccessRequest: ASKED,
};

/** Topics; null where anything may have changed. */
export function changedBy(operation: OperationId, input: object): readonly string[] | null {
  const { query = {} } = input as { readonly query?: { readonly dryRun?: unknown } };
  return query.dryRun === "true" ? NOTHING : (CHANGES[operation] ?? null);
}

/** Whether `operation` is to be read again; one that says nothing here always is. */
export function dependsOn(operation: string, topics: readonly string[]): boolean {
  const declared: readonly Topic[] | undefined = (DEPENDS as Readonly<Record<string, readonly Topic[]>>)[
    operation
  ];
  return declared === undefined || declared.some((topic) => topics.includes(topic));
}
