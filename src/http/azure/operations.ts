/** Every operation of Azure's contract that is served. The table of docs/azure-compatibility.md lists these. */

import { APPROVAL_OPERATIONS } from "./authorization/approvals.ts";
import { ELIGIBLE_CHILD_RESOURCES } from "./authorization/eligible-child-resources.ts";
import { POLICY_OPERATIONS } from "./authorization/policies.ts";
import { ROLE_ASSIGNMENT_OPERATIONS } from "./authorization/role-assignments.ts";
import { ROLE_DEFINITION_OPERATIONS } from "./authorization/role-definitions.ts";
import { SCHEDULE_REQUEST_OPERATIONS } from "./authorization/schedule-requests.ts";
import { SCHEDULE_OPERATIONS } from "./authorization/schedules.ts";
import { operationLists } from "./resources/operation-lists.ts";
import { providerOperations } from "./resources/providers.ts";
import { SUBSCRIPTION_OPERATIONS } from "./resources/subscriptions.ts";
import { DEFINITION_OPERATIONS } from "./solutions/application-definitions.ts";
import { APPLICATION_OPERATIONS } from "./solutions/applications.ts";
import { JIT_REQUEST_OPERATIONS } from "./solutions/jit-requests.ts";
import type { ArmOperation } from "./surface.ts";

const OF_PROVIDERS: readonly ArmOperation[] = [
  ...JIT_REQUEST_OPERATIONS,
  ...APPLICATION_OPERATIONS,
  ...DEFINITION_OPERATIONS,
  ...SCHEDULE_REQUEST_OPERATIONS,
  ...SCHEDULE_OPERATIONS,
  ...ELIGIBLE_CHILD_RESOURCES,
  ...POLICY_OPERATIONS,
  ...APPROVAL_OPERATIONS,
  ...ROLE_ASSIGNMENT_OPERATIONS,
  ...ROLE_DEFINITION_OPERATIONS,
];

export const ARM_OPERATIONS: readonly ArmOperation[] = [
  ...SUBSCRIPTION_OPERATIONS,
  ...providerOperations(OF_PROVIDERS),
  ...operationLists(OF_PROVIDERS),
  ...OF_PROVIDERS,
];
