/** Several settings at once (several roles, or the settings then and now): rule by rule the stricter one. */

import { principalKey } from "../domain/principal.ts";
import { BrokenInvariant } from "../domain/rejection.ts";
import type { Approval, AssigningRules, RoleSettings, Stage } from "../domain/role-settings.ts";

export function strictest(all: readonly RoleSettings[]): RoleSettings {
  const [first, ...rest] = all;
  if (first === undefined) throw new BrokenInvariant("no settings to be strict about");
  return rest.reduce(stricter, first);
}

function stricter(a: RoleSettings, b: RoleSettings): RoleSettings {
  const maximumDurationMs = Math.min(a.maximumDurationMs, b.maximumDurationMs);
  const minimumDurationMs = Math.max(a.minimumDurationMs, b.minimumDurationMs);
  const shorterMs = Math.min(a.defaultDurationMs, b.defaultDurationMs);
  return {
    maximumDurationMs,
    minimumDurationMs,
    // What one gets for leaving the duration out must not be refused for being too short.
    defaultDurationMs: Math.min(Math.max(shorterMs, minimumDurationMs), maximumDurationMs),
    maximumTotalMs: Math.min(a.maximumTotalMs, b.maximumTotalMs),
    justificationRequired: a.justificationRequired || b.justificationRequired,
    ticket: {
      required: a.ticket.required || b.ticket.required,
      patterns: [...new Set([...a.ticket.patterns, ...b.ticket.patterns])],
    },
    mfaRequired: a.mfaRequired || b.mfaRequired,
    authenticationContext: bothContexts(a.authenticationContext, b.authenticationContext),
    workloadsAllowed: a.workloadsAllowed && b.workloadsAllowed,
    conditions: [...new Set([...a.conditions, ...b.conditions])],
    approval: stricterApproval(a.approval, b.approval),
    approverJustification: [a, b].some((one) => one.approverJustification === "always")
      ? "always"
      : a.approverJustification === "never" && b.approverJustification === "never"
        ? "never"
        : "whereAsked",
    emergency: {
      allowed: a.emergency.allowed && b.emergency.allowed,
      maximumDurationMs: Math.min(a.emergency.maximumDurationMs, b.emergency.maximumDurationMs),
    },
    cooldownAfterDenialMs: Math.max(a.cooldownAfterDenialMs, b.cooldownAfterDenialMs),
    maximumEligibilityMs: smaller(a.maximumEligibilityMs, b.maximumEligibilityMs),
    makingEligible: bothRules(a.makingEligible, b.makingEligible),
    assigning: {
      ...bothRules(a.assigning, b.assigning),
      maximumDurationMs: smaller(a.assigning.maximumDurationMs, b.assigning.maximumDurationMs),
    },
  };
}

function bothRules(a: AssigningRules, b: AssigningRules): AssigningRules {
  return {
    justificationRequired: a.justificationRequired || b.justificationRequired,
    mfaRequired: a.mfaRequired || b.mfaRequired,
  };
}

function stricterApproval(a: Approval, b: Approval): Approval {
  if (a.mode === "manual" && b.mode === "manual")
    return { mode: "manual", stages: union(a.stages, b.stages) };
  if (a.mode === "manual") return a;
  if (b.mode === "manual") return b;
  const notified = [...a.notified, ...b.notified];
  return {
    mode: "automatic",
    notified: [...new Map(notified.map((ref) => [principalKey(ref), ref])).values()],
  };
}

/** The same people in both decide once, and have the shorter time for it. */
function union(a: readonly Stage[], b: readonly Stage[]): readonly Stage[] {
  const stages = new Map<string, Stage>();
  for (const stage of [...a, ...b]) {
    const decideByMs = Math.min(
      stage.decideByMs,
      stages.get(stageKey(stage))?.decideByMs ?? stage.decideByMs,
    );
    stages.set(stageKey(stage), { ...stage, decideByMs });
  }
  return [...stages.values()];
}

function bothContexts(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return [...new Set([...a.split(" "), ...b.split(" ")])].join(" ");
}

function stageKey(stage: Stage): string {
  const escalation = stage.escalation && [
    stage.escalation.afterMs,
    ...stage.escalation.to.map(principalKey).sort(),
  ];
  return JSON.stringify([stage.approvers.map(principalKey).sort(), stage.required, escalation]);
}

function smaller(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}
