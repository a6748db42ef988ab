/** Every operation of Graph's surface, by name. */
import { approvalOperations } from "./approvals.ts";
import { DIRECTORY_OPERATIONS } from "./directory.ts";
import { DIRECTORY } from "./directory-area.ts";
import { GROUP } from "./group-area.ts";
import { POLICY_OPERATIONS } from "./policies.ts";
import { ROLE_DEFINITION_OPERATIONS } from "./roles.ts";
import { requestOperations } from "./schedule-requests.ts";
import { ROLE_ASSIGNMENT_OPERATIONS, scheduleOperations } from "./schedules.ts";
import type { GraphOperation } from "./surface.ts";

const OFS = ["assignment", "eligibility"] as const;

export const GRAPH_OPERATIONS: readonly GraphOperation[] = [
  ...[DIRECTORY, GROUP].flatMap((area) => [
    ...OFS.flatMap((of) => [...requestOperations(area, of), ...scheduleOperations(area, of)]),
    ...approvalOperations(area),
  ]),
  ...ROLE_DEFINITION_OPERATIONS,
  ...ROLE_ASSIGNMENT_OPERATIONS,
  ...POLICY_OPERATIONS,
  ...DIRECTORY_OPERATIONS,
];
