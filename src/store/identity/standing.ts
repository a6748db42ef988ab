/** Where a principal stands now, as `standing_of` answers it. */
import type { PrincipalKind } from "../../domain/principal.ts";
import type { Right } from "../../domain/tenant.ts";
import type { Standing } from "../../use-cases/identity-ports.ts";

export interface StandingRow {
  readonly kind: PrincipalKind;
  readonly active: boolean;
  readonly rights: readonly Right[];
  readonly credential_version: number | null;
}

export function standingIn(row: StandingRow | null | undefined): Standing | null {
  if (row === null || row === undefined) return null;
  const { kind, active, rights, credential_version: credentialVersion } = row;
  return { kind, active, rights, credentialVersion };
}
