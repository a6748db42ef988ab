/** Names and values for statements that take no parameters (DDL). */
import pg from "pg";
import { formatInstant, type Instant, instant } from "../../domain/time.ts";

export function name(identifier: string): string {
  return pg.escapeIdentifier(identifier);
}

export function literal(value: string): string {
  return pg.escapeLiteral(value);
}

export function timestamp(at: Instant): string {
  return literal(formatInstant(at));
}

/** Rounded up to the millisecond, so that an end never looks earlier than it is; `infinity` is no end. */
export function ceilInstant(epochMs: number | null): Instant | null {
  return epochMs === null || !Number.isFinite(epochMs) ? null : instant(Math.ceil(epochMs));
}
