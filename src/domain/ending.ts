/** How the end of access is held in a target, and what was measured of it, in sentences for whoever decides or holds. */
import { SECOND_MS } from "./time.ts";

/** What is known of a kind of target without reaching one. */
export interface EndHold {
  /** What people call the kind. */
  readonly label: string;
  readonly heldBy: "native" | "timerOnly";
  /** Who cuts a session that is open at the end. */
  readonly sessions: "cutByCurfew" | "native" | "none";
}

/** How long after their end grants were observed absent. */
export interface EndLateness {
  readonly count: number;
  /** Null: nothing was measured. */
  readonly p99Ms: number | null;
}

export interface Ending {
  readonly targetName: string;
  readonly targetKind: string;
  readonly targetLabel: string;
  readonly heldBy: EndHold["heldBy"];
  readonly sessions: EndHold["sessions"];
  readonly ended: EndLateness;
  readonly sentence: string;
  /** What it means should Curfew be down at the end. */
  readonly ifDown: string;
}

export function endingOf(
  target: { readonly name: string; readonly kind: string },
  hold: EndHold,
  ended: EndLateness,
): Ending {
  const { label, heldBy, sessions } = hold;
  return {
    targetName: target.name,
    targetKind: target.kind,
    targetLabel: label,
    heldBy,
    sessions,
    ended,
    ...(heldBy === "native" ? heldByTarget(label, sessions, ended) : heldByTimer(label)),
  };
}

function heldByTarget(label: string, sessions: EndHold["sessions"], ended: EndLateness) {
  const refuses = `${label} itself refuses new log-ins from then`;
  switch (sessions) {
    case "native":
      return {
        sentence: `${refuses} and cuts open sessions ${measured(ended)}.`,
        ifDown: "Nobody stays or gets in.",
      };
    case "cutByCurfew":
      return {
        sentence: `${refuses}. Curfew cuts open sessions ${measured(ended)}.`,
        ifDown: "An open session could last until Curfew is back; nobody new can log in.",
      };
    case "none":
      return {
        sentence: `${refuses}. Nothing cuts open sessions.`,
        ifDown: "An open session lasts until its holder closes it; nobody new can log in.",
      };
  }
}

function heldByTimer(label: string) {
  return {
    sentence: `${label} cannot hold an end.`,
    ifDown: "If Curfew is down then, access lasts until it is back.",
  };
}

function measured({ p99Ms }: EndLateness): string {
  if (p99Ms === null) return "(nothing measured in the last 30 days)";
  // Rounded up: what is promised is never less than what was measured.
  const within = p99Ms < SECOND_MS ? `${p99Ms} ms` : `${Math.ceil(p99Ms / 100) / 10} s`;
  return `(last 30 days: 99 % within ${within})`;
}
