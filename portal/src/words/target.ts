/** What is known of a target, in words. */
import { durationWords } from "./duration.ts";

type Capabilities = Readonly<Record<string, unknown>> | null;
type Expiry = "enforced" | "bypassable" | "unverified";

export const card = {
  held: "How the end is held",
  sessions: "Open sessions",
  grants: "Open grants",
  noGrants: "none",
  roles: "Roles",
  drift: "Changed outside Curfew",
  unbound: "No role is bound to it: nothing is opened here.",
  becomes: (entitlement: string) => ` becomes ${entitlement} `,
  unseen: "Curfew cannot look into it, and does not see what is changed there.",
  notYet: "Nobody has looked yet; it is looked at every half minute.",
  noDrift: "nothing",
  firstSeen: (what: string) => `${what} (first seen `,
  lookedAt: "looked at ",
} as const;

export const health = {
  healthy: "Healthy",
  attention: "Needs attention",
  unreachable: "Not reachable",
  notAsked: "Could not be asked",
  asking: "Asking how it is",
  version: (version: string) => `version ${version} · `,
  asked: "asked ",
  again: "Ask again",
  retry: "Try again what failed",
  nothingFailed: "nothing had failed",
  retried: (count: number) => `${count} tried again`,
  failed: "It could not be asked",
  well: "Curfew may do there what it needs, and no more.",
  better: "It works; this could be better",
  broken: "It cannot work like this",
  needs: (what: string) => `It needs and lacks: ${what}.`,
  excess: (what: string) => `It may do this and need not: ${what}.`,
} as const;

export const list = {
  title: "Targets",
  more: "More targets",
  none: "No system enforces anything yet: grants are answered to whoever asks Curfew, and nothing is opened or closed by itself.",
  prepare: (label: string, guide: string) =>
    `To add one of ${label}, prepare it as ${guide} says. Then make it here, or write this into a file and run npx curfew apply -f file.yaml:`,
} as const;

/** Who ends access when Curfew is down, and whether that was found to hold. */
export function endWords(kind: string, capabilities: Capabilities, found: Expiry | undefined): string {
  if (capabilities === null) return "This kind of target is not known here.";
  const lagMs = Number(capabilities.expiryLagMs ?? 0);
  const late = lagMs > 0 ? `, at most ${durationWords(lagMs)} late` : "";
  switch (capabilities.expiry) {
    case "timerOnly":
      return `${kind} cannot hold an end: if Curfew is down, access lasts until it is back.`;
    case "inTargetSweeper":
      return `A job in ${kind} takes it away${late}, also while Curfew is down.${doubt(found)}`;
    default:
      return `${kind} itself refuses new log-ins at the end${late}, also while Curfew is down.${doubt(found)}`;
  }
}

function doubt(found: Expiry | undefined): string {
  if (found === "bypassable") return " A way around it was found: see above.";
  return found === "unverified" ? " That could not be verified there." : "";
}

export function cutWords(capabilities: Capabilities): string | null {
  if (capabilities === null) return null;
  const { liveSessionAtExpiry, liveSessionOnRevoke } = capabilities;
  if (liveSessionAtExpiry === "native") return "Cut by the system itself at the end.";
  if (liveSessionAtExpiry === "onRevoke" || liveSessionOnRevoke === "onRevoke")
    return "Cut by Curfew at the end; while it is down they stay open.";
  return liveSessionOnRevoke === "native" ? "Cut when access is revoked." : "They stay open after the end.";
}
