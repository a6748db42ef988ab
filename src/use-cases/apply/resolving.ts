/** Resolving names outside of an apply: no other document promises anything, and nothing is about to leave. */
import type { Tx } from "../ports.ts";
import type { Fault } from "./faults.ts";
import type { Resolving } from "./references.ts";

/** Faults are collected with their pointers as they stand. */
export async function resolvingIn(
  tx: Tx,
): Promise<{ readonly context: Resolving; readonly faults: Fault[] }> {
  const tenant = await tx.tenants.find(tx.tenantId);
  const faults: Fault[] = [];
  const context: Resolving = {
    tx,
    tenant: { id: tx.tenantId, name: tenant?.name ?? tx.tenantId },
    fault(path, message, code = "invalid_input") {
      faults.push({ code, path, message });
      return null;
    },
    promised: () => false,
    isLeaving: () => false,
  };
  return { context, faults };
}
