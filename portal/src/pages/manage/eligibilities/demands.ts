/** What a role's settings ask of whoever makes somebody eligible. */
import { useApi } from "../../../api/api.ts";
import { durationMs } from "../../../words/duration.ts";

interface Demands {
  /** The longest it may last, in milliseconds; null where it need not end. */
  readonly maximumMs: number | null;
  readonly justification: boolean;
  readonly mfa: boolean;
}

/** Until role and place are known: what is built in. */
const USUAL: Demands = { maximumMs: 365 * 86_400_000, justification: false, mfa: false };

export function useDemands(roleDefinitionId: string | null, scope: string | null): Demands {
  const known = roleDefinitionId !== null && scope !== null;
  const found = useApi(
    "readRoleSettingsInForce",
    { query: { roleDefinitionId: roleDefinitionId ?? "", scope: scope ?? "" } },
    { enabled: known },
  );
  if (!known || found.data === undefined) return USUAL;
  const values = new Map(found.data.fields.map(({ field, value }) => [field, value]));
  const longest = values.get("maximumEligibility");
  const rules = values.get("makingEligible") as { justificationRequired?: boolean; mfaRequired?: boolean };
  return {
    maximumMs: typeof longest === "string" ? durationMs(longest) : null,
    justification: rules?.justificationRequired === true,
    mfa: rules?.mfaRequired === true,
  };
}
