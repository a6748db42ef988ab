/** What is known of a target, in words. */
import { sentence } from "../../../parts/states.tsx";
import { durationWords } from "../../../words/duration.ts";
import type { Health, Target } from "./target.ts";

type Capabilities = Target["capabilities"];

/** Who ends access when Curfew is down, and whether that was found to hold. */
export function endWords(
  kind: string,
  capabilities: Capabilities,
  found: Health["expiry"] | undefined,
): string {
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

function doubt(found: Health["expiry"] | undefined): string {
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

/** Everything that somebody should do something about. */
export function findingsOf({ excess, missing, findings }: Health): string[] {
  return [
    ...missing.map((one) => `It needs and lacks: ${one}.`),
    ...excess.map((one) => `It may do this and need not: ${one}.`),
    ...findings.map(({ detail }) => sentence(detail)),
  ];
}
