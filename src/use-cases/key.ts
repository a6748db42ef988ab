/** An operator has the installation's key replaced: it goes on by itself from there, and stands in every log. */
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import { formatInstant } from "../domain/time.ts";
import { mayOperate } from "../policy/authority.ts";
import type { Caller, Deps, InstallationKeys, KeyState } from "./ports.ts";
import { tellEverybody } from "./tell-everybody.ts";

export type KeyDeps = Deps & { readonly keys: InstallationKeys };

export interface RotateKey {
  readonly justification: string;
  readonly leaveBehind: boolean;
}

export async function readKey({ keys }: KeyDeps, caller: Caller): Promise<Outcome<KeyState>> {
  const allowed = mayOperate(caller, "only an operator of the installation sees how its key stands");
  return allowed.ok ? accept(await keys.read()) : allowed;
}

/** Of a rotation that waits it says how it stands; with `leaveBehind` it waits no longer. */
export async function rotateKey(
  deps: KeyDeps,
  caller: Caller,
  { justification, leaveBehind }: RotateKey,
): Promise<Outcome<KeyState>> {
  const allowed = mayOperate(caller, "only an operator of the installation rotates its key");
  if (!allowed.ok) return allowed;
  const standing = await deps.keys.read();
  const { generation, rotation } = standing;
  if (rotation?.phase === "bothAccepted" && rotation.acceptedUntil !== null)
    return reject(
      "invalid_input",
      `the key was rotated already: the one before generation ${generation} is accepted until ${formatInstant(rotation.acceptedUntil)}; rotate again once it is retired`,
    );
  if (rotation !== null && (rotation.leavesBehind || !leaveBehind)) return accept(standing);
  const prepared = await deps.keys.prepare();
  if (!prepared.ok) return prepared;
  const correlationId = deps.ids.next();
  const { tenants } = await deps.store.mark.read();
  const facts = { justification, leavesBehind: leaveBehind };
  const told = {
    type: "key.rotation_begun",
    at: deps.clock.now(),
    tenants,
    correlationId,
    facts,
  } as const;
  await deps.store.inTenant(caller.ref.tenantId, (tx) => tellEverybody(tx, caller, told));
  const announced = await deps.keys.announce({ correlationId, leaveBehind });
  return announced.ok ? accept(await deps.keys.read()) : announced;
}
