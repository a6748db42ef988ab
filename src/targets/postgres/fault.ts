/** What an error of a PostgreSQL server or of the way to it means for whoever asked (SQLSTATE: PostgreSQL, appendix A). */
import { DatabaseError } from "pg";
import { type FaultKind, TargetFault } from "../target.ts";

/** `effect`: whether the statement could have changed something that outlives the connection. */
export function faultOf(error: unknown, doing: string, effect: boolean): TargetFault {
  if (error instanceof TargetFault) return error;
  const message = `${doing}: ${error instanceof Error ? error.message : "unknown error"}`;
  if (error instanceof DatabaseError && !isLoss(error.code ?? "")) {
    return new TargetFault(kindOf(error.code ?? ""), message, { cause: error });
  }
  // Said by node-postgres before anything is sent: `tls` and the server's configuration disagree.
  if (error instanceof Error && error.message.includes("does not support SSL")) {
    return new TargetFault("permanent", message, { cause: error });
  }
  if (isUntrusted(error)) return new TargetFault("forbidden", message, { cause: error });
  return new TargetFault("retryable", message, { cause: error, ambiguous: effect });
}

/** Whether a statement waited in vain for a lock that somebody else holds. */
export function isLockTimeout(error: unknown): boolean {
  return sqlState(error) === "55P03";
}

/** Whether a statement asked for more than the server has or gives: locks, memory, disk, time. */
export function isShortage(error: unknown): boolean {
  const code = sqlState(error) ?? "";
  return code.startsWith("53") || code === "57014";
}

export function sqlState(error: unknown): string | null {
  const source = error instanceof TargetFault ? error.cause : error;
  return source instanceof DatabaseError ? (source.code ?? null) : null;
}

function isLoss(code: string): boolean {
  return code.startsWith("08") || code.startsWith("57P");
}

const RETRYABLE = new Set(["53", "40", "55", "57", "58", "XX"]);
const FORBIDDEN = new Set(["28", "42501"]);
const CONFLICT = new Set(["42710", "42704", "2BP01", "23"]);

function kindOf(code: string): FaultKind {
  const classOf = code.slice(0, 2);
  if (FORBIDDEN.has(classOf) || FORBIDDEN.has(code)) return "forbidden";
  if (CONFLICT.has(classOf) || CONFLICT.has(code)) return "conflict";
  // 25006: a standby, or a primary that fails over. XX000 is also "tuple concurrently updated".
  if (RETRYABLE.has(classOf) || code === "25006") return "retryable";
  return "permanent";
}

function isUntrusted(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code.startsWith("ERR_TLS") || code.includes("CERT") || code.includes("SELF_SIGNED");
}
