/** A managed application's JIT policy becomes role settings, so that one evaluator serves both. */
import type { Application, JitPolicy } from "../domain/application.ts";
import {
  type Approval,
  EMERGENCY_MAXIMUM_MS,
  NO_ASSIGNING_RULES,
  type RoleSettings,
  type SourcedSettings,
} from "../domain/role-settings.ts";
import { HOUR_MS } from "../domain/time.ts";

export function compileJitPolicy(application: Application): SourcedSettings | null {
  if (!application.jitAccess.enabled) return null;
  const { policy, policyVersion } = application.jitAccess;
  return {
    settings: settingsOf(policy, application),
    source: { kind: "application", name: application.name, version: policyVersion },
  };
}

function settingsOf(policy: JitPolicy, application: Application): RoleSettings {
  return {
    maximumDurationMs: policy.maximumDurationMs,
    minimumDurationMs: policy.minimumDurationMs,
    defaultDurationMs: Math.max(policy.minimumDurationMs, Math.min(HOUR_MS, policy.maximumDurationMs)),
    maximumTotalMs: 2 * policy.maximumDurationMs,
    justificationRequired: policy.justificationRequired,
    ticket: policy.ticket,
    mfaRequired: policy.mfaRequired,
    authenticationContext: null,
    workloadsAllowed: true,
    conditions: policy.conditions,
    approval: approvalOf(policy, application),
    approverJustification: policy.approverJustification,
    emergency: { allowed: policy.emergencyAllowed, maximumDurationMs: EMERGENCY_MAXIMUM_MS },
    cooldownAfterDenialMs: 0,
    maximumEligibilityMs: null,
    makingEligible: NO_ASSIGNING_RULES,
    assigning: { ...NO_ASSIGNING_RULES, maximumDurationMs: null },
  };
}

function approvalOf(policy: JitPolicy, application: Application): Approval {
  if (policy.mode === "automatic") {
    return {
      mode: "automatic",
      notified: policy.approvers.length > 0 ? policy.approvers : application.owners,
    };
  }
  const stage = {
    approvers: policy.approvers,
    required: policy.required,
    decideByMs: policy.decideByMs,
    escalation: null,
  };
  return { mode: "manual", stages: [stage] };
}
