/** What submit would decide, from the same function; stores nothing. */
import type { Outcome } from "../domain/rejection.ts";
import type { Caller, Deps } from "./ports.ts";
import { type Prepared, prepareRequest, type SubmitInput } from "./prepare-request.ts";
import { ownerOf } from "./scope-owner.ts";

export async function previewRequest(
  deps: Deps,
  caller: Caller,
  input: SubmitInput,
): Promise<Outcome<Prepared>> {
  const owner = await ownerOf(deps, caller, input.scope);
  if (!owner.ok) return owner;
  return deps.store.inTenant(owner.value, (tx) => prepareRequest(tx, caller, input, deps.clock.now()));
}
