/** The native API, `/api/v1`. */
import { accessRequestRoutes } from "./access-requests.ts";
import { applicationRoute } from "./application.ts";
import { applicationRoutes } from "./applications.ts";
import { assignmentRoutes } from "./assignments.ts";
import { auditRoutes } from "./audit.ts";
import { configurationRoutes } from "./configuration.ts";
import type { Api, ApiContext } from "./context.ts";
import { decisionRoutes } from "./decisions.ts";
import { directoryRoutes } from "./directory.ts";
import { eligibilityRoutes } from "./eligibilities.ts";
import { eventRoutes } from "./events.ts";
import { grantRoutes } from "./grants.ts";
import { keyRoutes } from "./key.ts";
import { mailRoutes } from "./mail.ts";
import { meRoutes } from "./me.ts";
import { notificationRoutes } from "./notifications.ts";
import { offerRoutes } from "./offers.ts";
import { peopleRoutes } from "./people.ts";
import { roleSettingsRoutes } from "./role-settings.ts";
import { searchRoutes } from "./search.ts";
import { subscriptionRoutes } from "./subscriptions.ts";
import { targetRoutes } from "./targets.ts";
import { vouchingRoutes } from "./vouching.ts";

export function apiRoutes(api: Api, context: ApiContext): void {
  meRoutes(api, context);
  notificationRoutes(api, context);
  directoryRoutes(api, context);
  peopleRoutes(api, context);
  accessRequestRoutes(api, context);
  grantRoutes(api, context);
  assignmentRoutes(api, context);
  decisionRoutes(api, context);
  auditRoutes(api, context);
  applicationRoutes(api, context);
  applicationRoute(api, context);
  offerRoutes(api, context);
  subscriptionRoutes(api, context);
  configurationRoutes(api, context);
  roleSettingsRoutes(api, context);
  searchRoutes(api, context);
  eligibilityRoutes(api, context);
  targetRoutes(api, context);
  eventRoutes(api, context);
  keyRoutes(api, context);
  mailRoutes(api, context);
  vouchingRoutes(api, context);
}
