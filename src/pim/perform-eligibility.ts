/** Eligibility as Azure's administrators manage it: each change is one of the tenant's configuration. */
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import type { ApplyReport } from "../use-cases/apply/apply-configuration.ts";
import { deleteConfiguration } from "../use-cases/apply/delete-configuration.ts";
import {
  type EligibilityWanted,
  makeEligible,
  ofMade,
  requireOwnPlace,
  unlessEligible,
} from "../use-cases/eligibilities/make-eligible.ts";
import type { Alongside } from "../use-cases/surface-resources.ts";
import type { PimAsk } from "./ask.ts";
import { eligibilityFor } from "./find-schedule.ts";
import { keepRequest } from "./keep-request.ts";
import type { PimCall } from "./pim-call.ts";
import { endAsked } from "./schedule-info.ts";

export async function performEligibility(
  call: PimCall,
  ask: PimAsk,
  name: string,
  dryRun = false,
): Promise<Outcome<unknown>> {
  const { deps, caller } = call;
  const place = await requireOwnPlace(deps, caller, ask.scope);
  if (!place.ok) return place;
  const also = alongside(call, ask, name);
  const put = (document: string) =>
    call.queued(() => makeEligible(deps, caller, wantedOf(call, ask), { document, dryRun, also }));
  switch (ask.requestType) {
    case "AdminAssign":
      return put(`pim ${name}`);
    case "AdminUpdate":
    case "AdminExtend":
    case "AdminRenew": {
      const found = await existing(call, ask);
      return found.ok ? put(found.value) : found;
    }
    case "AdminRemove": {
      const found = await existing(call, ask);
      if (!found.ok || dryRun) return found;
      return call.queued(() =>
        deleteConfiguration(
          deps,
          caller,
          { kind: "Eligibility", name: found.value, justification: ask.justification },
          also,
        ),
      );
    }
    default:
      return reject(
        "invalid_input",
        "an eligibility is not activated, extended or renewed by its holder here: ask an administrator for AdminExtend or AdminRenew",
        { path: "/requestType" },
      );
  }
}

async function existing(call: PimCall, ask: PimAsk): Promise<Outcome<string>> {
  const found = await eligibilityFor(call, ask);
  return found === null
    ? reject("grant_not_active", "the eligibility does not exist, or has ended already")
    : accept(found.name);
}

function wantedOf({ deps }: PimCall, ask: PimAsk): EligibilityWanted {
  const { principal, roleDefinitionId, scope, schedule, justification } = ask;
  const { startAt: startsAt, end } = schedule;
  const wanted = { principal, roleDefinitionId, scope, startsAt, justification };
  return end.kind === "default" ? wanted : { ...wanted, endsAt: endAsked(schedule, deps.clock.now()) };
}

function alongside(call: PimCall, ask: PimAsk, name: string): Alongside<ApplyReport> {
  const ended = ask.requestType === "AdminRemove";
  const kept = { ask, name, owner: call.caller.ref.tenantId };
  const said = ofMade((report, window) => ({
    subjectId: call.deps.ids.next(),
    status: ended ? "Revoked" : "Provisioned",
    scheduleId: report.changes[0]?.id ?? null,
    window,
  }));
  const keep = keepRequest(call, kept, said);
  return ask.requestType === "AdminAssign" ? unlessEligible(call.deps, wantedOf(call, ask), keep) : keep;
}
