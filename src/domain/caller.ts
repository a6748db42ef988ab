/** The authenticated context of one call: made by the server, never read from a body (I14). */
import type { PrincipalRef } from "./principal.ts";
import type { SessionFacts } from "./session.ts";
import type { Right } from "./tenant.ts";

export interface Caller {
  readonly ref: PrincipalRef;
  readonly kind: "user" | "servicePrincipal";
  readonly rights: readonly Right[];
  readonly session: SessionFacts;
  /** A token of the device flow: it may ask and look, not decide, administer or break glass. */
  readonly limited: boolean;
}
