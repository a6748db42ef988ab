/** The API's refusals, said so that a person can do something about them. */
import { ApiProblem, type RuleOutcome } from "../client/problem.ts";
import { Unreachable } from "../client/send.ts";
import { EXIT, exitOf, Stop } from "./exit.ts";
import type { Screen } from "./screen.ts";
import { typedIso } from "./text/duration.ts";
import { readable } from "./text/readable.ts";

export interface Limits {
  readonly maximumDuration: string;
  readonly minimumDuration: string;
}

/** Prints what went wrong and answers how to exit. What is not ours to explain is thrown on. */
export function explain(screen: Screen, error: unknown): number {
  if (error instanceof Stop) return say(screen, error.exit, error.message, {});
  if (error instanceof Unreachable) {
    return say(screen, EXIT.fault, `${error.message}; is it running, and is --url right?`, {
      code: "unreachable",
    });
  }
  if (error instanceof ApiProblem) return explainProblem(screen, error);
  throw error;
}

export function explainProblem(screen: Screen, problem: ApiProblem, limits: Limits | null = null): number {
  const { code, path, rules, message } = problem;
  const exit = exitOf(code);
  const failed = rules.filter((rule) => rule.outcome === "unsatisfied");
  const more = { code, status: problem.status, path, rules: failed };
  if (screen.wantsJson) return say(screen, exit, message, more);
  if (failed.length === 0) return say(screen, exit, `${message}${whatNext(code)} [${code}${at(path)}]`, more);
  screen.progress("curfew: the rules do not allow this:");
  for (const rule of failed) screen.progress(failedRule(rule, limits, Date.now()));
  return exit;
}

/** `  ✗ 5 h is more than the maximum of 4 h: --for 4h` */
export function failedRule(rule: RuleOutcome, limits: Limits | null, now: number): string {
  const flag = flagFor(rule, limits);
  return `  ✗ ${rule.rule}: ${readable(rule.message, now)}${flag === null ? "" : ` → ${flag}`}`;
}

function say(screen: Screen, exit: number, message: string, more: Readonly<Record<string, unknown>>): number {
  if (screen.wantsJson) screen.progress(JSON.stringify({ error: { exit, message, ...more } }));
  else
    for (const [at, line] of message.split("\n").entries())
      screen.progress(at === 0 ? `curfew: ${line}` : `  ${line}`);
  return exit;
}

/** The flag, or the command, that would satisfy the rule; null when nothing the caller can add would. */
function flagFor({ rule, missing }: RuleOutcome, limits: Limits | null): string | null {
  switch (missing ?? rule) {
    case "duration":
      return `--for ${durationFor(rule, limits)}`;
    case "startAt":
      return "--start TIME, or leave it out to start when approved";
    case "justification":
      return '--because "..."';
    case "ticket":
      return "--ticket SYSTEM:NUMBER";
    case "mfa":
      return "curfew login --mfa";
    case "authenticationContext":
      return "curfew login --acr CONTEXT";
    case "RoleAssignmentExists":
      return "curfew extend, or --start TIME after it has ended";
    case "PendingRoleAssignmentRequest":
      return "curfew cancel, then ask again";
    case "EmergencyRule":
      return "leave out --emergency";
    case "BeneficiaryRule":
      return "leave out --beneficiary";
    default:
      return null;
  }
}

function durationFor(rule: string, limits: Limits | null): string {
  // What a target can hold, its sentence says.
  if (limits === null || rule === "TargetRule") return "DURATION";
  return typedIso(rule === "ActiveDurationTooShort" ? limits.minimumDuration : limits.maximumDuration);
}

function whatNext(code: string): string {
  switch (code) {
    case "unauthenticated":
      return "; `curfew login` signs you in";
    case "step_up_needed":
      return "; `curfew login --mfa` signs you in with a second factor";
    default:
      return "";
  }
}

function at(path: string | null): string {
  return path === null || path === "" ? "" : ` at ${path}`;
}
