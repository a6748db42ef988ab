/** The providers that are served, and their types, for clients that look before they call. */
import { reject } from "../../../domain/rejection.ts";
import { done, nameIn } from "../../odata/operation.ts";
import type { ArmOperation } from "../surface.ts";
import { RESOURCES, SOLUTIONS } from "../versions.ts";

export interface ProviderType {
  readonly resourceType: string;
  readonly apiVersions: readonly string[];
}

/** Types follow from the operations that there are, so that none is promised and none forgotten. */
export function providerOperations(operations: readonly ArmOperation[]): readonly ArmOperation[] {
  const providers = providersIn(operations);
  const shared = {
    method: "GET",
    namespace: null,
    at: "tenant",
    versions: [...RESOURCES, SOLUTIONS[0]],
  } as const;
  const list: ArmOperation["handle"] = async () => done(200, { value: providers });
  const get: ArmOperation["handle"] = async (call) => {
    const wanted = nameIn(call, "namespace").toLowerCase();
    const found = providers.find(({ namespace }) => namespace.toLowerCase() === wanted);
    if (found === undefined) return reject("not_found", "there is no such provider here");
    return done(200, found);
  };
  return [
    { ...shared, id: "Providers_ListAtTenantScope", path: ["providers"], handle: list },
    { ...shared, id: "Providers_GetAtTenantScope", path: ["providers", "{namespace}"], handle: get },
    {
      ...shared,
      id: "Providers_List",
      path: ["subscriptions", "{subscriptionId}", "providers"],
      handle: list,
    },
    {
      ...shared,
      id: "Providers_Get",
      path: ["subscriptions", "{subscriptionId}", "providers", "{namespace}"],
      handle: get,
    },
  ];
}

function providersIn(operations: readonly ArmOperation[]) {
  const types = new Map<string, Map<string, ProviderType>>();
  for (const { namespace, path, versions } of operations) {
    const [type] = path;
    if (namespace === null || type === undefined) continue;
    const known = types.get(namespace) ?? new Map<string, ProviderType>();
    types.set(namespace, known.set(type, { resourceType: type, apiVersions: versions }));
  }
  return [...types].map(([namespace, known]) => ({
    id: `/providers/${namespace}`,
    namespace,
    registrationState: "Registered",
    registrationPolicy: "RegistrationFree",
    resourceTypes: [...known.values()].map((type) => ({
      ...type,
      locations: ["global"],
      capabilities: "None",
    })),
  }));
}
