/** Takes an eligibility away; what is live on its ground is looked at again and revoked. */
import type { EligibilityId } from "../../domain/ids.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { mayConfigure } from "../../policy/authority.ts";
import type { ApplyDeps } from "../apply/apply-deps.ts";
import { deleteConfiguration } from "../apply/delete-configuration.ts";
import type { Caller, Tx } from "../ports.ts";
import { derivedEligibilities } from "../views/read-schedules.ts";

export async function endEligibility(
  deps: ApplyDeps,
  caller: Caller,
  id: EligibilityId,
  justification: string | null,
): Promise<Outcome<EligibilityId>> {
  const allowed = mayConfigure(caller);
  if (!allowed.ok) return allowed;
  const name = await deps.store.inTenant(caller.ref.tenantId, (tx) => documentOf(tx, id));
  if (!name.ok) return name;
  const input = { kind: "Eligibility", name: name.value, justification } as const;
  const outcome = await deleteConfiguration(deps, caller, input);
  return outcome.ok ? accept(id) : outcome;
}

async function documentOf(tx: Tx, id: EligibilityId): Promise<Outcome<string>> {
  const [found] = await tx.policy.namedEligibilities({ id });
  if (found !== undefined) return accept(found.name);
  const application = (await tx.applications.own()).find((one) =>
    derivedEligibilities(one).some((it) => it.id === id),
  );
  if (application === undefined)
    return reject("not_found", `there is no eligibility \`${id}\` that you can see`);
  return reject(
    "invalid_input",
    `this follows from the application \`${application.name}\` and is its publisher's; delete the application to end it`,
    { path: "/id" },
  );
}
