/**
 * What passes by itself: the database or this machine is away, full or too busy, and nothing is known to be wrong with
 * the call. The one place that says so; every surface answers it with 503, in its own form.
 */

export interface Outage {
  readonly code: "unavailable" | "clock_suspected" | "restored_unconfirmed";
  /** For whoever called: it names nothing of the installation. */
  readonly message: string;
  /** For whoever operates it. */
  readonly reason: string;
  readonly retryAfterS: number;
}

/** Refused before any work: too much is under way, or the end has begun. Its message is for whoever called. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}

const RETRY_AFTER_S = 2;
/** Space comes back when somebody makes room. */
const RETRY_WHEN_FULL_S = 10;
/** Somebody has to look first. */
const RETRY_WHEN_CONFIRMED_S = 60;

const NAMES = ["DatabaseAway", "ClockUnmeasured", "VersionConflict"];
/**
 * SQLSTATE. Connections: lost, not let in, ended from outside, idle for too long (08, 28, 3D000, 57P0x, 25P0x). No room
 * or memory, files that fail (53, 58). A server that only reads: a standby, after a failover (25006). Given up after a
 * while, and conflicts that tries did not resolve (57014, 55P03, 40, and CU: our own).
 */
const SQLSTATES =
  /^(?:08...|28...|3D000|53...|57014|57P0.|58...|25006|25P0[34]|40(?:001|003|P01)|55P03|CU...)$/;
const FULL = /^(?:53100|ENOSPC|EDQUOT)$/;
/** Of the operating system: files, sockets, names. */
const OF_THE_MACHINE = [
  "EMFILE",
  "ENFILE",
  "ENOSPC",
  "EDQUOT",
  "ENOMEM",
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "ENOTFOUND",
  "FST_UNDER_PRESSURE",
];
const DEEPEST = 8;

/** Null for what does not pass by itself: a fault of the call, of a target, or of ours. */
export function outageOf(error: unknown, depth = 0): Outage | null {
  if (!(error instanceof Error) || depth > DEEPEST) return null;
  // Whatever lies behind it, it is the target's.
  if (error.name === "TargetFault") return null;
  const { name, message: reason } = error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const says = (message: string, retryAfterS = RETRY_AFTER_S): Outage => ({
    code: "unavailable",
    ...{ message, reason, retryAfterS },
  });
  if (name === "ClockSuspected") return { ...says(reason), code: "clock_suspected" };
  if (name === "RestoredUnconfirmed")
    return { ...says(reason, RETRY_WHEN_CONFIRMED_S), code: "restored_unconfirmed" };
  if (name === "Unavailable") return says(reason);
  if (FULL.test(code))
    return says("there is no room left to store anything; its operator has to make some", RETRY_WHEN_FULL_S);
  if (OF_THE_MACHINE.includes(code)) return says("Curfew cannot answer just now; try again in a moment");
  const behind = [error.cause, ...(error instanceof AggregateError ? error.errors : [])];
  const deeper = behind.map((one) => outageOf(one, depth + 1)).find((one) => one !== null);
  // What lies behind it says more: a session that was given up, because there was no room.
  if (deeper !== undefined) return { ...deeper, reason: `${reason}: ${deeper.reason}` };
  if (NAMES.includes(name) || SQLSTATES.test(code))
    return says("the database cannot answer just now; try again in a moment");
  return null;
}
