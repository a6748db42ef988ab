/** The API's refusals, said so that a person can do something about them. */
import { ApiProblem, type RuleOutcome } from "../client/problem.ts";
import { Unreachable } from "../client/send.ts";
import { type About, EXIT, exitOf, Stop } from "./exit.ts";
import type { Screen } from "./screen.ts";
import { typedIso } from "./text/duration.ts";
import { readable } from "./text/readable.ts";

export interface Limits {
  readonly maximumDuration: string;
  readonly minimumDuration: string;
}

/** Prints what went wrong and answers how to exit. */
export function explain(screen: Screen, error: unknown): number {
  if (error instanceof Stop) return say(screen, error.exit, error.message, error.about);
  if (error instanceof Unreachable) {
    return say(screen, EXIT.fault, `${error.message}; is it running, and is --url right?`, {
      code: "unreachable",
    });
  }
  if (error instanceof ApiProblem) return explainProblem(screen, error);
  return say(screen, EXIT.fault, error instanceof Error ? error.message : "something went wrong", {});
}

/** Of a refusal, what programs are told beside its sentence. */
export function aboutProblem({ code, status, path, rules, touched, requestId }: ApiProblem): About {
  return { code, status, path, rules: rules.filter(isFailed), touched, requestId };
}

const isFailed = ({ outcome }: RuleOutcome) => outcome === "unsatisfied";

export function explainProblem(screen: Screen, problem: ApiProblem, limits: Limits | null = null): number {
  const { code, path, rules, message } = problem;
  const exit = exitOf(code);
  const failed = rules.filter(isFailed);
  if (screen.wantsJson) return screen.failed(exit, message, aboutProblem(problem));
  if (failed.length === 0)
    return say(screen, exit, `${message}${whatNext(code)} [${code}${at(path)}${toAskAbout(problem)}]`, {});
  screen.progress("curfew: the rules do not allow this:");
  for (const rule of failed) screen.progress(failedRule(rule, limits, Date.now()));
  return exit;
}

/** Where somebody else has to look: the id to tell them. A fault's own sentence has it already. */
function toAskAbout({ status, requestId, message }: ApiProblem): string {
  return status < 500 || requestId === null || message.includes(requestId) ? "" : `, request ${requestId}`;
}

/** `  ✗ 5 h is more than the maximum of 4 h: --for 4h` */
export function failedRule(rule: RuleOutcome, limits: Limits | null, now: number): string {
  const flag = flagFor(rule, limits);
  return `  ✗ ${rule.rule}: ${readable(rule.message, now)}${flag === null ? "" : ` → ${flag}`}`;
}

function say(screen: Screen, exit: number, message: string, about: About): number {
  if (screen.wantsJson) return screen.failed(exit, message, about);
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
