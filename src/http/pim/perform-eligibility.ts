/** Eligibility as Azure's administrators manage it: each change is one of the tenant's configuration. */
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { formatInstant } from "../../domain/time.ts";
import { type ApplyReport, applyConfiguration } from "../../use-cases/apply/apply-configuration.ts";
import { requireConfigurator } from "../../use-cases/apply/authorize-apply.ts";
import { deleteConfiguration } from "../../use-cases/apply/delete-configuration.ts";
import { rulesRejection } from "../../use-cases/requests/rules-rejection.ts";
import { noSuchScope, ownerOf } from "../../use-cases/scope-owner.ts";
import type { Alongside } from "../../use-cases/surface-resources.ts";
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
  const owner = await ownerOf(deps, caller, ask.scope);
  if (!owner.ok) return owner;
  // INVARIANT I12: a tenant's configuration is its own.
  if (owner.value !== caller.ref.tenantId) return noSuchScope(ask.scope);
  // Asked before anything is looked for: who is eligible is not for everybody to find out.
  const allowed = requireConfigurator(caller);
  if (!allowed.ok) return allowed;
  const also = alongside(call, ask, name);
  switch (ask.requestType) {
    case "AdminAssign":
      return put(call, ask, `pim ${name}`, also, dryRun);
    case "AdminUpdate":
    case "AdminExtend":
    case "AdminRenew": {
      const found = await existing(call, ask);
      return found.ok ? put(call, ask, found.value, also, dryRun) : found;
    }
    case "AdminRemove": {
      const found = await existing(call, ask);
      if (!found.ok || dryRun) return found;
      return call.inTurn(() =>
        deleteConfiguration(deps, caller, { kind: "Eligibility", name: found.value }, also),
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
  const found = await call.deps.store.inTenant(call.caller.ref.tenantId, (tx) => eligibilityFor(tx, ask));
  return found === null
    ? reject("grant_not_active", "the eligibility does not exist, or has ended already")
    : accept(found.name);
}

async function put(
  call: PimCall,
  ask: PimAsk,
  document: string,
  also: Alongside<ApplyReport>,
  dryRun: boolean,
): Promise<Outcome<unknown>> {
  const { deps, caller } = call;
  const now = deps.clock.now();
  const { startAt, end } = ask.schedule;
  const endsAt = endAsked(ask.schedule, now);
  const spec = {
    principal: ask.principal.objectId,
    role: ask.roleDefinitionId,
    scope: ask.scope,
    startsAt: formatInstant(startAt ?? now),
    // Left out, an end is put as late as the role's settings allow; none at all must be allowed by them.
    ...(end.kind === "default" ? {} : { endsAt: endsAt === null ? null : formatInstant(endsAt) }),
    ...(ask.justification === null ? {} : { justification: ask.justification }),
  };
  const documents = [{ kind: "Eligibility", name: document, spec }];
  const input = { documents, dryRun, prune: false, remember: false };
  return call.inTurn(() => applyConfiguration(deps, caller, input, also));
}

function alongside(call: PimCall, ask: PimAsk, name: string): Alongside<ApplyReport> {
  const ended = ask.requestType === "AdminRemove";
  const keep = keepRequest<ApplyReport>(call, ask, name, call.caller.ref.tenantId, (report) => ({
    subjectId: call.deps.ids.next(),
    status: ended ? "Revoked" : "Provisioned",
    scheduleId: report.changes[0]?.id ?? null,
  }));
  return {
    write: keep.write,
    async check(tx) {
      if (ask.requestType === "AdminAssign" && (await isThere(tx, call, ask))) return alreadyThere();
      return keep.check(tx);
    },
  };
}

async function isThere(
  tx: Parameters<typeof eligibilityFor>[0],
  { deps }: PimCall,
  ask: PimAsk,
): Promise<boolean> {
  const found = await eligibilityFor(tx, { ...ask, target: null });
  return found !== null && (found.body.endsAt === null || found.body.endsAt > deps.clock.now());
}

function alreadyThere() {
  return rulesRejection([
    {
      rule: "RoleAssignmentExists",
      outcome: "unsatisfied",
      message: "this principal is eligible for the role at this scope already; use AdminUpdate to change it",
    },
  ]);
}
