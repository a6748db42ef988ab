/** Every operation of Azure's contract that is served. The table of docs/azure-compatibility.md lists these. */
import type { ArmOperation } from "./arm-operation.ts";
import { providerOperations } from "./resources/providers.ts";
import { SUBSCRIPTION_OPERATIONS } from "./resources/subscriptions.ts";
import { DEFINITION_OPERATIONS } from "./solutions/application-definitions.ts";
import { APPLICATION_OPERATIONS } from "./solutions/applications.ts";
import { JIT_REQUEST_OPERATIONS } from "./solutions/jit-requests.ts";

const OF_PROVIDERS: readonly ArmOperation[] = [
  ...JIT_REQUEST_OPERATIONS,
  ...APPLICATION_OPERATIONS,
  ...DEFINITION_OPERATIONS,
];

export const ARM_OPERATIONS: readonly ArmOperation[] = [
  ...SUBSCRIPTION_OPERATIONS,
  ...providerOperations(OF_PROVIDERS),
  ...OF_PROVIDERS,
];
