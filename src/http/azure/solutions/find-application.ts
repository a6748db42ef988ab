/** The application of a call's path, as far as the caller may know of it, and what the surface keeps of it. */
import type { Application } from "../../../domain/application.ts";
import { accept, type Outcome, reject } from "../../../domain/rejection.ts";
import { type Scope, sameScope } from "../../../domain/scope.ts";
import type { SurfaceResource } from "../../../use-cases/ports.ts";
import { resourcesBySubject } from "../../../use-cases/surface-resources.ts";
import { listApplications } from "../../../use-cases/views/read-applications.ts";
import { nameIn } from "../../odata/operation.ts";
import { resourceScope } from "../arm-path.ts";
import type { ArmCall } from "../surface.ts";
import { APPLICATIONS } from "./application-json.ts";

export interface FoundApplication {
  readonly application: Application;
  readonly resource: SurfaceResource | null;
}

/** The path's own id; null where no application can have it. */
export function scopeIn(call: ArmCall): Scope | null {
  return resourceScope(call.scope, APPLICATIONS, nameIn(call, "applicationName"));
}

export async function find(call: ArmCall): Promise<Outcome<FoundApplication>> {
  const scope = scopeIn(call);
  const visible = await listApplications(call.deps, call.caller);
  if (!visible.ok) return visible;
  const found = visible.value.find(
    ({ application }) => scope !== null && sameScope(application.scope, scope),
  );
  if (found === undefined)
    return reject(
      "not_found",
      `there is no application \`${nameIn(call, "applicationName")}\` there that you can see`,
    );
  const { application } = found;
  return accept({
    application,
    resource: (await resourcesOf(call, [application])).get(application.id) ?? null,
  });
}

/** INVARIANT I11: what a consumer wrote into its deployment is the consumer's: its publisher has no such row. */
export async function resourcesOf(
  { deps, caller }: ArmCall,
  applications: readonly Application[],
): Promise<ReadonlyMap<string, SurfaceResource>> {
  const ids = applications.map(({ id }) => id);
  return resourcesBySubject(deps, caller.ref.tenantId, "application", ids);
}
