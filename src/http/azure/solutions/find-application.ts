/** The application of a call's path, as far as the caller may know of it, and what the surface keeps of it. */
import type { Application } from "../../../domain/application.ts";
import { accept, type Outcome, reject } from "../../../domain/rejection.ts";
import { sameScope } from "../../../domain/scope.ts";
import type { SurfaceResource } from "../../../use-cases/ports.ts";
import { listApplications } from "../../../use-cases/views/read-applications.ts";
import { type ArmCall, nameIn } from "../arm-operation.ts";
import { scopeOfId } from "../arm-path.ts";

export interface FoundApplication {
  readonly application: Application;
  readonly resource: SurfaceResource | null;
}

export async function find(call: ArmCall): Promise<Outcome<FoundApplication>> {
  const name = nameIn(call, "applicationName");
  const scope = scopeOfId(`${call.scope}/providers/Microsoft.Solutions/applications/${name}`);
  const visible = await listApplications(call.deps, call.caller);
  if (!visible.ok) return visible;
  const found = visible.value.find(
    ({ application }) => scope !== null && sameScope(application.scope, scope),
  );
  if (found === undefined)
    return reject("not_found", `there is no application \`${name}\` there that you can see`);
  const { application } = found;
  return accept({
    application,
    resource: (await resourcesOf(call, [application])).get(application.id) ?? null,
  });
}

export async function resourcesOf({ deps }: ArmCall, applications: readonly Application[]) {
  const resources = new Map<string, SurfaceResource>();
  for (const tenantId of new Set(applications.map((one) => one.tenantId))) {
    const ids = applications.filter((one) => one.tenantId === tenantId).map(({ id }) => id);
    const found = await deps.store.inTenant(tenantId, (tx) => tx.surfaceResourcesOf("application", ids));
    for (const resource of found) resources.set(resource.subjectId, resource);
  }
  return resources;
}
