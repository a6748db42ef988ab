/** The JIT request of a call's path, as far as the caller may know of it, and what the surface keeps of it. */
import { type AccessRequestId, asId, isGuid } from "../../../domain/ids.ts";
import { accept, type Outcome, reject } from "../../../domain/rejection.ts";
import type { SurfaceResource } from "../../../use-cases/ports.ts";
import { findResource } from "../../../use-cases/surface-resources.ts";
import { type RequestLife, readKeptLife } from "../../../use-cases/views/request-lives.ts";
import { nameIn } from "../../odata/operation.ts";
import type { ArmCall } from "../surface.ts";
import { defaultIdOf } from "./jit-request-json.ts";
import { idOfJitRequest } from "./jit-request-words.ts";

export interface FoundJitRequest {
  readonly life: RequestLife;
  readonly resource: SurfaceResource | null;
}

/** By the name it was given here, or by its own id in its application's resource group. */
export async function find(call: ArmCall): Promise<Outcome<FoundJitRequest>> {
  const { deps, caller } = call;
  const id = idOfJitRequest(call);
  const name = nameIn(call, "jitRequestName");
  // By its own id first: whatever was named like it elsewhere does not hide it.
  const itself = isGuid(name) ? await lifeOf(call, name) : null;
  if (itself !== null && isNamedByItself(itself.life, id)) return accept(itself);
  const resource = await findResource(deps, caller.ref.tenantId, "jitRequest", id);
  const named = resource === null ? null : await lifeOf(call, resource.subjectId);
  return named === null ? notThere(id) : accept(named);
}

async function lifeOf({ deps, caller }: ArmCall, id: string): Promise<FoundJitRequest | null> {
  const life = await readKeptLife(deps, caller, asId<AccessRequestId>(id), "jitRequest");
  return life.ok ? { life: life.value, resource: life.value.resource } : null;
}

function isNamedByItself(life: RequestLife, id: string): boolean {
  return life.request.applicationId !== null && defaultIdOf(life).toLowerCase() === id.toLowerCase();
}

function notThere(id: string) {
  return reject("not_found", `there is no JIT request \`${id}\` that you can see`);
}
