/** What a signed-in session proves, taken from the server's own token and connection, never from a body. */
import type { Instant } from "./time.ts";

export interface SessionFacts {
  /** Authentication methods (RFC 8176): `pwd`, `otp`, `mfa`, `hwk`. */
  readonly amr: readonly string[];
  readonly acr: string | null;
  /** Authentication contexts satisfied (OpenID Connect `acrs`, as Entra has it). */
  readonly acrs: readonly string[];
  readonly authTime: Instant | null;
  readonly ip: string | null;
  /** The client the call came through: `portal`, `curfew-cli`, a service principal's client id. */
  readonly via: string;
}

const SECOND_FACTORS = ["mfa", "otp", "hwk", "swk", "fido"];

/** Absence never satisfies: a session without methods has proved nothing. */
export function hasSecondFactor(session: SessionFacts): boolean {
  return session.authTime !== null && session.amr.some((method) => SECOND_FACTORS.includes(method));
}
