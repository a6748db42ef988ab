/** Who may give and take Curfew's own rights; no document raises anybody above the one who applies it. */

import type { ObjectId } from "../../domain/ids.ts";
import type { Right } from "../../domain/tenant.ts";
import { mayOperate } from "../../policy/authority.ts";
import type { Tx } from "../ports.ts";
import { sameMembers } from "./changed-fields.ts";
import type { DocumentContext } from "./kind.ts";

/** Notes a fault and answers false where the caller may not turn `held` into `wanted`, or touch such a principal at all. */
export function mayChangeRights(
  context: DocumentContext,
  objectId: ObjectId,
  held: readonly Right[],
  wanted: readonly Right[],
): boolean {
  // Whoever can set an operator's password can become that operator.
  const [pointer, sentence] = held.includes("operator")
    ? ["", `\`${context.name}\` is an operator of the installation; only an operator changes or removes them`]
    : ["/spec/rights", "only an operator makes an operator"];
  const allowed = mayOperate(context.caller, sentence);
  if ([...held, ...wanted].includes("operator") && !allowed.ok) {
    context.fault(pointer, allowed.rejection.message, allowed.rejection.code);
    return false;
  }
  // So the last operator cannot vanish.
  const own = context.caller.ref.objectId === objectId && context.caller.ref.tenantId === context.tenant.id;
  if (own && held.includes("operator") && !wanted.includes("operator")) {
    const message = "you cannot take the operator's right from yourself; another operator can";
    context.fault("/spec/rights", message, "last_administrator");
    return false;
  }
  return true;
}

export async function putRights(
  tx: Tx,
  objectId: ObjectId,
  held: readonly Right[],
  wanted: readonly Right[],
): Promise<string[]> {
  if (sameMembers(held, wanted)) return [];
  await tx.principals.setRights(objectId, [...new Set(wanted)]);
  return ["rights"];
}
